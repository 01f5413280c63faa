/** Words with a colour: severity, status, level, priority. The word always stands there too. */
import type { ComponentChildren } from "preact";
import type { ErrorStatus, LogLevel, Severity } from "~/gql/enums";

/** IN_PROGRESS → "In progress". */
export const words = (name: string): string =>
  name.charAt(0).toUpperCase() + name.slice(1).toLowerCase().replaceAll("_", " ");

export type Tone = "bad" | "high" | "warn" | "low" | "ok" | "info" | "quiet" | "accent";

export function Badge({ tone = "quiet", children, title }: { tone?: Tone; children: ComponentChildren; title?: string }) {
  return (
    <span class={`badge ${tone}`} title={title}>
      {children}
    </span>
  );
}

const SEVERITY: Record<Severity, Tone> = { EMERGENCY: "bad", CRITICAL: "bad", HIGH: "high", MEDIUM: "warn", LOW: "low" };

/** How much it matters: a bar of one to five steps, and the word. */
export function SeverityBadge({ severity, isShort }: { severity: Severity; isShort?: boolean }) {
  const steps = ["LOW", "MEDIUM", "HIGH", "CRITICAL", "EMERGENCY"].indexOf(severity) + 1;
  return (
    <span class={`severity ${SEVERITY[severity]}`} title={`Severity: ${words(severity)}`}>
      <svg viewBox="0 0 14 12" width="14" height="12" aria-hidden="true">
        {[1, 2, 3, 4, 5].map((step) => (
          <rect key={step} class={step <= steps ? "on" : ""} x={(step - 1) * 3} y={10 - step * 2} width="2" height={step * 2 + 2} rx="0.500" />
        ))}
      </svg>
      <span class={isShort ? "visually-hidden" : ""}>{words(severity)}</span>
    </span>
  );
}

const STATUS: Record<ErrorStatus, Tone> = {
  NEW: "accent", OPEN: "info", INVESTIGATING: "info", IDENTIFIED: "info", FIXING: "info",
  RECURRING: "bad", RESOLVED: "ok", AUTO_RESOLVED: "ok", CLOSED: "quiet", IGNORED: "quiet",
};

export const StatusBadge = ({ status }: { status: ErrorStatus }) => <Badge tone={STATUS[status]}>{words(status)}</Badge>;

const LEVEL: Record<LogLevel, Tone> = { CRITICAL: "bad", ERROR: "bad", WARNING: "warn", INFO: "info", DEBUG: "quiet" };

export const LevelBadge = ({ level }: { level: LogLevel }) => <Badge tone={LEVEL[level]}>{level.toLowerCase()}</Badge>;
