/** Dialogs of the browser: focus, Escape and what lies behind are its business. */
import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { Button } from "~/parts/Button";

interface Props {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  size?: "usual" | "wide";
  /** Buttons at its foot. */
  actions?: ComponentChildren;
  children?: ComponentChildren;
  /** With it the dialog is a form: Enter in a field does this too. */
  onSubmit?: () => void;
}

export function Dialog({ title, isOpen, onClose, size = "usual", actions, children, onSubmit }: Props) {
  const element = useRef<HTMLDialogElement>(null);
  const id = useId();
  useLayoutEffect(() => {
    const dialog = element.current!;
    if (isOpen && !dialog.open) {
      dialog.showModal();
      first(dialog)?.focus();
    }
    if (!isOpen && dialog.open) dialog.close();
  }, [isOpen]);
  const inside = (
    <>
      <header>
        <h2 id={id}>{title}</h2>
        <Button kind="quiet" icon="close" label="Close" onClick={onClose} />
      </header>
      <div class="dialog-body">{children}</div>
      {actions && <footer>{actions}</footer>}
    </>
  );
  return (
    <dialog
      ref={element}
      class={size}
      aria-labelledby={id}
      onClose={onClose}
      onMouseDown={(event) => event.target === element.current && onClose()}
    >
      {isOpen &&
        (onSubmit ? (
          <form
            method="dialog"
            onSubmit={(event) => {
              event.preventDefault();
              onSubmit();
            }}
          >
            {inside}
          </form>
        ) : (
          <div class="dialog-inside">{inside}</div>
        ))}
    </dialog>
  );
}

/** Where one begins: at what was marked, at the first field, at what answers; closing comes last. */
function first(dialog: HTMLDialogElement): HTMLElement | null {
  const places = ["[autofocus]", ".dialog-body :is(input, select, textarea):not(:disabled)", "footer .primary:not(:disabled)", "footer button"];
  for (const place of places) {
    const found = dialog.querySelector<HTMLElement>(place);
    if (found) return found;
  }
  return null;
}
