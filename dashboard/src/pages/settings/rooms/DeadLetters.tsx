/** Dead letters: what was accepted and could not be digested. */
import { useQuery } from "@urql/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { useAct } from "~/api/act";
import { graphql } from "~/api/graphql";
import { useOrganization } from "~/app/session";
import { words } from "~/parts/Badge";
import { Button } from "~/parts/Button";
import { confirm } from "~/parts/confirm";
import { Code } from "~/parts/Copy";
import { Empty, Waiting } from "~/parts/States";
import { Time } from "~/parts/Time";
import { Card, Room } from "~/pages/settings/Room";
import { bytes } from "~/pages/settings/rooms/SourceMaps";

const LettersDocument = graphql(`
  query DeadLetters($organization: ID!, $after: String) {
    deadLetters(organization: $organization, first: 50, after: $after) {
      totalCount
      pageInfo { hasNextPage endCursor }
      edges { node { id kind reason client eventId packedBytes receivedAt createdAt service { id name } } }
    }
  }
`);

const BodyDocument = graphql(`
  query DeadLetterBody($id: ID!) {
    node(id: $id) { id ... on DeadLetter { id body } }
  }
`);

const ReplayDocument = graphql(`
  mutation ReplayDeadLetters($organization: ID!, $ids: [ID!]!) {
    replayDeadLetters(organization: $organization, ids: $ids) {
      __typename
      ... on ReplayDeadLettersSuccess { replayed }
      ... on Failure { message }
    }
  }
`);

const DiscardDocument = graphql(`
  mutation DiscardDeadLetters($organization: ID!, $ids: [ID!]!) {
    discardDeadLetters(organization: $organization, ids: $ids) {
      __typename
      ... on DiscardDeadLettersSuccess { discarded }
      ... on Failure { message }
    }
  }
`);

const LOOK_AFTER = [1_500, 5_000, 15_000];
const count = (many: number) => `${many} dead ${many === 1 ? "letter" : "letters"}`;

export function DeadLetters() {
  const { id: organization } = useOrganization();
  const [after, turn] = useState<string | null>(null);
  const [{ data, error }, ask] = useQuery({ query: LettersDocument, variables: { organization, after } });
  const [chosen, choose] = useState<ReadonlySet<string>>(new Set());
  const done = () => choose(new Set());
  const [replay, isReplaying] = useAct(ReplayDocument, { done: ({ replayed }) => `${count(replayed)} on the way again: what still cannot be digested comes back here` });
  const [discard, isDiscarding] = useAct(DiscardDocument, { done: ({ discarded }) => `${count(discarded)} thrown away` });
  const letters = data?.deadLetters?.edges.map(({ node }) => node);
  const ids = letters?.map(({ id }) => id).filter((id) => chosen.has(id)) ?? [];
  // Nothing tells of letters live: what comes back does so within seconds.
  const later = useRef<ReturnType<typeof setTimeout>[]>([]);
  useEffect(() => () => later.current.forEach(clearTimeout), []);
  const sendAgain = async () => {
    if (!(await replay({ organization, ids }))) return;
    done();
    later.current = LOOK_AFTER.map((wait) => setTimeout(() => ask({ requestPolicy: "network-only" }), wait));
  };
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    choose(next);
  };
  const throwAway = async () => {
    const text = "They cannot be brought back. What they would have been counted as stays uncounted.";
    if ((await confirm({ title: `Throw ${count(ids.length)} away?`, text, action: "Throw away", isDangerous: true })) && (await discard({ organization, ids }))) done();
  };
  return (
    <Room title="Dead letters" lead="What was accepted and could not be digested, mostly because of a fault of ours. It is kept as it was sent; after an update, replay it.">
      {!letters && <Waiting error={error} onRetry={() => ask({ requestPolicy: "network-only" })} rows={4} />}
      {letters?.length === 0 && <Empty icon="check" title="There is none">Everything that was accepted has been digested.</Empty>}
      {letters && letters.length > 0 && (
        <Card
          title={count(data!.deadLetters!.totalCount ?? letters.length)}
          action={
            <>
              <Button isSmall onClick={() => choose(ids.length === letters.length ? new Set() : new Set(letters.map(({ id }) => id)))}>{ids.length === letters.length ? "Choose none" : "Choose all shown"}</Button>
              <Button isSmall kind="primary" icon="reload" isBusy={isReplaying} disabled={!ids.length} onClick={() => void sendAgain()}>Replay</Button>
              <Button isSmall icon="trash" isBusy={isDiscarding} disabled={!ids.length} onClick={() => void throwAway()}>Throw away…</Button>
            </>
          }
        >
          <ul class="lines">
            {letters.map((letter) => (
              <li key={letter.id}>
                <div class="check-field">
                  <input id={letter.id} type="checkbox" checked={chosen.has(letter.id)} onChange={() => toggle(letter.id)} />
                  <div>
                    <label for={letter.id}>{words(letter.kind)} of {letter.service?.name ?? "a service that is gone"}</label>
                    <p class="rule-says">{letter.reason}</p>
                    <p class="dim"><Time at={letter.receivedAt} /> · {bytes(letter.packedBytes)} packed{letter.client && ` · ${letter.client}`}</p>
                    <Body id={letter.id} name={`What was sent: ${letter.eventId ?? letter.id}`} />
                  </div>
                </div>
              </li>
            ))}
          </ul>
          {data!.deadLetters!.pageInfo.hasNextPage && <div><Button onClick={() => turn(data!.deadLetters!.pageInfo.endCursor ?? null)}>Show more</Button></div>}
        </Card>
      )}
    </Room>
  );
}

function Body({ id, name }: { id: string; name: string }) {
  const [isOpen, open] = useState(false);
  const [{ data, error }] = useQuery({ query: BodyDocument, variables: { id }, pause: !isOpen });
  const body = data?.node && "body" in data.node ? data.node.body : undefined;
  return (
    <details onToggle={({ currentTarget }) => open(currentTarget.open)}>
      <summary class="dim">What was sent</summary>
      {isOpen && (body === undefined ? <Waiting error={error} rows={2} /> : <Code label={name} text={body ?? "It cannot be shown."} />)}
    </details>
  );
}
