/** The whole event as it is kept. */
import { useQuery } from "@urql/preact";
import { useMemo } from "preact/hooks";
import { graphql } from "~/api/graphql";
import { Button } from "~/parts/Button";
import { copy } from "~/parts/errors/copying";
import { Waiting } from "~/parts/States";

const BodyDocument = graphql(`
  query BodyOfEvent($id: ID!) {
    occurrence(id: $id) { id eventId rawBody }
  }
`);

export function Json({ event: id }: { event: string }) {
  const [{ data, error }, ask] = useQuery({ query: BodyDocument, variables: { id } });
  const body = data?.occurrence?.rawBody;
  const text = useMemo(() => (body === undefined ? "" : JSON.stringify(body, null, 2)), [body]);
  if (body === undefined) return <Waiting error={error} onRetry={() => ask({ requestPolicy: "network-only" })} rows={8} />;
  const notes = (body as { _meta?: unknown } | null)?._meta;
  return (
    <div class="stack">
      <div class="row">
        <p class="dim">{notes ? "What was cut or redacted is noted under _meta." : "Nothing was cut or redacted."}</p>
        <span class="push" />
        <Button isSmall icon="copy" onClick={() => void copy(text, "The event is copied.")}>Copy</Button>
      </div>
      <pre class="raw" tabIndex={0} aria-label="The event as JSON">{text}</pre>
    </div>
  );
}
