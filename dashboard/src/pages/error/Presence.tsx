/** Who else has the error open just now. */
import { useSubscription } from "@urql/preact";
import { graphql } from "~/api/graphql";
import { useSession } from "~/app/session";
import { Avatar } from "~/parts/Avatar";

const ViewersDocument = graphql(`
  subscription ViewersOfError($id: ID!) {
    viewers(errorId: $id) { errorId viewers { since user { id name } } }
  }
`);

export function Presence({ error: id }: { error: string }) {
  const { user } = useSession();
  const [{ data }] = useSubscription({ query: ViewersDocument, variables: { id } });
  const others = (data?.viewers.viewers ?? []).flatMap(({ user: person }) => (person && person.id !== user.id ? [person] : []));
  const names = others.map(({ name }) => name).join(", ");
  return (
    <span class="presence" role="status">
      {others.length > 0 && (
        <>
          <span class="dim">{others.length === 1 ? "Also looking:" : `${others.length} others look:`}</span>
          <span class="faces" title={names}>{others.slice(0, 5).map((person) => <Avatar key={person.id} person={person} size="small" />)}</span>
          <span class="visually-hidden">{names}</span>
        </>
      )}
    </span>
  );
}
