/** The feed of the organization's errors, followed once for all pages: the cache stays true, and pages may listen. */
import { createContext, type ComponentChildren } from "preact";
import { useContext, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { type ChangeOf, useFeed } from "~/api/feed";
import { graphql } from "~/api/graphql";
import type { ErrorsLiveSubscription } from "~/gql/graphql";

const ErrorsLive = graphql(`
  subscription ErrorsLive($organization: ID!, $after: Cursor) {
    errorFeed(organization: $organization, after: $after) {
      cursor
      kind
      omitted
      changes {
        at
        kind
        count
        errorId
        error {
          id
          shortId
          title
          status
          statusCategory
          severity
          priority
          occurrenceCount
          usersAffectedCount
          lastSeenAt
          updatedAt
          lastRelease
          regressedAt
          resolvedAt
          mergedCount
          assignee { id name }
        }
      }
    }
  }
`);

export type ErrorChange = ChangeOf<ErrorsLiveSubscription>;
export interface Listener {
  onChanges?: (changes: ErrorChange[], omitted: number) => void;
  onResync?: () => void;
}

const Listeners = createContext<Set<{ current: Listener }> | null>(null);

export function Live({ organization, children }: { organization: string; children: ComponentChildren }) {
  const listeners = useMemo(() => new Set<{ current: Listener }>(), []);
  useFeed(ErrorsLive, { organization }, {
    onChanges: (changes, omitted) => {
      for (const { current } of listeners) current.onChanges?.(changes, omitted);
    },
    onResync: () => {
      for (const { current } of listeners) current.onResync?.();
    },
  });
  return <Listeners.Provider value={listeners}>{children}</Listeners.Provider>;
}

/** Hear what happens to the organization's errors. What the cache shows of them follows without it. */
export function useErrorChanges(listener: Listener): void {
  const listeners = useContext(Listeners);
  const latest = useRef(listener);
  latest.current = listener;
  useLayoutEffect(() => {
    listeners?.add(latest);
    return () => void listeners?.delete(latest);
  }, [listeners]);
}
