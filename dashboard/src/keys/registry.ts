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
  /** It changes something at once: never for who could not see yet what it would change. */
  decides?: boolean;
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

let loading = 0;
/** Keys that nobody knew when they were pressed, while something was loading. */
let early: { name: string; event: KeyboardEvent; isBlind: boolean }[] = [];
const EARLY_MS = 10_000;
const MAY_WAIT = /^([!-~]|Shift\+[A-Z]|Enter|Arrow(Up|Down)|Home|End)$/;

/** While something loads that will know more keys, those that nobody knows wait for it. */
export function useKeysSoon(isLoading: boolean): void {
  useLayoutEffect(() => {
    if (!isLoading) return undefined;
    loading += 1;
    return () => {
      loading -= 1;
      setTimeout(catchUp);
    };
  }, [isLoading]);
}

/** One after the other, each after what the one before it has drawn. */
function catchUp(): void {
  if (loading || !early.length) return;
  const { name, event, isBlind } = early.shift()!;
  const isOld = performance.now() - event.timeStamp > EARLY_MS;
  if (!isOld && !isOff(document.activeElement)) find(name, isBlind)?.run(event);
  setTimeout(catchUp);
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

/** Whether keys are for something else: what is written in, or what is open above the page. */
const isOff = (target: Element | null): boolean =>
  Boolean(target?.matches?.(WRITES)) || document.querySelector("dialog[open], [popover]:popover-open") !== null;

function find(keys: string, isBlind = false): Key | undefined {
  for (const group of known()) {
    const key = group.keys.find((each) => each.keys === keys && !(isBlind && each.decides) && (each.when?.() ?? true));
    if (key) return key;
  }
  return undefined;
}

const begins = (prefix: string) => known().some(({ keys }) => keys.some((key) => key.keys.startsWith(`${prefix} `)));

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const target = event.target as HTMLElement;
  if (event.key === "Escape" && target.matches?.(WRITES)) target.blur();
  if (isOfControl(event) || isOff(target)) return;
  const name = nameOf(event);
  if (name === "Shift") return;
  const sequence = begun && event.timeStamp - begunAt < SEQUENCE_MS ? `${begun} ${name}` : "";
  begun = "";
  const key = (sequence && find(sequence)) || find(name);
  // Until all that came early is caught up with, what comes next waits behind it.
  const mustWait = !sequence && !loading && early.length > 0 && MAY_WAIT.test(name);
  if (key && !mustWait) {
    event.preventDefault();
    if (sequence) early = [];
    key.run(event);
  } else if (begins(name)) {
    event.preventDefault();
    [begun, begunAt] = [name, event.timeStamp];
  } else if (mustWait || (loading && MAY_WAIT.test(name))) early.push({ name, event, isBlind: loading > 0 });
}

addEventListener("keydown", onKey);
