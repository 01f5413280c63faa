/** The timeline: what people and the program decided and said; and where one says something. */
import { useQuery } from "@urql/preact";
import { useEffect, useState } from "preact/hooks";
import { graphql } from "~/api/graphql";
import { useSession } from "~/app/session";
import type { ActivityOfErrorQuery } from "~/gql/graphql";
import { Avatar } from "~/parts/Avatar";
import { Button } from "~/parts/Button";
import { Icon, type IconName } from "~/parts/Icon";
import { Empty, Waiting } from "~/parts/States";
import { Time } from "~/parts/Time";
import { CommentBox } from "~/pages/error/CommentBox";
import { CommentShown } from "~/pages/error/CommentShown";
import { sentenceOf } from "~/pages/error/sentences";

const ActivityDocument = graphql(`
  query ActivityOfError($id: ID!, $after: String) {
    error(id: $id) {
      id
      activity(first: 50, after: $after) {
        pageInfo { hasNextPage endCursor }
        edges {
          node {
            id
            at
            kind
            actor { id name }
            assignee { id name }
            team { id name }
            statusBefore
            statusAfter
            severityBefore
            severityAfter
            priorityAfter
            typeAfter
            release
            notes
            dueDate
            ignoredUntil
            ignoredForOccurrences
            ignoredForUsers
            hasPassed
            occurrenceId
            data
            comment { id body isDeleted editedAt author { id name } mentions { id name email } }
            resolution { id resolutionDescription stepsTaken preventionMeasures fixedIn release commit requiresCodeChange requiresDocumentation resolutionType { id name } }
          }
        }
      }
    }
  }
`);

export type Entry = NonNullable<NonNullable<ActivityOfErrorQuery["error"]>["activity"]>["edges"][number]["node"];

export function Activity({ error: id, turn }: { error: string; turn: number }) {
  const { can } = useSession();
  const [after, setAfter] = useState<string | null>(null);
  const [{ data, error, fetching }, ask] = useQuery({ query: ActivityDocument, variables: { id, after } });
  const again = () => (after === null ? ask({ requestPolicy: "network-only" }) : setAfter(null));
  useEffect(() => {
    if (turn) again();
  }, [turn]);
  const list = data?.error?.activity;
  return (
    <div class="stack">
      {can("TRIAGE") && <CommentBox error={id} onSaid={again} />}
      {!list && <Waiting error={error} onRetry={again} rows={4} />}
      {list && !list.edges.length && <Empty icon="history" title="Nobody has touched it yet">What is decided and said about it is written here.</Empty>}
      {list && (
        <ol class="timeline">
          {list.edges.map(({ node }) => <Line key={node.id} entry={node} onChanged={again} />)}
        </ol>
      )}
      {list?.pageInfo.hasNextPage && <p><Button isSmall isBusy={fetching} onClick={() => setAfter(list.pageInfo.endCursor ?? null)}>Earlier</Button></p>}
    </div>
  );
}

const ICONS: Partial<Record<Entry["kind"], IconName>> = {
  RESOLVED: "check", AUTO_RESOLVED: "check", IGNORED: "mute", REGRESSED: "errors", REOPENED: "reload", MERGED: "merge", UNMERGED: "merge",
  ASSIGNED: "person", UNASSIGNED: "person", ESCALATED: "up", SEVERITY_CHANGED: "chart",
};

function Line({ entry, onChanged }: { entry: Entry; onChanged: () => void }) {
  const isSaid = entry.kind === "COMMENTED" && entry.comment;
  return (
    <li class={isSaid ? "said-entry" : ""}>
      {entry.actor ? <Avatar person={entry.actor} /> : <span class="avatar"><Icon name={ICONS[entry.kind] ?? "bell"} size={14} /></span>}
      <div>
        <p><b>{entry.actor?.name ?? "Tocsin"}</b> {sentenceOf(entry)} <span class="dim"><Time at={entry.at} /></span></p>
        {isSaid && <CommentShown comment={entry.comment!} onChanged={onChanged} />}
        {entry.notes && <p class="entry-notes">{entry.notes}</p>}
        {entry.kind === "RESOLVED" && entry.resolution && <How resolution={entry.resolution} />}
      </div>
    </li>
  );
}

function How({ resolution }: { resolution: NonNullable<Entry["resolution"]> }) {
  const { resolutionType, resolutionDescription, stepsTaken, preventionMeasures } = resolution;
  const facts = [["Kind", resolutionType?.name], ["What it was", resolutionDescription], ["Steps taken", stepsTaken], ["So that it stays away", preventionMeasures]].filter(([, value]) => value);
  if (!facts.length) return null;
  return (
    <dl class="fact-list entry-notes">
      {facts.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}
    </dl>
  );
}
