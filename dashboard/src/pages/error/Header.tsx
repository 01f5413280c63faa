/** What it is, where it stands, and what can be done about it. */
import { useSession } from "~/app/session";
import type { ErrorStatus, Severity } from "~/gql/enums";
import { LevelBadge, SeverityBadge, StatusBadge, words } from "~/parts/Badge";
import { Button } from "~/parts/Button";
import { copy } from "~/parts/errors/copying";
import { type Chosen, reopen, resolve, setSeverity, setStatus } from "~/parts/errors/actions";
import { backSearch } from "~/parts/errors/came";
import { Go } from "~/parts/Go";
import { Icon } from "~/parts/Icon";
import { type Item, Menu } from "~/parts/Menu";
import { Num } from "~/parts/Num";
import { Time } from "~/parts/Time";
import type { Act } from "~/pages/error/Acting";
import type { Head, Shown } from "~/pages/error/documents";
import { copyMarkdown } from "~/pages/error/markdown";
import { Presence } from "~/pages/error/Presence";
import { toggleSubscription } from "~/pages/error/subscribing";

export const chosen = (error: Head): Chosen => ({ ids: [error.id], name: error.shortId });

const SEVERITIES: Severity[] = ["EMERGENCY", "CRITICAL", "HIGH", "MEDIUM", "LOW"];

export function Header({ error, event, onAct }: { error: Head; event: Shown | undefined; onAct: (act: Act) => void }) {
  const { can } = useSession();
  const [kind, ...rest] = error.title.split(": ");
  const value = rest.join(": ");
  const said = value && error.message.startsWith(value) ? error.message : value;
  return (
    <header class="error-header">
      <div class="error-names">
        <p class="error-crumbs">
          <Go to={`/errors${backSearch()}`}>Errors</Go>
          <Icon name="right" size={12} />
          <b>{error.shortId}</b>
          <LevelBadge level={error.level} />
          {error.mergedInto && <span>merged into <Go to={`/errors/${error.mergedInto.id}`}>{error.mergedInto.shortId}</Go></span>}
          {error.duplicateOf?.primary && <span>duplicate of <Go to={`/errors/${error.duplicateOf.primary.id}`}>{error.duplicateOf.primary.shortId}</Go></span>}
        </p>
        <h1>{value ? kind : error.title}</h1>
        {said && <p class="error-said" title={said.length > 200 ? said : undefined}>{said}</p>}
        <p class="dim mono cut">{error.culprit}</p>
      </div>
      <dl class="error-figures">
        <div><dt>Events</dt><dd><Num value={error.occurrenceCount} /></dd></div>
        <div><dt>Users</dt><dd><Num value={error.usersAffectedCount} /></dd></div>
        <div><dt>Last seen</dt><dd><Time at={error.lastSeenAt} /></dd></div>
      </dl>
      <div class="error-acts">
        {can("TRIAGE") ? <Standing error={error} onAct={onAct} /> : <><StatusBadge status={error.status} /><SeverityBadge severity={error.severity} /></>}
        <span class="push" />
        <Presence error={error.id} />
        <Button isSmall kind="quiet" icon={error.isSubscribed ? "bell" : "mute"} title="s" aria-pressed={error.isSubscribed} onClick={() => void toggleSubscription(error)}>
          {error.isSubscribed ? "Subscribed" : "Subscribe"}
        </Button>
        <Menu label="More" icon="more" isSmall side="right" items={more(error, event, onAct, can("TRIAGE"), can("CONFIGURE"))} />
      </div>
    </header>
  );
}

function Standing({ error, onAct }: { error: Head; onAct: (act: Act) => void }) {
  const isOpen = error.statusCategory === "UNRESOLVED";
  const own = chosen(error);
  const moves = error.nextStatuses.filter((status) => status !== "RESOLVED" && status !== "IGNORED" && (isOpen || status !== "OPEN"));
  return (
    <>
      {isOpen || error.statusCategory === "MUTED" ? (
        <span class="split">
          <Button kind="primary" isSmall icon="check" title="e" onClick={() => void resolve(own)}>Resolve</Button>
          <Button kind="primary" isSmall icon="down" label="Resolve, with how" title="r" onClick={() => onAct("resolve")} />
        </span>
      ) : null}
      {!isOpen && <Button isSmall icon="reload" title="u" onClick={() => void reopen(own)}>Open again</Button>}
      {isOpen && <Button isSmall icon="mute" title="i" onClick={() => onAct("ignore")}>Ignore…</Button>}
      <Button isSmall icon="person" title="a" onClick={() => onAct("assign")}>{error.assignee?.name ?? (error.team ? `#${error.team.name}` : "Assign…")}</Button>
      <Menu
        label="Status"
        kind="quiet"
        isSmall
        isDisabled={!moves.length}
        items={moves.map((status: ErrorStatus) => ({ label: words(status), run: () => void setStatus(error.id, error.shortId, status) }))}
      >
        <span class="visually-hidden">Status: </span><StatusBadge status={error.status} />
      </Menu>
      <Menu
        label="Severity"
        kind="quiet"
        isSmall
        items={SEVERITIES.map((severity) => ({ label: words(severity), isOn: severity === error.severity, run: () => void setSeverity(own, severity) }))}
      >
        <span class="visually-hidden">Severity: </span><SeverityBadge severity={error.severity} />
      </Menu>
    </>
  );
}

function more(error: Head, event: Shown | undefined, onAct: (act: Act) => void, mayTriage: boolean, mayDelete: boolean): (Item | "line")[] {
  const copies: Item[] = [
    { label: "Copy as Markdown", icon: "copy", hint: "y", run: () => void copyMarkdown(error, event) },
    { label: "Copy link", icon: "link", run: () => void copy(location.href, "The link is copied.") },
  ];
  if (!mayTriage) return copies;
  return [
    ...copies,
    "line",
    { label: "Escalate…", icon: "up", run: () => onAct("escalate") },
    { label: "Mark as a duplicate…", icon: "link", hint: "d", run: () => onAct("duplicate") },
    ...(mayDelete ? (["line", { label: "Delete…", icon: "trash", isDangerous: true, run: () => onAct("delete") }] as const) : []),
  ];
}
