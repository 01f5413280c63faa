/** Series over time, on a canvas; with a sentence for who does not see it, and a table behind a disclosure. */
import { useEffect, useRef, useState } from "preact/hooks";
import type uPlot from "uplot";
import { onColours } from "~/app/theme";
import { compact, full } from "~/parts/Num";
import { exactly } from "~/parts/Time";

export interface Series {
  name: string;
  /** The name of a colour of tokens.css: "--bad". */
  colour: string;
  values: readonly (number | null)[];
}
interface Props {
  label: string;
  /** What it shows, in a sentence; made from the sums when left out. */
  summary?: string;
  /** Seconds since 1970, ascending. */
  times: readonly number[];
  series: readonly Series[];
  height?: number;
  kind?: "bars" | "lines";
  /** Moments to mark, such as releases: drawn as dashed lines. */
  marks?: readonly { at: number; name: string }[];
}

export function Chart({ label, summary, times, series, height = 200, kind = "lines", marks = [] }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [hint, point] = useState<number | null>(null);
  useEffect(() => {
    let isGone = false;
    let plot: uPlot | undefined;
    const element = box.current!;
    const draw = async () => {
      const { drawn } = await import("./plot");
      if (isGone) return;
      plot?.destroy();
      plot = drawn(element, { times, series, height, kind, marks, onPoint: point });
    };
    void draw();
    const watcher = new ResizeObserver(() => plot?.setSize({ width: element.clientWidth, height }));
    watcher.observe(element);
    const stop = onColours(() => requestAnimationFrame(draw));
    return () => {
      isGone = true;
      stop();
      watcher.disconnect();
      plot?.destroy();
    };
  }, [times, series, height, kind, marks]);
  return (
    <figure class="chart">
      <figcaption class="chart-head">
        <span class="visually-hidden">{summary ?? summed(label, series)}</span>
        <ul class="legend" aria-hidden="true">
          {series.map((each) => (
            <li key={each.name}>
              <i style={{ background: shadeOf(each.colour) }} />
              {each.name}
              {hint !== null && <b>{compact(each.values[hint] ?? 0)}</b>}
            </li>
          ))}
          <li class="chart-at">{hint === null ? "" : exactly(new Date(times[hint]! * 1000))}</li>
        </ul>
      </figcaption>
      <div class="plot" ref={box} style={{ minHeight: `${height}px` }} aria-hidden="true" />
      <Table label={label} times={times} series={series} />
    </figure>
  );
}

/** Charts have shades of their own for what is also a word's colour. */
export const shadeOf = (colour: string): string => `var(${colour.replace(/^--/, "--series-")}, var(${colour}))`;

function summed(label: string, series: readonly Series[]): string {
  const sums = series.map(({ name, values }) => `${name} ${full(values.reduce<number>((sum, value) => sum + (value ?? 0), 0))}`);
  return `${label}: ${sums.join(", ")}.`;
}

function Table({ label, times, series }: Pick<Props, "label" | "times" | "series">) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details class="chart-table" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Show as a table</summary>
      {isOpen && (
        <div class="scroll" tabIndex={0} role="region" aria-label={`${label}, as a table`}>
          <table>
            <thead>
              <tr>
                <th scope="col">Time</th>
                {series.map(({ name }) => <th key={name} scope="col">{name}</th>)}
              </tr>
            </thead>
            <tbody>
              {times.map((at, index) => (
                <tr key={at}>
                  <th scope="row">{exactly(new Date(at * 1000))}</th>
                  {series.map(({ name, values }) => <td key={name}>{values[index] == null ? "–" : full(values[index]!)}</td>)}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </details>
  );
}
