/** The hours of the week in which something is on. */
import type { Weekday } from "~/gql/enums";
import { Button } from "~/parts/Button";

export interface Hours {
  timezone: string;
  windows: { days: Weekday[]; begins: string; ends: string }[];
}

const DAYS: readonly Weekday[] = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"];
const short = (day: Weekday): string => day.charAt(0) + day.slice(1, 3).toLowerCase();

export function Schedule({ hours, onChange, problem }: { hours: Hours; onChange: (hours: Hours) => void; problem: string | null }) {
  const { timezone, windows } = hours;
  const put = (at: number, change: Partial<Hours["windows"][number]>) => onChange({ timezone, windows: windows.map((each, index) => (index === at ? { ...each, ...change } : each)) });
  return (
    <fieldset>
      <legend>In these hours of the week ({timezone})</legend>
      {windows.map((window, at) => (
        <div class="stack" key={at}>
          <div class="weekdays">
            {DAYS.map((day) => (
              <label key={day} class="row">
                <input type="checkbox" checked={window.days.includes(day)} onChange={() => put(at, { days: DAYS.filter((each) => window.days.includes(each) !== (each === day)) })} />
                {short(day)}
              </label>
            ))}
          </div>
          <div class="row">
            <input type="time" aria-label={`Window ${at + 1} begins`} value={window.begins} onInput={({ currentTarget }) => put(at, { begins: currentTarget.value })} />
            to
            <input type="time" aria-label={`Window ${at + 1} ends`} value={window.ends} onInput={({ currentTarget }) => put(at, { ends: currentTarget.value })} />
            <Button kind="quiet" icon="trash" label={`Remove window ${at + 1}`} onClick={() => onChange({ timezone, windows: windows.filter((_, index) => index !== at) })} />
          </div>
        </div>
      ))}
      {problem && <p class="field-problem">{problem}</p>}
      <div class="row wrap">
        <Button isSmall icon="plus" onClick={() => onChange({ timezone, windows: [...windows, { days: ["SATURDAY", "SUNDAY"], begins: "22:00", ends: "06:00" }] })}>Add hours</Button>
        <p class="field-hint">A window that ends before it begins runs past midnight.</p>
      </div>
    </fieldset>
  );
}
