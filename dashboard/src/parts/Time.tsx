/** Moments: how long ago, with the exact time on hover. One clock for all of them. */
import { useEffect, useState } from "preact/hooks";
import { signal, useSignal } from "~/api/signal";

const minute = signal(Date.now());
setInterval(() => document.hidden || minute.set(Date.now()), 15_000);
document.addEventListener("visibilitychange", () => document.hidden || minute.set(Date.now()));

const STEPS: [seconds: number, unit: string][] = [
  [31_536_000, "y"], [2_592_000, "mo"], [604_800, "w"], [86_400, "d"], [3600, "h"], [60, "min"],
];

/** "12 min", "3 d"; "now" below a minute. */
export function span(seconds: number): string {
  for (const [length, unit] of STEPS) if (seconds >= length) return `${Math.floor(seconds / length)} ${unit}`;
  return "now";
}

const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "long" });
export const exactly = (at: string | Date): string => exact.format(new Date(at));

const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric" });
export const onDay = (at: string | Date): string => day.format(new Date(at));

function ago(at: string, now: number): string {
  const seconds = (now - Date.parse(at)) / 1000;
  const text = span(Math.abs(seconds));
  if (text === "now") return "now";
  return seconds < 0 ? `in ${text}` : `${text} ago`;
}

/** How long ago. `isBare` leaves "ago" to what stands around it. */
export function Time({ at, isBare }: { at: string; isBare?: boolean }) {
  // Young ones are drawn against the real moment, which the shared clock may be behind.
  const now = Math.max(useSignal(minute), Math.min(Date.now(), Date.parse(at)));
  const text = ago(at, now);
  return (
    <time dateTime={at} title={exactly(at)}>
      {isBare ? text.replace(/^in | ago$/g, "") : text}
    </time>
  );
}

/** The moment, drawn anew every second: for countdowns and rates. */
export function useSeconds(isOn = true): number {
  const [now, tick] = useState(Date.now);
  useEffect(() => {
    if (!isOn) return undefined;
    const timer = setInterval(() => tick(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [isOn]);
  return now;
}
