/** Why these events are one error. */
import { useQuery } from "@urql/preact";
import { graphql } from "~/api/graphql";
import { Badge } from "~/parts/Badge";
import { Empty, Waiting } from "~/parts/States";

const GroupingDocument = graphql(`
  query GroupingOfError($id: ID!) {
    error(id: $id) { id fingerprint grouping { version summary fingerprint message exceptions hashes { kind value because } } }
  }
`);

interface Explained {
  type?: string;
  value?: string;
  frames?: { frame?: string; because?: string }[];
}

export function Grouping({ error: id }: { error: string }) {
  const [{ data, error }, ask] = useQuery({ query: GroupingDocument, variables: { id } });
  const found = data?.error;
  if (!found) return <Waiting error={error} onRetry={() => ask({ requestPolicy: "network-only" })} rows={5} />;
  const { grouping } = found;
  if (!grouping) return <Empty icon="info" title="It was not kept why">Errors from before grouping was explained have no explanation. Their fingerprint: <code>{found.fingerprint}</code></Empty>;
  const exceptions = (Array.isArray(grouping.exceptions) ? grouping.exceptions : []) as Explained[];
  return (
    <div class="stack">
      <p class="grouping-said">{grouping.summary}</p>
      {grouping.fingerprint.length > 0 && <p>Fingerprint: {grouping.fingerprint.map((part) => <code key={part}>{part} </code>)}</p>}
      {grouping.message && <p>The message without what differs each time: <code>{grouping.message}</code></p>}
      <div class="table-box" role="region" aria-label="Keys" tabIndex={0}>
        <table class="table">
          <thead><tr><th scope="col">Key</th><th scope="col">Hash</th><th scope="col">Why</th></tr></thead>
          <tbody>
            {grouping.hashes.map(({ kind, value, because }) => (
              <tr key={value}><td><Badge>{kind.replaceAll("_", " ")}</Badge></td><td class="mono">{value.slice(0, 12)}</td><td class="wide">{because}</td></tr>
            ))}
          </tbody>
        </table>
      </div>
      {exceptions.map((exception, index) => (
        <section key={index}>
          <h3>{exception.type ?? "Exception"}</h3>
          {exception.value && <p class="dim">{exception.value}</p>}
          <ol class="grouping-frames">
            {(exception.frames ?? []).map(({ frame, because = "" }, at) => (
              <li key={at} class={because.startsWith("It counts by") ? "counts" : ""}>
                <code>{frame}</code>
                <small>{because}</small>
              </li>
            ))}
          </ol>
        </section>
      ))}
      <p class="dim">Version {grouping.version ?? "?"} of grouping. It can be decided otherwise by grouping rules, in the settings.</p>
    </div>
  );
}
