/** uPlot, fetched only by pages with charts: canvases take their colours when they are drawn. */
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { compact } from "~/parts/Num";
import { type Series, shadeOf } from "~/parts/Chart";

/** Steps between marks: what is counted comes in ones. */
const WHOLE = Array.from({ length: 12 }, (_, zeros) => [1, 2, 5].map((step) => step * 10 ** zeros)).flat();

interface Drawing {
  times: readonly number[];
  series: readonly Series[];
  height: number;
  kind: "bars" | "lines";
  marks: readonly { at: number; name: string }[];
  onPoint: (index: number | null) => void;
}

export function drawn(element: HTMLElement, { times, series, height, kind, marks, onPoint }: Drawing): uPlot {
  const colours = getComputedStyle(element);
  const colour = (name: string) => resolved(element, `var(${name})`);
  const shade = (name: string) => resolved(element, shadeOf(name));
  const axis: uPlot.Axis = {
    stroke: colours.color,
    font: `11px ${colours.fontFamily}`,
    grid: { stroke: colour("--line-soft"), width: 1 },
    ticks: { show: false },
    gap: 6,
  };
  const paths = kind === "bars" ? uPlot.paths.bars!({ size: [0.8, 40], gap: 1 }) : undefined;
  const stacked = kind === "bars" && series.length > 1 ? sums(series) : series.map(({ values }) => values);
  // The tallest bars stand behind the others.
  const order = kind === "bars" ? series.map((_, index) => index).reverse() : series.map((_, index) => index);
  const plot = new uPlot(
    {
      width: element.clientWidth,
      height,
      legend: { show: false },
      cursor: { y: false, points: { show: kind === "lines" }, drag: { x: false, y: false } },
      scales: { y: { range: (_, __, most) => [0, Math.max(4, most * 1.080)] } },
      axes: [
        { ...axis, grid: { show: false }, space: 70, size: 26, values: (_, splits, __, ___, step) => splits.map((at) => moment(at, step)) },
        { ...axis, size: 42, space: 26, incrs: WHOLE, values: (_, splits) => splits.map(compact) },
      ],
      series: [
        {},
        ...order.map((index): uPlot.Series => {
          const own = shade(series[index]!.colour);
          const fill = kind === "bars" ? own : faint(own);
          return { label: series[index]!.name, stroke: own, fill, width: kind === "bars" ? 0 : 1.5, paths, points: { show: false } };
        }),
      ],
      hooks: {
        setCursor: [(self) => onPoint(self.cursor.idx ?? null)],
        draw: [(self) => drawMarks(self, marks, colour("--ink-3"))],
      },
    },
    [times as number[], ...order.map((index) => stacked[index] as number[])],
    element,
  );
  element.onmouseleave = () => onPoint(null);
  return plot;
}

/** The colour behind a value: canvases know neither var() nor light-dark(). */
function resolved(element: HTMLElement, value: string): string {
  const probe = document.createElement("i");
  probe.style.color = value;
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

const days = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const hours = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });

/** A mark of the axis of time, as exact as the steps between them. */
function moment(seconds: number, step: number): string {
  const at = new Date(seconds * 1000);
  const isMidnight = at.getHours() === 0 && at.getMinutes() === 0;
  return (step >= 86_400 || isMidnight ? days : hours).format(at);
}

const faint = (colour: string) => colour.replace(/^rgb\((.*)\)$/, "rgba($1, 0.120)");

function sums(series: readonly Series[]): number[][] {
  const below: number[] = [];
  return series.map(({ values }) => values.map((value, index) => (below[index] = (below[index] ?? 0) + (value ?? 0))));
}

function drawMarks(plot: uPlot, marks: Drawing["marks"], colour: string): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.setLineDash([3, 3]);
  for (const { at } of marks) {
    const x = Math.round(plot.valToPos(at, "x", true));
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
  }
  ctx.restore();
}
