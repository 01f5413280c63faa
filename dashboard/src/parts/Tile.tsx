/** A figure with its change over the period before: the word says what the arrow means. */
import type { ComponentChildren } from "preact";
import { full, percent } from "~/parts/Num";

interface Props {
  label: string;
  /** What is shown large. */
  value: ComponentChildren;
  now?: number | null;
  before?: number | null;
  /** Which way is good news; nothing is said about it when left out. */
  good?: "more" | "less";
  /** What the figure is, exactly: shown on hover. */
  hint?: string;
  /** How a change is said where a percentage would mislead. */
  change?: string;
  children?: ComponentChildren;
}

export function Tile({ label, value, now, before, good, hint, change, children }: Props) {
  const moved = now == null || before == null ? null : change !== undefined ? { text: change, way: way(now, before) } : moveOf(now, before);
  const tone = !moved || moved.way === "same" || !good ? "even" : moved.way === good ? "good" : "worse";
  return (
    <li class="tile" title={hint}>
      <p class="tile-label">{label}</p>
      <p class="tile-value">{value}</p>
      <p class={`tile-change ${tone}`}>
        {moved ? (
          <>
            {moved.way !== "same" && <span class="tile-arrow" aria-hidden="true">{moved.way === "more" ? "▲ " : "▼ "}</span>}
            {moved.text}
          </>
        ) : (
          "none before"
        )}
      </p>
      {children}
    </li>
  );
}

type Way = "more" | "less" | "same";
const way = (now: number, before: number): Way => (now > before ? "more" : now < before ? "less" : "same");

function moveOf(now: number, before: number): { text: string; way: Way } {
  if (now === before) return { text: "as before", way: "same" };
  if (!before) return { text: "none before", way: "more" };
  const share = now / before - 1;
  const size = Math.abs(share) >= 9.995 ? `${full(Math.round(now / before))} times` : percent(Math.abs(share), Math.abs(share) < 0.1 ? 1 : 0);
  return { text: `${size} ${share > 0 ? (size.endsWith("times") ? "as many" : "more") : "fewer"}`, way: way(now, before) };
}
