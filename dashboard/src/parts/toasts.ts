/** Short messages, told once: `say("Resolved")`, `say(refusal, { kind: "bad" })`. */
import { signal } from "~/api/signal";

export interface Toast {
  id: number;
  text: string;
  kind: "ok" | "bad";
  /** What can be done about it, such as undo. */
  action?: { label: string; run: () => void };
}

export const toasts = signal<readonly Toast[]>([]);
const SHOWN = { ok: 5_000, bad: 12_000 };
const MOST = 4;
let next = 1;

export function say(text: string, more: { kind?: Toast["kind"]; action?: Toast["action"]; seconds?: number } = {}): () => void {
  const toast: Toast = { id: next++, text, kind: more.kind ?? "ok", action: more.action };
  toasts.set([...toasts.get().filter((each) => each.text !== text), toast].slice(-MOST));
  const stop = () => dismiss(toast.id);
  setTimeout(stop, more.seconds ? more.seconds * 1000 : more.action ? 10_000 : SHOWN[toast.kind]);
  return stop;
}

export const dismiss = (id: number): void => toasts.set(toasts.get().filter((toast) => toast.id !== id));
