/** Ignore for good, until a moment, or until it happens so often or to so many again. */
import { useState } from "preact/hooks";
import { Button } from "~/parts/Button";
import { Dialog } from "~/parts/Dialog";
import { type Chosen, ignore, named, type Until } from "~/parts/errors/actions";
import { Field } from "~/parts/Field";

type Way = "ever" | "until" | "occurrences" | "users";
const WAYS: [Way, string, string][] = [
  ["until", "For a while", "It opens again by itself."],
  ["occurrences", "Until it happens so often again", "Counted from now."],
  ["users", "Until it meets so many more users", "Counted from now."],
  ["ever", "For good", "Until somebody opens it again."],
];
const SPANS: [hours: number, label: string][] = [[1, "1 hour"], [24, "1 day"], [168, "1 week"], [720, "30 days"]];

interface Props {
  chosen: Chosen;
  onClose: () => void;
  onDone?: () => void;
}

export function IgnoreDialog({ chosen, onClose, onDone }: Props) {
  const [way, setWay] = useState<Way>("until");
  const [hours, setHours] = useState(24);
  const [count, setCount] = useState(100);
  const submit = () => {
    const until: Until =
      way === "until" ? { until: new Date(Date.now() + hours * 3_600_000).toISOString() } : way === "ever" ? {} : { [way]: count };
    onClose();
    void ignore(chosen, until).then((isDone) => isDone && onDone?.());
  };
  return (
    <Dialog
      title={`Ignore ${named(chosen)}`}
      isOpen
      onClose={onClose}
      onSubmit={submit}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary">Ignore</Button>
        </>
      }
    >
      <div class="ways" role="radiogroup" aria-label="How long">
        {WAYS.map(([each, label, more], index) => (
          <label key={each}>
            <input type="radio" name="way" checked={way === each} autofocus={index === 0} onChange={() => setWay(each)} />
            <span>{label}<small>{more}</small></span>
          </label>
        ))}
      </div>
      {way === "until" && (
        <Field label="How long">
          {(field) => (
            <select {...field} value={hours} onChange={(event) => setHours(Number(event.currentTarget.value))}>
              {SPANS.map(([value, label]) => <option key={value} value={value}>{label}</option>)}
            </select>
          )}
        </Field>
      )}
      {(way === "occurrences" || way === "users") && (
        <Field label={way === "users" ? "Users" : "Times"}>
          {(field) => <input {...field} type="number" min={1} max={1_000_000} required value={count} onInput={(event) => setCount(Number(event.currentTarget.value))} />}
        </Field>
      )}
    </Dialog>
  );
}
