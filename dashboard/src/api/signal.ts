/** A value that lives outside of components: what they show follows it. */
import { useEffect, useState } from "preact/hooks";

export interface Signal<T> {
  get(): T;
  set(value: T): void;
  watch(watcher: (value: T) => void): () => void;
}

export function signal<T>(value: T): Signal<T> {
  const watchers = new Set<(value: T) => void>();
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const watcher of [...watchers]) watcher(value);
    },
    watch(watcher) {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
  };
}

/** The value of a signal, in a component. */
export function useSignal<T>(source: Signal<T>): T {
  const [value, show] = useState(source.get);
  useEffect(() => {
    show(source.get());
    return source.watch((next) => show(() => next));
  }, [source]);
  return value;
}
