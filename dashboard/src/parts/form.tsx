/** Forms: what was typed, what is wrong with which field, and one way to send it. */
import "./form.css";
import { useRef, useState } from "preact/hooks";
import type { ComponentChildren, JSX } from "preact";
import type { Refusal } from "~/api/act";
import { Button } from "~/parts/Button";
import { Dialog } from "~/parts/Dialog";
import { Field } from "~/parts/Field";
import { say } from "~/parts/toasts";

type Answer = { ok: unknown; refused?: undefined } | { ok?: undefined; refused: Refusal };
type Ok<Given> = Given extends { refused?: undefined; ok: infer Success } ? Success : never;
interface Options<Given> {
  /** What a toast says afterwards. */
  done?: string;
  onDone?: (ok: Ok<Given>) => void;
}

export interface Form<Values extends object> {
  values: Values;
  set: (changes: Partial<Values>) => void;
  /** What is wrong with a field, by the name that the API has for it. */
  problem: (name: string) => string | null;
  /** What is wrong with no field of its own. */
  refusal: string | null;
  isBusy: boolean;
  isChanged: boolean;
  reset: () => void;
  submit: () => void;
  onSubmit: (event: Event) => void;
  /** The fields that show what is wrong with them. */
  shown: Set<string>;
}

/** `useForm({ name: "" }, (values) => act(Document, values), { done: "Saved" })`. */
export function useForm<Values extends object, Given extends Answer>(
  start: Values,
  send: (values: Values) => Promise<Given>,
  options: Options<Given> = {},
): Form<Values> {
  const [changes, change] = useState<Partial<Values>>({});
  const [isBusy, setBusy] = useState(false);
  const [refused, refuse] = useState<Refusal | null>(null);
  const shown = useRef(new Set<string>()).current;
  const values = { ...start, ...changes };
  shown.clear();
  const named = typeof refused?.field === "string" ? refused.field.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase()) : null;
  const is = (name: string) => named === name || named?.split(".").at(-1) === name;
  const submit = async () => {
    if (isBusy) return;
    setBusy(true);
    const { ok, refused: why } = await send(values);
    setBusy(false);
    refuse(why ?? null);
    if (why) return;
    change({});
    if (options.done) say(options.done);
    options.onDone?.(ok as Ok<Given>);
  };
  return {
    values,
    set: (more) => change((before) => ({ ...before, ...more })),
    problem: (name) => {
      shown.add(name);
      return is(name) ? refused!.message : null;
    },
    get refusal() {
      return refused && ![...shown].some(is) ? refused.message : null;
    },
    isBusy,
    isChanged: Object.keys(changes).length > 0,
    reset: () => (change({}), refuse(null)),
    submit: () => void submit(),
    onSubmit: (event) => {
      event.preventDefault();
      void submit();
    },
    shown,
  };
}

type Names<Values, Kind> = { [Name in keyof Values]: Values[Name] extends Kind ? Name : never }[keyof Values] & string;
interface Shared<Values extends object> {
  form: Form<Values>;
  label: ComponentChildren;
  hint?: ComponentChildren;
  /** The name that the API has for it, when it is another one. */
  known?: string;
}
type Plain = Omit<JSX.IntrinsicElements["input"], "form" | "name" | "label" | "value">;

export function TextField<Values extends object>({ form, name, label, hint, known, ...more }: Shared<Values> & { name: Names<Values, string> } & Plain) {
  return (
    <Field label={label} hint={hint} problem={form.problem(known ?? name)}>
      {(given) => <input {...(more as object)} {...given} name={name} value={form.values[name] as string} onInput={(event) => form.set({ [name]: event.currentTarget.value } as Partial<Values>)} />}
    </Field>
  );
}

type Area = Omit<JSX.IntrinsicElements["textarea"], "form" | "name" | "label" | "value">;
export function AreaField<Values extends object>({ form, name, label, hint, known, ...more }: Shared<Values> & { name: Names<Values, string> } & Area) {
  return (
    <Field label={label} hint={hint} problem={form.problem(known ?? name)}>
      {(given) => <textarea rows={3} {...(more as object)} {...given} name={name} value={form.values[name] as string} onInput={(event) => form.set({ [name]: event.currentTarget.value } as Partial<Values>)} />}
    </Field>
  );
}

export type Choice = readonly [value: string, label: string];
export function PickField<Values extends object>({ form, name, label, hint, known, choices }: Shared<Values> & { name: Names<Values, string>; choices: readonly Choice[] }) {
  return (
    <Field label={label} hint={hint} problem={form.problem(known ?? name)}>
      {(given) => (
        <select {...given} name={name} value={form.values[name] as string} onChange={(event) => form.set({ [name]: event.currentTarget.value } as Partial<Values>)}>
          {choices.map(([value, text]) => <option key={value} value={value}>{text}</option>)}
        </select>
      )}
    </Field>
  );
}

export function CheckField<Values extends object>({ form, name, label, hint }: Shared<Values> & { name: Names<Values, boolean> }) {
  const [id] = useState(() => `check-${Math.random().toString(36).slice(2)}`);
  return (
    <div class="check-field">
      <input id={id} type="checkbox" name={name} checked={form.values[name] as boolean} aria-describedby={hint ? `${id}-said` : undefined} onChange={(event) => form.set({ [name]: event.currentTarget.checked } as Partial<Values>)} />
      <div>
        <label for={id}>{label}</label>
        {hint && <p id={`${id}-said`} class="field-hint">{hint}</p>}
      </div>
    </div>
  );
}

/** A form in a dialog: Enter sends it, and what was refused stands below its fields. */
export function FormDialog<Values extends object>({ title, isOpen, onClose, form, action, isDangerous, size, children }: {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  form: Form<Values>;
  /** What the button says: the verb of what will happen. */
  action: string;
  isDangerous?: boolean;
  size?: "usual" | "wide";
  children: ComponentChildren;
}) {
  const close = () => (form.reset(), onClose());
  const actions = (
    <>
      <Button onClick={close}>Cancel</Button>
      <Button type="submit" kind={isDangerous ? "danger" : "primary"} isBusy={form.isBusy}>{action}</Button>
    </>
  );
  return (
    <Dialog title={title} isOpen={isOpen} onClose={close} onSubmit={form.submit} size={size} actions={actions}>
      {children}
      <Refused form={form} />
    </Dialog>
  );
}

/** Why it was not done, where no field says it. Goes below the fields. */
export function Refused<Values extends object>({ form }: { form: Form<Values> }) {
  return <div role="alert">{form.refusal && <p class="door-problem">{form.refusal}</p>}</div>;
}

/** The foot of a form on a page: save, and back to what it was. */
export function SaveBar<Values extends object>({ form, label = "Save" }: { form: Form<Values>; label?: string }) {
  return (
    <>
      <Refused form={form} />
      <div class="row">
        <Button type="submit" kind="primary" isBusy={form.isBusy} disabled={!form.isChanged}>{label}</Button>
        {form.isChanged && <Button kind="quiet" onClick={form.reset}>Undo changes</Button>}
      </div>
    </>
  );
}
