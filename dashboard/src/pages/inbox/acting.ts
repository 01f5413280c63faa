/** What is done to the inbox: shown at once, and taken back when the server refuses it. */
import type { StateUpdater } from "preact/hooks";
import { act } from "~/api/act";
import { client } from "~/api/client";
import { graphql } from "~/api/graphql";
import { type Inbox, keyOf, knowing, type Told } from "~/app/inbox";
import { say } from "~/parts/toasts";

const PAGE = 20;
const PageDocument = graphql(`
  query NotificationsOfInbox($organization: ID!, $first: Int!, $after: String) {
    notifications(where: { organization: $organization }, first: $first, after: $after) {
      pageInfo { hasNextPage endCursor }
      edges { node { ...NotificationRow } }
    }
  }
`);
const ReadDocument = graphql(`
  mutation MarkNotificationsRead($ids: [ID!]!) {
    markNotificationsRead(ids: $ids) {
      __typename
      ... on MarkNotificationsReadSuccess { notifications { id readAt } }
      ... on Failure { message }
    }
  }
`);
const ReadAllDocument = graphql(`
  mutation MarkAllNotificationsRead($organization: ID!) {
    markAllNotificationsRead(organization: $organization) {
      __typename
      ... on MarkAllNotificationsReadSuccess { marked }
      ... on Failure { message }
    }
  }
`);

export type Change = (change: StateUpdater<Inbox>) => void;

/** Load the newest, or those after the last. What is known already is newer than any answer. */
export async function load(organization: string, change: Change, after?: string): Promise<void> {
  change((now) => ({ ...now, error: undefined }));
  const variables = { organization, first: PAGE, after };
  const { data, error } = await client.get().query(PageDocument, variables, { requestPolicy: "network-only" }).toPromise();
  change((now) => {
    // Meanwhile changes were missed, or it was asked twice: this page does not follow what is there.
    if (now.end?.cursor !== after) return now;
    if (!data?.notifications) return { ...now, error };
    const { edges, pageInfo } = data.notifications;
    const rows = edges.map(({ node }) => node);
    const last = rows.at(-1);
    const key = last ? keyOf(last) : (now.end?.key ?? "");
    const end = { key, cursor: pageInfo.endCursor ?? undefined, hasMore: pageInfo.hasNextPage };
    return { ...now, known: knowing(new Map(rows.map((row) => [row.id, row])), [...now.known.values()]), end };
  });
}

export const rowsOf = ({ known, end }: Inbox): Told[] =>
  end ? [...known.values()].filter((row) => keyOf(row) >= end.key).sort((a, b) => (keyOf(a) < keyOf(b) ? 1 : -1)) : [];

export async function markRead(row: Told, change: Change): Promise<void> {
  if (row.readAt) return;
  await marked([row], change, () => act(ReadDocument, { ids: [row.id] }));
}

export async function markAllRead(inbox: Inbox, organization: string, change: Change): Promise<void> {
  const rows = [...inbox.known.values()].filter(({ readAt }) => !readAt);
  await marked(rows, change, () => act(ReadAllDocument, { organization }), 0);
}

type Refusable = Promise<{ refused?: { message: string } }>;

async function marked(rows: Told[], change: Change, send: () => Refusable, unread?: number): Promise<void> {
  const at = new Date().toISOString();
  let before: number | undefined;
  change((now) => {
    before = now.unread;
    const left = unread ?? Math.max(0, (now.unread ?? 0) - rows.length);
    return { ...now, unread: left, known: knowing(now.known, rows.map((row) => ({ ...row, readAt: at }))) };
  });
  const { refused } = await send();
  if (!refused) return;
  change((now) => ({ ...now, unread: before, known: knowing(now.known, rows) }));
  say(refused.message, { kind: "bad" });
}
