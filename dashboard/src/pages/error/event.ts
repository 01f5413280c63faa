/** Which event of the error is shown, and the way from one to the next. */
import { useQuery } from "@urql/preact";
import { useCallback, useEffect, useRef } from "preact/hooks";
import { useWord } from "~/app/address";
import { EventDocument, PickedEventDocument, type Shown } from "~/pages/error/documents";

const PICKED = ["recommended", "latest", "oldest"];

export interface Events {
  event: Shown | undefined;
  error: ReturnType<typeof useQuery>[0]["error"];
  isWaiting: boolean;
  /** "recommended", "latest", "oldest" or the id of one. */
  which: string;
  pick: (which: string) => void;
  /** Steps to newer (1) or older (-1) events; what is pressed while one is fetched is done after it. */
  step: (by: number) => void;
  ask: () => void;
}

export function useEvents(error: string): Events {
  const [which, setWhich] = useWord<string>("event", "recommended");
  const isPicked = PICKED.includes(which);
  const [picked, askPicked] = useQuery({
    query: PickedEventDocument,
    variables: { error, isLatest: which === "latest", isOldest: which === "oldest", isRecommended: which === "recommended" },
    pause: !isPicked,
  });
  const [named, askNamed] = useQuery({ query: EventDocument, variables: { id: which }, pause: isPicked });
  const of = picked.data?.error;
  const found = isPicked ? (of?.latestOccurrence ?? of?.oldestOccurrence ?? of?.recommendedOccurrence) : named.data?.occurrence;
  const { fetching, error: failed } = isPicked ? picked : named;

  const last = useRef<Shown>();
  if (found) last.current = found;
  const isOther = last.current?.errorId !== undefined && of?.id !== undefined && last.current.errorId !== error && !found;
  const event = found ?? (isOther ? undefined : last.current);
  const isHere = useRef(false);
  isHere.current = Boolean(found);
  const owed = useRef(0);
  const walk = useCallback(() => {
    const now = last.current;
    if (!owed.current || !isHere.current || !now) return;
    const to = owed.current > 0 ? now.next : now.previous;
    owed.current = to ? owed.current - Math.sign(owed.current) : 0;
    if (!to) return;
    isHere.current = false;
    setWhich(to.id);
  }, [setWhich]);
  useEffect(walk, [found, walk]);
  return {
    event,
    error: failed,
    isWaiting: fetching && !found,
    which,
    pick: (to) => {
      owed.current = 0;
      setWhich(to);
    },
    step: (by) => {
      owed.current += by;
      walk();
    },
    ask: () => (isPicked ? askPicked : askNamed)({ requestPolicy: "network-only" }),
  };
}
