/** Keys: one registry, which `?` shows. Off while somebody writes, and while a dialog is open. */
import { useLayoutEffect, useRef } from "preact/hooks";
import { signal } from "~/api/signal";

export interface Key {
  /** "j", "Enter", "Shift+R", "/" or a sequence: "g e". */
  keys: string;
  /** What it does, for the sheet: "Next error". Keys with the same label are shown as one line. */
  label: string;
  run: (event: KeyboardEvent) => void;
  /** Only then; the next one that knows the key is asked otherwise. */
  when?: () => boolean;
}
export interface KeyGroup {
  name: string;
  keys: Key[];
}

type Registered = { current: KeyGroup };
const groups: Registered[] = [];
/** Counts up whenever groups come or go, so that the sheet is drawn anew. */
export const changes = signal(0);

/** Every key that does something now, the latest group first. */
export const known = (): KeyGroup[] => groups.map(({ current }) => current).toReversed();

/**
 * Let keys do something while the component is there. The handlers are those of the latest drawing, but
 * two keys may come before the next one: what they act on (the selected row) belongs in a ref.
 */
export function useKeys(name: string, keys: Key[]): void {
  const latest = useRef<KeyGroup>({ name, keys });
  latest.current = { name, keys };
  // Not a moment after what they act on is seen: somebody may type at once.
  useLayoutEffect(() => {
    groups.push(latest);
    changes.set(changes.get() + 1);
    return () => {
      groups.splice(groups.indexOf(latest), 1);
      changes.set(changes.get() + 1);
    };
  }, []);
}

const SEQUENCE_MS = 1200;
const WRITES = "input:not([type=checkbox], [type=radio], [type=button]), textarea, select, [contenteditable]";
let begun = "";
let begunAt = 0;

function nameOf(event: KeyboardEvent): string {
  const isLetter = /^[a-z]$/i.test(event.key);
  return event.shiftKey && (isLetter || event.key.length > 1) ? `Shift+${isLetter ? event.key.toUpperCase() : event.key}` : event.key;
}

/** What opens by itself when it has the focus keeps its own Enter and Space. */
function isOfControl(event: KeyboardEvent): boolean {
  const control = (event.target as Element).closest?.("a[href], button, summary, [role=menuitem], [role=tab]");
  return control !== null && (event.key === "Enter" || event.key === " ");
}

function find(keys: string): Key | undefined {
  for (const group of known()) {
    const key = group.keys.find((each) => each.keys === keys && (each.when?.() ?? true));
    if (key) return key;
  }
  return undefined;
}

const begins = (prefix: string) => known().some(({ keys }) => keys.some((key) => key.keys.startsWith(`${prefix} `)));

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const target = event.target as HTMLElement;
  if (target.matches?.(WRITES)) {
    if (event.key === "Escape") target.blur();
    return;
  }
  if (isOfControl(event) || document.querySelector("dialog[open], [popover]:popover-open")) return;
  const name = nameOf(event);
  if (name === "Shift") return;
  const sequence = begun && event.timeStamp - begunAt < SEQUENCE_MS ? `${begun} ${name}` : "";
  begun = "";
  const key = (sequence && find(sequence)) || find(name);
  if (key) {
    event.preventDefault();
    key.run(event);
  } else if (begins(name)) {
    event.preventDefault();
    [begun, begunAt] = [name, event.timeStamp];
  }
}

addEventListener("keydown", onKey);
