/** A long list of rows of one height: only those that are seen are there. */
import type { ComponentChildren, Ref } from "preact";
import { useEffect, useImperativeHandle, useRef, useState } from "preact/hooks";

export interface ListHandle {
  /** Bring a row into view. */
  show(index: number): void;
  focus(): void;
}
interface Props {
  label: string;
  count: number;
  rowHeight: number;
  rowKey: (index: number) => string;
  children: (index: number) => ComponentChildren;
  /** The row that keys act on. */
  at?: number;
  /** Asked for more when the end comes near. */
  onEnd?: () => void;
  /** How many there are in all, loaded or not. */
  total?: number | null;
  handle?: Ref<ListHandle>;
  /** Which rows are chosen, where several may be; else the row that keys act on is the chosen one. */
  isChosen?: (index: number) => boolean;
  class?: string;
}

const OVERSCAN = 6;

export function VirtualList({ label, count, rowHeight, rowKey, children, at, onEnd, total, handle, isChosen, class: more }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 800 });
  useEffect(() => {
    const element = box.current!;
    const look = () => setView({ top: element.scrollTop, height: element.clientHeight });
    look();
    element.addEventListener("scroll", look, { passive: true });
    const watcher = new ResizeObserver(look);
    watcher.observe(element);
    return () => {
      element.removeEventListener("scroll", look);
      watcher.disconnect();
    };
  }, []);
  useImperativeHandle(handle ?? null, () => ({
    focus: () => box.current?.focus(),
    show(index) {
      const element = box.current;
      if (!element) return;
      const top = index * rowHeight;
      if (top < element.scrollTop) element.scrollTop = top;
      else if (top + rowHeight > element.scrollTop + element.clientHeight) element.scrollTop = top + rowHeight - element.clientHeight;
    },
  }), [rowHeight]);
  const first = Math.max(0, Math.floor(view.top / rowHeight) - OVERSCAN);
  const last = Math.min(count, Math.ceil((view.top + view.height) / rowHeight) + OVERSCAN);
  const isNearEnd = count > 0 && last >= count - OVERSCAN;
  useEffect(() => {
    if (isNearEnd) onEnd?.();
  }, [isNearEnd, count]);
  return (
    <div
      ref={box}
      class={`list ${more ?? ""}`}
      role="listbox"
      aria-label={label}
      aria-multiselectable={isChosen ? true : undefined}
      tabIndex={0}
      aria-activedescendant={at !== undefined && at < count ? rowId(rowKey(at)) : undefined}
    >
      <div class="list-space" role="presentation" style={{ height: `${count * rowHeight}px` }}>
        {Array.from({ length: Math.max(0, last - first) }, (_, offset) => {
          const index = first + offset;
          const key = rowKey(index);
          return (
            <div
              key={key}
              id={rowId(key)}
              role="option"
              aria-selected={isChosen ? isChosen(index) : index === at}
              aria-posinset={index + 1}
              aria-setsize={total ?? count}
              class={index === at ? "list-row at" : "list-row"}
              style={{ height: `${rowHeight}px`, transform: `translateY(${index * rowHeight}px)` }}
            >
              {children(index)}
            </div>
          );
        })}
      </div>
    </div>
  );
}

const rowId = (key: string) => `row-${key}`;
