/** Asking anew when something happened, but not with every event; and from time to time where nobody tells. */
import { useCallback, useEffect, useRef } from "preact/hooks";

const AT_MOST_EVERY = 3_000;
const FIRST_AFTER = 400;

/** Returns what is called for each change; `run` follows shortly after, and at most every three seconds. */
export function useSoon(run: () => void, alsoEvery = 0): () => void {
  const latest = useRef(run);
  latest.current = run;
  const timer = useRef(0);
  const ranAt = useRef(0);
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    if (!alsoEvery) return undefined;
    const again = setInterval(() => document.hidden || latest.current(), alsoEvery);
    return () => clearInterval(again);
  }, [alsoEvery]);
  return useCallback(() => {
    if (timer.current) return;
    const wait = Math.max(FIRST_AFTER, ranAt.current + AT_MOST_EVERY - Date.now());
    timer.current = window.setTimeout(() => {
      timer.current = 0;
      ranAt.current = Date.now();
      latest.current();
    }, wait);
  }, []);
}

/** Asks again at each turn but the first, which is asked for anyway. */
export function useTurns(turn: number, ask: () => void): void {
  const latest = useRef(ask);
  latest.current = ask;
  useEffect(() => {
    if (turn) latest.current();
  }, [turn]);
}
