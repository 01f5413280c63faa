/** What stands where something will be: while it loads, when there is nothing, when it failed. */
import type { CombinedError } from "@urql/preact";
import type { ComponentChildren } from "preact";
import { troubleOf } from "~/api/failures";
import { Button } from "~/parts/Button";
import { Icon, type IconName } from "~/parts/Icon";

/** Grey bars in the shape of what comes. */
export function Skeleton({ rows = 3, height = 16 }: { rows?: number; height?: number }) {
  return (
    <div class="skeleton" aria-busy="true">
      <span class="visually-hidden">Loading</span>
      {Array.from({ length: rows }, (_, index) => (
        <i key={index} style={{ height: `${height}px`, width: `${100 - ((index * 17) % 35)}%` }} />
      ))}
    </div>
  );
}

interface EmptyProps {
  icon?: IconName;
  title: string;
  /** What to do next. */
  children?: ComponentChildren;
  action?: ComponentChildren;
}

export function Empty({ icon = "check", title, children, action }: EmptyProps) {
  return (
    <div class="empty">
      <Icon name={icon} size={28} />
      <p class="empty-title">{title}</p>
      {children && <p>{children}</p>}
      {action}
    </div>
  );
}

/** What happened, and what to try. */
export function Problem({ error, onRetry }: { error: CombinedError; onRetry?: () => void }) {
  const { what, tryThis } = troubleOf(error);
  return (
    <div class="problem" role="alert">
      <Icon name="errors" size={20} />
      <div>
        <p class="problem-what">{what}</p>
        <p>{tryThis}</p>
      </div>
      {onRetry && <Button icon="reload" onClick={onRetry}>Try again</Button>}
    </div>
  );
}

/** One of them, for a query: `if (!data) return <Waiting error={error} onRetry={ask} />`. */
export function Waiting({ error, onRetry, rows }: { error?: CombinedError; onRetry?: () => void; rows?: number }) {
  return error ? <Problem error={error} onRetry={onRetry} /> : <Skeleton rows={rows} />;
}
