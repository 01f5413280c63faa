/** Asks a preview whenever what is edited has stood still for a moment. */
import { useQuery, type AnyVariables, type TypedDocumentNode } from "@urql/preact";
import { useEffect, useState } from "preact/hooks";

const STILL = 400;

export function useTry<Data, Variables extends AnyVariables>(query: TypedDocumentNode<Data, Variables>, variables: Variables, isReady: boolean) {
  const key = JSON.stringify(variables);
  const [asked, ask] = useState<string | null>(isReady ? key : null);
  useEffect(() => {
    if (!isReady) return undefined;
    const timer = setTimeout(() => ask(key), STILL);
    return () => clearTimeout(timer);
  }, [key, isReady]);
  const [{ data, error, fetching }] = useQuery({ query, variables: (asked ? JSON.parse(asked) : variables) as Variables, pause: asked === null || !isReady, requestPolicy: "network-only" });
  return { data: isReady ? data : undefined, error: isReady ? error : undefined, isBusy: isReady && (fetching || asked !== key) };
}
