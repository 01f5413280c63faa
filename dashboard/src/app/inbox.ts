/** What the viewer is told in an organization: loaded when it is first looked at, and followed from then on. */
import { type StateUpdater, useState } from "preact/hooks";
import type { CombinedError } from "@urql/preact";
import { type ChangeOf, useFeed } from "~/api/feed";
import { graphql } from "~/api/graphql";
import type { InboxLiveSubscription } from "~/gql/graphql";

graphql(`
  fragment NotificationRow on Notification {
    id
    kind
    title
    count
    createdAt
    readAt
    actor { id name }
    subject { __typename ... on Error { id shortId } ... on UserReport { id } }
  }
`);

const InboxLive = graphql(`
  subscription InboxLive($organization: ID!, $after: Cursor) {
    notificationInbox(organization: $organization, after: $after) {
      cursor
      kind
      omitted
      unreadCount
      changes: added { ...NotificationRow }
      changed { ...NotificationRow }
    }
  }
`);

export type Told = ChangeOf<InboxLiveSubscription>;
/** The oldest row that was loaded: between it and the newest none is missing. */
export interface End {
  key: string;
  cursor?: string;
  hasMore: boolean;
}
export interface Inbox {
  /** Unknown until the server says it. */
  unread?: number;
  known: ReadonlyMap<string, Told>;
  /** Nothing was loaded yet, or changes were missed. */
  end?: End;
  error?: CombinedError;
}

/** Newest first, as the API lists them. */
export const keyOf = ({ createdAt, id }: Told): string => `${createdAt} ${id}`;

export const knowing = (known: Inbox["known"], rows: readonly Told[]): Inbox["known"] =>
  new Map([...known, ...rows.map((row) => [row.id, row] as const)]);

export function useInbox(
  organization: string,
  onAdded: (added: Told[]) => void,
): [Inbox, (change: StateUpdater<Inbox>) => void] {
  const [inbox, change] = useState<Inbox>({ known: new Map() });
  useFeed(InboxLive, { organization }, {
    onBatch: ({ kind, unreadCount: unread, changes, changed }) =>
      change(({ known, end }) =>
        // What could not be loaded is tried again: the server is there.
        kind === "RESYNC" ? { unread, known: new Map() } : { unread, end, known: knowing(known, [...changes, ...changed]) },
      ),
    onChanges: onAdded,
  });
  return [inbox, change];
}
