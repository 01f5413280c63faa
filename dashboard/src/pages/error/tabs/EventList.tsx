/** All events of the error that are kept, newest first. */
import { useQuery } from "@urql/preact";
import { useEffect, useState } from "preact/hooks";
import { graphql } from "~/api/graphql";
import { Badge } from "~/parts/Badge";
import { Button } from "~/parts/Button";
import { Empty, Waiting } from "~/parts/States";
import { Time } from "~/parts/Time";

const EventsDocument = graphql(`
  query EventsOfError($id: ID!, $after: String) {
    error(id: $id) {
      id
      occurrences(first: 50, after: $after) {
        pageInfo { hasNextPage endCursor }
        edges { node { id eventId occurredAt message environment release userRef url serverName browser { name } } }
      }
    }
  }
`);

interface Props {
  error: string;
  shown: string | undefined;
  onPick: (id: string) => void;
  turn: number;
}

export function EventList({ error: id, shown, onPick, turn }: Props) {
  const [after, setAfter] = useState<string | null>(null);
  const [{ data, error, fetching }, ask] = useQuery({ query: EventsDocument, variables: { id, after } });
  useEffect(() => {
    if (turn && after === null) ask({ requestPolicy: "network-only" });
  }, [turn]);
  const list = data?.error?.occurrences;
  if (!list) return <Waiting error={error} onRetry={() => ask({ requestPolicy: "network-only" })} rows={6} />;
  if (!list.edges.length) return <Empty icon="file" title="No event is kept">Events are kept for as long as the organization says; the counts stay.</Empty>;
  return (
    <div class="table-box" role="region" aria-label="Events" tabIndex={0}>
      <table class="table">
        <thead>
          <tr><th scope="col">Event</th><th scope="col">When</th><th scope="col">What was said</th><th scope="col">User</th><th scope="col">Environment</th><th scope="col">Release</th></tr>
        </thead>
        <tbody>
          {list.edges.map(({ node }) => (
            <tr key={node.id} aria-current={node.id === shown ? "true" : undefined}>
              <td><button type="button" class="link mono" onClick={() => onPick(node.id)}>{node.eventId.slice(0, 8)}</button></td>
              <td><Time at={node.occurredAt} /></td>
              <td class="wide">{node.message}</td>
              <td>{node.userRef ?? ""}</td>
              <td>{node.environment && <Badge>{node.environment}</Badge>}</td>
              <td class="mono">{node.release ?? ""}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {list.pageInfo.hasNextPage && <Button isSmall isBusy={fetching} onClick={() => setAfter(list.pageInfo.endCursor ?? null)}>Older events</Button>}
    </div>
  );
}
