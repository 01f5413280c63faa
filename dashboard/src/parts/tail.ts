/** The tail of what happens: rows as they come, held back while somebody reads, and how many there are a second. */
import { useQuery } from "@urql/preact";
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { type ChangeOf, useFeed } from "~/api/feed";
import { graphql } from "~/api/graphql";
import type { ErrorFilter, OccurrenceFeedFilter, TailSubscription } from "~/gql/graphql";

const TailDocument = graphql(`
  subscription Tail($organization: ID!, $where: OccurrenceFeedFilter, $after: Cursor) {
    occurrenceFeed(organization: $organization, where: $where, after: $after) {
      cursor
      kind
      omitted
      changes: occurrences {
        cursor
        kind
        at
        count
        occurrence { id level message environment release transaction service { id name } }
        error { id shortId title culprit severity status occurrenceCount }
      }
    }
  }
`);

const BeforeDocument = graphql(`
  query BeforeTail($where: ErrorFilter, $first: Int!) {
    errors(where: $where, first: $first) {
      edges {
        node { id shortId title culprit severity status level environment lastSeenAt lastRelease occurrenceCount service { id name } }
      }
    }
  }
`);

type Sample = ChangeOf<TailSubscription>;
export interface TailRow {
  key: string;
  at: string;
  kind: Sample["kind"];
  count: number;
  level: NonNullable<Sample["occurrence"]>["level"];
  message: string;
  environment: string | null;
  release: string | null;
  place: string | null;
  service: string | null;
  error: { id: string; shortId: string; title: string };
  occurrence: string | null;
  /** Whether it had come before anybody looked. */
  isOld?: boolean;
}

const SECONDS = 60;

interface Options {
  organization: string;
  where: OccurrenceFeedFilter;
  before: ErrorFilter;
  most: number;
  /** Rows that come while it is held wait, and are counted. */
  isHeld: boolean;
}

export function useTail({ organization, where, before, most, isHeld }: Options) {
  const [fresh, setFresh] = useState<TailRow[]>([]);
  const waiting = useRef<TailRow[]>([]);
  const counted = useRef({ waiting: 0, total: 0, seconds: new Map<number, number>() });
  const [, draw] = useState(0);
  const held = useRef(isHeld);
  held.current = isHeld;
  const [{ data, error }, ask] = useQuery({ query: BeforeDocument, variables: { where: before, first: Math.min(most, 50) } });
  const release = useCallback(() => {
    if (!waiting.current.length) return;
    const more = waiting.current;
    waiting.current = [];
    counted.current.waiting = 0;
    setFresh((rows) => [...more, ...rows].slice(0, most));
  }, [most]);
  const said = JSON.stringify([organization, where]);
  useEffect(() => {
    waiting.current = [];
    counted.current = { waiting: 0, total: 0, seconds: new Map() };
    setFresh([]);
  }, [said]);
  useEffect(() => {
    if (!isHeld) release();
  }, [isHeld, release]);
  useFeed(TailDocument, { organization, where }, {
    onChanges(changes, omitted) {
      const sum = changes.reduce((total, { count }) => total + count, 0) + leftOut(changes, omitted);
      note(counted.current.seconds, sum);
      counted.current.total += sum;
      counted.current.waiting += held.current ? sum : 0;
      const rows = changes.filter(({ error }) => error).map(rowOf).reverse();
      waiting.current = [...rows, ...waiting.current].slice(0, most);
      if (held.current) draw((n) => n + 1);
      else release();
    },
    onResync() {
      waiting.current = [];
      setFresh([]);
      ask({ requestPolicy: "network-only" });
    },
  });
  const old = useMemo(() => (data?.errors?.edges ?? []).map(({ node }) => rowOfError(node)), [data]);
  const rows = useMemo(() => {
    const shown = new Set(fresh.map((row) => row.error.id));
    return [...fresh, ...old.filter((row) => !shown.has(row.error.id))].slice(0, most);
  }, [fresh, old, most]);
  return { rows, error, isLoading: !data && !error, waiting: counted.current.waiting, total: counted.current.total, seconds: counted.current.seconds, release };
}

/** The server tells what it left out beside what it shows; what a sample stands for is in its own count. */
function leftOut(changes: readonly Sample[], omitted: number): number {
  const within = changes.reduce((sum, { count }) => sum + count - 1, 0);
  return Math.max(0, omitted - within);
}

function note(seconds: Map<number, number>, sum: number): void {
  const now = Math.floor(Date.now() / 1000);
  seconds.set(now, (seconds.get(now) ?? 0) + sum);
  for (const second of seconds.keys()) if (second < now - SECONDS) seconds.delete(second);
}

/** How many came in each of the last sixty seconds, the oldest first. */
export function lastMinute(seconds: Map<number, number>, now: number): number[] {
  const last = Math.floor(now / 1000);
  return Array.from({ length: SECONDS }, (_, index) => seconds.get(last - SECONDS + 1 + index) ?? 0);
}

function rowOf({ cursor, at, kind, count, occurrence, error }: Sample): TailRow {
  return {
    key: cursor,
    at,
    kind,
    count,
    level: occurrence?.level ?? "ERROR",
    message: occurrence?.message ?? "",
    environment: occurrence?.environment ?? null,
    release: occurrence?.release ?? null,
    place: occurrence?.transaction || error!.culprit || null,
    service: occurrence?.service?.name ?? null,
    error: error!,
    occurrence: occurrence?.id ?? null,
  };
}

type Before = { id: string; shortId: string; title: string; culprit: string; level: TailRow["level"]; environment?: string | null; lastSeenAt: string; lastRelease?: string | null; occurrenceCount: number; service?: { name: string } | null };

function rowOfError(node: Before): TailRow {
  return {
    key: node.id,
    at: node.lastSeenAt,
    kind: node.occurrenceCount === 1 ? "NEW" : "AGAIN",
    count: 1,
    level: node.level,
    message: "",
    environment: node.environment ?? null,
    release: node.lastRelease ?? null,
    place: node.culprit || null,
    service: node.service?.name ?? null,
    error: { id: node.id, shortId: node.shortId, title: node.title },
    occurrence: null,
    isOld: true,
  };
}
