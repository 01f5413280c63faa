/** A field that completes: one of many, found by typing. */
import { useId, useMemo, useRef, useState } from "preact/hooks";
import { place } from "~/parts/Menu";

export interface Option {
  value: string;
  label: string;
  hint?: string;
}
interface Props {
  label: string;
  options: readonly Option[];
  value: string | null;
  onPick: (value: string | null) => void;
  placeholder?: string;
  /** What stands for "none"; without it one must be picked. */
  none?: string;
  /** Take what was typed also when it is none of the options. */
  isFree?: boolean;
  /** Hears what is typed, where the options come from the server. */
  onType?: (text: string) => void;
  isLabelHidden?: boolean;
  /** Has the focus when its dialog opens. */
  autofocus?: boolean;
}

const MOST = 100;

export function Combobox({ label, options, value, onPick, placeholder, none, isFree, onType, isLabelHidden, autofocus }: Props) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const [text, type] = useState<string | null>(null);
  const [at, move] = useState(0);
  const [isOpen, setOpen] = useState(false);
  const chosen = options.find((option) => option.value === value);
  const shown = useMemo(() => {
    const said = (text ?? "").trim().toLowerCase();
    const fitting = onType || !said ? options : options.filter((each) => `${each.label} ${each.hint ?? ""}`.toLowerCase().includes(said));
    const all = [...(none && !said ? [{ value: "", label: none }] : []), ...fitting.slice(0, MOST)];
    const isNew = isFree && said && !fitting.some((each) => each.label.toLowerCase() === said);
    return isNew ? [...all, { value: text!.trim(), label: text!.trim(), hint: "as typed" }] : all;
  }, [options, text, none, isFree, onType]);
  const open = () => {
    if (isOpen) return;
    setOpen(true);
    move(0);
    list.current!.showPopover();
    list.current!.style.minWidth = `${input.current!.offsetWidth}px`;
    place(list.current!, input.current!);
  };
  const close = () => {
    setOpen(false);
    type(null);
    if (list.current?.matches(":popover-open")) list.current.hidePopover();
  };
  const pick = (option: Option | undefined) => {
    if (option) onPick(option.value || null);
    close();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      open();
      const next = Math.max(0, Math.min(shown.length - 1, at + (event.key === "ArrowDown" ? 1 : -1)));
      move(isOpen ? next : 0);
      list.current!.children[next]?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter" && isOpen) {
      event.preventDefault();
      pick(shown[at]);
    } else if (event.key === "Escape" && isOpen) {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  };
  return (
    <div class="combobox">
      <label for={id} class={isLabelHidden ? "visually-hidden" : ""}>{label}</label>
      <input
        ref={input}
        id={id}
        role="combobox"
        aria-autocomplete="list"
        aria-expanded={isOpen}
        aria-controls={`${id}-list`}
        aria-activedescendant={isOpen && shown[at] ? `${id}-${at}` : undefined}
        autoComplete="off"
        autofocus={autofocus}
        spellcheck={false}
        placeholder={placeholder ?? none}
        value={text ?? chosen?.label ?? (isFree ? (value ?? "") : "")}
        onFocus={(event) => event.currentTarget.select()}
        onClick={open}
        onBlur={close}
        onInput={(event) => {
          type(event.currentTarget.value);
          onType?.(event.currentTarget.value);
          open();
          move(0);
        }}
        onKeyDown={onKeyDown}
      />
      <ul ref={list} id={`${id}-list`} role="listbox" aria-label={label} popover="manual" class="menu">
        {shown.map((option, index) => (
          <li
            key={option.value}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === at}
            onMouseDown={(event) => {
              event.preventDefault();
              pick(option);
            }}
          >
            <span>{option.label}</span>
            {option.hint && <small>{option.hint}</small>}
          </li>
        ))}
        {!shown.length && <li class="menu-none" role="option" aria-disabled="true" aria-selected="false">Nothing fits</li>}
      </ul>
    </div>
  );
}
