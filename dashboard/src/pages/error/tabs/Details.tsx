/** Everything else that the event says: who, what was asked for, and where it ran. */
import type { ComponentChildren } from "preact";
import { words } from "~/parts/Badge";
import { exactly } from "~/parts/Time";
import type { Shown } from "~/pages/error/documents";
import { Text, Value } from "~/pages/error/Value";

export function Details({ event }: { event: Shown }) {
  const contexts = Object.entries((event.contexts ?? {}) as Record<string, unknown>).filter(([name]) => name !== "flags");
  const flags = flagsOf(event);
  return (
    <div class="details">
      <Part title="Event">
        <Facts
          facts={[
            ["Happened", exactly(event.occurredAt)], ["Received", exactly(event.receivedAt)], ["Id", event.eventId], ["Environment", event.environment],
            ["Release", event.release], ["Transaction", event.transaction], ["Server", event.serverName], ["Session", event.sessionId], ["Trace", event.traceId],
            ["SDK", soft(event.sdk)], ["Browser", soft(event.browser)], ["System", soft(event.operatingSystem)],
            ["Device", event.deviceType === "UNKNOWN" ? null : words(event.deviceType)],
          ]}
        />
      </Part>
      {event.tags.length > 0 && <Part title="Tags"><Facts facts={event.tags.map(({ key, value }) => [key, value])} /></Part>}
      {isFilled(event.user) && <Part title="User"><Facts facts={Object.entries(event.user as object)} /></Part>}
      {isFilled(event.request) && <Part title="Request"><Facts facts={Object.entries(event.request as object)} /></Part>}
      {flags.length > 0 && <Part title="Feature flags"><Facts facts={flags} /></Part>}
      {contexts.map(([name, value]) => <Part key={name} title={words(name)}><Facts facts={Object.entries((value ?? {}) as object)} /></Part>)}
      {isFilled(event.extra) && <Part title="Extra"><Facts facts={Object.entries(event.extra as object)} /></Part>}
      {isFilled(event.modules) && (
        <Part title={`Modules (${Object.keys(event.modules as object).length})`} isFolded><Facts facts={Object.entries(event.modules as object)} /></Part>
      )}
    </div>
  );
}

const isFilled = (value: unknown): boolean => typeof value === "object" && value !== null && Object.keys(value).length > 0;
const soft = (of: { name?: string | null; version?: string | null } | null | undefined) => (of ? [of.name, of.version].filter(Boolean).join(" ") : null);

function flagsOf(event: Shown): [string, unknown][] {
  const flags = (event.contexts as { flags?: { values?: { flag?: string; result?: unknown }[] } } | null)?.flags?.values;
  return (Array.isArray(flags) ? flags : []).map(({ flag, result }) => [flag ?? "?", result]);
}

function Part({ title, isFolded, children }: { title: string; isFolded?: boolean; children: ComponentChildren }) {
  return (
    <details class="part" open={!isFolded}>
      <summary><h3>{title}</h3></summary>
      {children}
    </details>
  );
}

function Facts({ facts }: { facts: readonly (readonly [string, unknown])[] }) {
  return (
    <dl class="fact-list">
      {facts.filter(([, value]) => value !== null && value !== undefined && value !== "").map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{typeof value === "string" ? <Text text={value} /> : <Value value={value} />}</dd>
        </div>
      ))}
    </dl>
  );
}
