/** Buttons, and links that look like them. */
import type { ComponentChildren, JSX } from "preact";
import { Icon, type IconName } from "~/parts/Icon";

type Own = {
  kind?: "plain" | "primary" | "danger" | "quiet";
  icon?: IconName;
  /** The only text, when the button shows nothing but its icon. */
  label?: string;
  isBusy?: boolean;
  isSmall?: boolean;
  children?: ComponentChildren;
};
export type ButtonProps = Own & Omit<JSX.IntrinsicElements["button"], keyof Own>;

export function Button({ kind = "plain", icon, label, isBusy, isSmall, children, class: more, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      class={`button ${kind} ${isSmall ? "small" : ""} ${label && !children ? "square" : ""} ${(more as string) ?? ""}`}
      aria-label={label}
      title={rest.title ?? (children ? undefined : label)}
      aria-busy={isBusy || undefined}
      disabled={rest.disabled || isBusy}
    >
      {icon && <Icon name={icon} />}
      {children && <span>{children}</span>}
    </button>
  );
}
