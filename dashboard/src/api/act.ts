/** Mutations: what was refused is told in a toast, what succeeded is handed back. */
import { useCallback, useRef, useState } from "preact/hooks";
import type { AnyVariables, TypedDocumentNode } from "@urql/preact";
import { client } from "~/api/client";
import { troubleOf } from "~/api/failures";
import { say } from "~/parts/toasts";

type Member = { __typename?: string };
/** Of the union that a mutation answers with, what is no refusal. */
export type SuccessOf<T> = Extract<T, { __typename?: `${string}Success` }>;
type Root<Data> = NonNullable<Data[keyof Data & Exclude<keyof Data, "__typename">]>;

export interface Refusal {
  __typename: string;
  message: string;
  [field: string]: unknown;
}
export type Outcome<Data> = { ok: SuccessOf<Root<Data>>; refused?: undefined } | { ok?: undefined; refused: Refusal };

/** Send a mutation; the answer is its success or its refusal, never an exception. */
export async function act<Data, Variables extends AnyVariables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<Outcome<Data>> {
  const { data, error } = await client.get().mutation(document, variables).toPromise();
  if (error) {
    const { what, tryThis } = troubleOf(error);
    return { refused: { __typename: "Trouble", message: `${what} ${tryThis}` } };
  }
  const found = Object.entries(data ?? {}).find(([field]) => field !== "__typename")?.[1] as Member | undefined;
  if (found?.__typename?.endsWith("Success")) return { ok: found as SuccessOf<Root<Data>> };
  const message = (found as { message?: string } | undefined)?.message ?? "It was refused, without a reason.";
  return { refused: { ...found, __typename: found?.__typename ?? "Refusal", message } };
}

export interface Act<Data, Variables> {
  /** Resolves to the success, or to null after the refusal was told in a toast. */
  (variables: Variables): Promise<SuccessOf<Root<Data>> | null>;
}

/** A mutation for a button: `const [resolve, isBusy] = useAct(Resolve, { done: "Resolved" })`. */
export function useAct<Data, Variables extends AnyVariables>(
  document: TypedDocumentNode<Data, Variables>,
  options: { done?: string | ((ok: SuccessOf<Root<Data>>) => string) } = {},
): [Act<Data, Variables>, boolean] {
  const [busy, setBusy] = useState(0);
  const latest = useRef(options);
  latest.current = options;
  const run = useCallback(
    async (variables: Variables) => {
      setBusy((count) => count + 1);
      const { ok, refused } = await act(document, variables);
      setBusy((count) => count - 1);
      if (!ok) {
        say(refused!.message, { kind: "bad" });
        return null;
      }
      const { done } = latest.current;
      if (done) say(typeof done === "function" ? done(ok) : done);
      return ok;
    },
    [document],
  );
  return [run, busy > 0];
}
