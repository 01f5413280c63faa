/** Menus: the browser's popover, placed below its button; arrows move in it. */
import type { ComponentChildren } from "preact";
import { useId, useRef } from "preact/hooks";
import { Icon, type IconName } from "~/parts/Icon";

export interface Item {
  label: string;
  icon?: IconName;
  hint?: string;
  isOn?: boolean;
  isDangerous?: boolean;
  isDisabled?: boolean;
  run: () => void;
}
interface Props {
  /** What a reader is told of the button; its text when `children` are none. */
  label: string;
  items: readonly (Item | "line")[];
  icon?: IconName;
  kind?: "plain" | "quiet" | "primary" | "bare";
  isSmall?: boolean;
  side?: "left" | "right";
  children?: ComponentChildren;
  isDisabled?: boolean;
}

export function Menu({ label, items, icon, kind = "plain", isSmall, side = "left", children, isDisabled }: Props) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const entries = () => [...list.current!.querySelectorAll<HTMLElement>("[role^=menuitem]:not(:disabled)")];
  const onToggle = ({ newState }: { newState?: string }) => {
    button.current!.setAttribute("aria-expanded", String(newState === "open"));
    if (newState !== "open") return;
    place(list.current!, button.current!, side);
    (entries().find((entry) => entry.ariaChecked === "true") ?? entries()[0])?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const all = entries();
    const at = all.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      all.at(to % all.length)?.focus();
    } else if (event.key === "Tab") list.current!.hidePopover();
    else if (/^[a-z0-9]$/i.test(event.key)) {
      const starts = (entry: HTMLElement) => entry.textContent!.toLowerCase().startsWith(event.key.toLowerCase());
      (all.slice(at + 1).find(starts) ?? all.find(starts))?.focus();
    }
  };
  const pick = (item: Item) => {
    list.current!.hidePopover();
    button.current!.focus();
    item.run();
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        class={`button ${kind} ${isSmall ? "small" : ""} ${children || !icon ? "" : "square"}`}
        popovertarget={id}
        aria-haspopup="menu"
        aria-expanded="false"
        aria-label={children ? undefined : label}
        title={children ? undefined : label}
        disabled={isDisabled}
      >
        {icon && <Icon name={icon} />}
        {children ? <span class="menu-shown">{children}</span> : !icon && <span>{label}</span>}
        {kind !== "bare" && (children || !icon) && <Icon name="down" size={12} />}
      </button>
      <div ref={list} id={id} popover="auto" role="menu" aria-label={label} class="menu" onToggle={onToggle as never} onKeyDown={onKeyDown}>
        {items.map((item, index) =>
          item === "line" ? (
            <hr key={index} />
          ) : (
            <button
              key={item.label}
              type="button"
              role={item.isOn === undefined ? "menuitem" : "menuitemradio"}
              aria-checked={item.isOn}
              disabled={item.isDisabled}
              tabIndex={-1}
              class={item.isDangerous ? "danger" : ""}
              onClick={() => pick(item)}
            >
              {item.isOn !== undefined ? <span class="menu-tick">{item.isOn && <Icon name="check" size={14} />}</span> : item.icon && <Icon name={item.icon} />}
              <span>{item.label}</span>
              {item.hint && <small>{item.hint}</small>}
            </button>
          ),
        )}
      </div>
    </>
  );
}

const GAP = 4;

/** Put a popover beside what opened it, where there is room. */
export function place(popover: HTMLElement, anchor: HTMLElement, side: "left" | "right" = "left"): void {
  const box = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = popover;
  const left = side === "left" ? box.left : box.right - width;
  const isBelow = box.bottom + GAP + height <= innerHeight || box.top < height;
  popover.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
  popover.style.top = `${isBelow ? box.bottom + GAP : box.top - GAP - height}px`;
}
