/** Small charts in a row or a tile: drawn as SVG, told as text. */
interface Values {
  values: readonly number[];
  /** What a reader is told instead: "312 events in 24 hours". Nothing when the number stands beside it. */
  label?: string;
}

export function Spark({ values, label }: Values) {
  const most = Math.max(1, ...values);
  return (
    <svg class="spark" viewBox={`0 0 ${Math.max(1, values.length) * 4} 24`} preserveAspectRatio="none" {...told(label)}>
      {values.map((value, index) => {
        const height = value ? Math.max(1.5, (value / most) * 24) : 0.75;
        return <rect key={index} class={value ? "" : "none"} x={index * 4} width="3" y={24 - height} height={height} />;
      })}
    </svg>
  );
}

/** A line with what is below it filled, for tiles. */
export function SparkLine({ values, label }: Values) {
  const most = Math.max(1, ...values);
  const step = 100 / Math.max(1, values.length - 1);
  const points = values.map((value, index) => `${(index * step).toFixed(2)},${(22 - (value / most) * 20).toFixed(2)}`);
  return (
    <svg class="spark-line" viewBox="0 0 100 24" preserveAspectRatio="none" {...told(label)}>
      <polygon points={`0,24 ${points.join(" ")} 100,24`} />
      <polyline points={points.join(" ")} />
    </svg>
  );
}

const told = (label?: string) => (label ? { role: "img" as const, "aria-label": label } : { "aria-hidden": true as const });

export interface Bar {
  name: string;
  value: number;
  title?: string;
}

/** Shares of a whole, the largest first: tags, releases, browsers. */
export function Bars({ bars, total, label, onPick }: { bars: readonly Bar[]; total: number; label: string; onPick?: (bar: Bar) => void }) {
  return (
    <ul class="bars" aria-label={label}>
      {bars.map((bar) => {
        const share = total ? bar.value / total : 0;
        const inside = (
          <>
            <svg class="bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
              <rect width={Math.max(0.5, share * 100)} height="1" />
            </svg>
            <span class="bar-name">{bar.name}</span>
            <span class="bar-share">{share > 0 && share < 0.01 ? "< 1" : Math.round(share * 100)} %</span>
          </>
        );
        return (
          <li key={bar.name} title={bar.title}>
            {onPick ? <button type="button" onClick={() => onPick(bar)}>{inside}</button> : <span>{inside}</span>}
          </li>
        );
      })}
    </ul>
  );
}
