/** Asks before what cannot be undone: `if (await confirm({ title, text, action: "Delete" })) …`. */
import { useState } from "preact/hooks";
import { signal, useSignal } from "~/api/signal";
import { Button } from "~/parts/Button";
import { Dialog } from "~/parts/Dialog";
import { Field } from "~/parts/Field";

export interface Question {
  title: string;
  text: string;
  /** What the button says: the verb of what will happen. */
  action: string;
  isDangerous?: boolean;
  /** A word that must be typed first, such as the name of what goes. */
  typed?: string;
}

const asked = signal<{ question: Question; answer: (yes: boolean) => void } | null>(null);

export const confirm = (question: Question): Promise<boolean> =>
  new Promise((answer) => {
    asked.get()?.answer(false);
    asked.set({ question, answer });
  });

/** Stands once in the shell. */
export function Confirm() {
  const now = useSignal(asked);
  const [typed, type] = useState("");
  if (!now) return null;
  const { question, answer } = now;
  const end = (yes: boolean) => {
    asked.set(null);
    type("");
    answer(yes);
  };
  const isReady = !question.typed || typed.trim() === question.typed;
  return (
    <Dialog
      title={question.title}
      isOpen
      onClose={() => end(false)}
      onSubmit={() => isReady && end(true)}
      actions={
        <>
          <Button onClick={() => end(false)}>Cancel</Button>
          <Button type="submit" kind={question.isDangerous ? "danger" : "primary"} disabled={!isReady}>
            {question.action}
          </Button>
        </>
      }
    >
      <p>{question.text}</p>
      {question.typed && (
        <Field label={`Type ${question.typed} to go on`}>
          {(field) => <input {...field} value={typed} autoComplete="off" spellcheck={false} onInput={(event) => type(event.currentTarget.value)} />}
        </Field>
      )}
    </Dialog>
  );
}
