/** Live feeds: changes in order, once each, also over a restart of the server; and never faster than the screen. */
import { useEffect, useRef } from "preact/hooks";
import type { AnyVariables, TypedDocumentNode } from "@urql/preact";
import { pipe, subscribe } from "wonka";
import { askAll } from "~/api/again";
import { client } from "~/api/client";
import { useSignal } from "~/api/signal";

export interface Batch<Change> {
  cursor: string;
  kind: "CHANGES" | "RESYNC";
  omitted: number;
  changes: readonly Change[];
}
export type BatchOf<Data> = Extract<NonNullable<Data[keyof Data]>, { changes: readonly unknown[] }>;
export type ChangeOf<Data> = BatchOf<Data>["changes"][number];

export interface FeedHandlers<Change, Whole = Batch<Change>> {
  /** Each batch as it comes, the first and empty one too: for what it says beside its changes. */
  onBatch?: (batch: Whole) => void;
  /** What happened since the last frame, in order. */
  onChanges?: (changes: Change[], omitted: number) => void;
  /** Too much was missed to be told. What is on the screen is asked again by itself; drop what you counted. */
  onResync?: () => void;
  isOff?: boolean;
}

/** A feed that begins so late tells nothing of what came since the page asked for what it shows. */
const LATE_MS = 3_000;

/**
 * Follow a feed. What its documents select of things with ids goes into the cache by itself: every
 * list and page that shows them follows. The handlers are for what the cache cannot know.
 */
export function useFeed<Data, Variables extends AnyVariables>(
  feed: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  handlers: FeedHandlers<ChangeOf<Data>, BatchOf<Data>> = {},
): void {
  const api = useSignal(client);
  const latest = useRef(handlers);
  latest.current = handlers;
  const key = JSON.stringify(variables);
  const isOff = handlers.isOff ?? false;
  useEffect(() => {
    if (isOff) return undefined;
    let waiting: ChangeOf<Data>[] = [];
    let omitted = 0;
    let frame = 0;
    let asked: number | null = performance.now();
    const hand = () => {
      // A hidden tab draws no frames: one that was asked for before may come much later.
      cancelAnimationFrame(frame);
      frame = 0;
      const [changes, left] = [waiting, omitted];
      [waiting, omitted] = [[], 0];
      latest.current.onChanges?.(changes, left);
    };
    const { unsubscribe } = pipe(
      api.subscription(feed, variables),
      subscribe(({ data }) => {
        const batch = Object.values(data ?? {}).find((value) => value && typeof value === "object") as
          | (BatchOf<Data> & Batch<ChangeOf<Data>>)
          | undefined;
        if (!batch) return;
        latest.current.onBatch?.(batch);
        const isLate = asked !== null && performance.now() - asked > LATE_MS;
        asked = null;
        if (batch.kind === "RESYNC" || isLate) {
          waiting = [];
          askAll(api);
          latest.current.onResync?.();
          if (batch.kind === "RESYNC") return;
        }
        waiting.push(...batch.changes);
        omitted += batch.omitted;
        if (document.hidden) hand();
        else if (waiting.length && !frame) frame = requestAnimationFrame(hand);
      }),
    );
    return () => {
      unsubscribe();
      cancelAnimationFrame(frame);
    };
    // eslint-disable-next-line -- variables are compared by what they say
  }, [api, feed, key, isOff]);
}
