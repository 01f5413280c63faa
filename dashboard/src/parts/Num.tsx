/** Numbers: short where there is no room, exact on hover. */
const short = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const whole = new Intl.NumberFormat("en");

export const compact = (value: number): string => (Math.abs(value) < 10_000 ? whole.format(value) : short.format(value));
export const full = (value: number): string => whole.format(value);
export const percent = (share: number, digits = 0): string => `${(share * 100).toFixed(digits)} %`;

export function Num({ value, of }: { value: number; of?: string }) {
  return (
    <span class="num" title={`${full(value)}${of ? ` ${of}` : ""}`}>
      {compact(value)}
    </span>
  );
}
