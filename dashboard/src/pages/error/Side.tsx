/** What stands beside: who has it, what was promised, when and where it was seen. */
import type { ComponentChildren } from "preact";
import { useAct } from "~/api/act";
import { graphql } from "~/api/graphql";
import { useSession } from "~/app/session";
import { Avatar } from "~/parts/Avatar";
import { Badge, words } from "~/parts/Badge";
import { Button } from "~/parts/Button";
import { full, Num } from "~/parts/Num";
import { exactly, onDay, Time } from "~/parts/Time";
import type { Act } from "~/pages/error/Acting";
import type { Head } from "~/pages/error/documents";

const Acknowledge = graphql(`
  mutation Acknowledge($id: ID!) {
    acknowledgeEscalation(id: $id) {
      __typename
      ... on AcknowledgeEscalationSuccess { escalation { id acknowledgedAt } }
      ... on Failure { message }
    }
  }
`);

const Tested = graphql(`
  mutation Tested($id: ID!, $hasPassed: Boolean!) {
    markResolutionTested(id: $id, hasPassed: $hasPassed) {
      __typename
      ... on MarkResolutionTestedSuccess { resolution { id isTestOpen } }
      ... on Failure { message }
    }
  }
`);

const FollowedUp = graphql(`
  mutation FollowedUp($id: ID!) {
    completeFollowUps(id: $id) {
      __typename
      ... on CompleteFollowUpsSuccess { resolution { id isFollowUpOpen } }
      ... on Failure { message }
    }
  }
`);

interface Props {
  error: Head;
  onAct: (act: Act) => void;
  onChanged: () => void;
}

export function Side({ error, onAct, onChanged }: Props) {
  return (
    <aside class="error-side" aria-label="How it stands">
      <Calling error={error} onChanged={onChanged} />
      <Resolved error={error} onChanged={onChanged} />
      <Having error={error} onAct={onAct} />
      <Promised error={error} />
      <Part title="Seen">
        <Fact name="First"><Time at={error.firstSeenAt} />{error.firstRelease && <small class="mono cut">{error.firstRelease}</small>}</Fact>
        <Fact name="Last"><Time at={error.lastSeenAt} />{error.lastRelease && <small class="mono cut">{error.lastRelease}</small>}</Fact>
        {error.regressedAt && <Fact name="Came back"><Time at={error.regressedAt} /><small>{error.regressionCount === 1 ? "once" : `${error.regressionCount} times`}</small></Fact>}
        <Fact name="Sessions"><Num value={error.sessionsAffectedCount} of="sessions" /></Fact>
      </Part>
      <Part title="Where">
        <Fact name="Service">{error.service?.name ?? error.serviceName}</Fact>
        {error.environment && <Fact name="Environment"><Badge>{error.environment}</Badge></Fact>}
        <Fact name="Type">{words(error.errorType)}</Fact>
        <Fact name="Platform">{error.platform}</Fact>
      </Part>
      {error.subscribers.length > 0 && (
        <Part title="Who hears of it">
          <p class="faces">{error.subscribers.slice(0, 12).map((person) => <Avatar key={person.id} person={person} size="small" />)}{error.subscribers.length > 12 && <small>+{full(error.subscribers.length - 12)}</small>}</p>
        </Part>
      )}
    </aside>
  );
}

function Part({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

const Fact = ({ name, children }: { name: string; children: ComponentChildren }) => (
  <div class="side-fact"><span class="dim">{name}</span><span>{children}</span></div>
);

function Having({ error, onAct }: { error: Head; onAct: (act: Act) => void }) {
  const { can } = useSession();
  const { assignee, team, activeAssignment } = error;
  return (
    <Part title="Who has it">
      {assignee || team ? (
        <p class="row">{assignee && <Avatar person={assignee} />}<span>{assignee?.name}{team && <Badge>#{team.name}</Badge>}</span></p>
      ) : (
        <p class="dim">Nobody yet.{can("TRIAGE") && <> <button type="button" class="link" onClick={() => onAct("assign")}>Assign it</button></>}</p>
      )}
      {error.assignmentDueAt && <Fact name="Until"><span title={exactly(error.assignmentDueAt)}>{onDay(error.assignmentDueAt)}</span>{error.isOverdue && <Badge tone="bad">overdue</Badge>}</Fact>}
      {activeAssignment?.assignmentNotes && <p class="entry-notes">{activeAssignment.assignmentNotes}</p>}
    </Part>
  );
}

function Promised({ error }: { error: Head }) {
  const { responseDueAt, resolveDueAt } = error;
  if (!responseDueAt && !resolveDueAt) return null;
  return (
    <Part title="Response targets">
      {responseDueAt && <Target name="Response" due={responseDueAt} doneAt={error.firstResponseAt} breachedAt={error.responseBreachedAt} />}
      {resolveDueAt && <Target name="Resolution" due={resolveDueAt} doneAt={error.resolvedAt} breachedAt={error.resolveBreachedAt} />}
    </Part>
  );
}

function Target({ name, due, doneAt, breachedAt }: { name: string; due: string; doneAt?: string | null; breachedAt?: string | null }) {
  return (
    <Fact name={name}>
      {breachedAt ? <Badge tone="bad" title={exactly(due)}>missed</Badge> : doneAt ? <Badge tone="ok" title={exactly(doneAt)}>met</Badge> : <span title={exactly(due)}><Time at={due} /></span>}
    </Fact>
  );
}

function Calling({ error, onChanged }: { error: Head; onChanged: () => void }) {
  const { user, can } = useSession();
  const [acknowledge, isBusy] = useAct(Acknowledge, { done: "Acknowledged" });
  const call = error.openEscalation;
  if (!call) return null;
  const isMine = call.escalatedTo?.id === user.id;
  return (
    <section class="notice bad">
      <h2>{isMine ? "You are called" : `${call.escalatedTo?.name ?? "Somebody"} is called`} <Badge tone="bad">{call.level.startsWith("L") ? call.level : words(call.level)}</Badge></h2>
      <p>{call.reason}</p>
      <p class="dim"><small>{call.escalatedBy?.name}, <Time at={call.escalatedAt} /></small></p>
      {(isMine || can("TRIAGE")) && <Button isSmall kind={isMine ? "primary" : "plain"} isBusy={isBusy} onClick={async () => (await acknowledge({ id: call.id })) && onChanged()}>Acknowledge</Button>}
    </section>
  );
}

function Resolved({ error, onChanged }: { error: Head; onChanged: () => void }) {
  const { can } = useSession();
  const [test] = useAct(Tested, { done: "Noted" });
  const [followUp] = useAct(FollowedUp, { done: "Noted" });
  const { resolution } = error;
  if (error.statusCategory === "MUTED") return <section class="notice"><h2>Ignored</h2><p>{untilOf(error)}</p></section>;
  if (error.statusCategory !== "RESOLVED") return null;
  const again = async (done: Promise<unknown>) => (await done) && onChanged();
  return (
    <section class="notice ok">
      <h2>Resolved {error.resolvedAt && <Time at={error.resolvedAt} />}</h2>
      <p class="dim">{error.resolvedBy?.name ?? "By itself"}{resolution?.resolutionType && `: ${resolution.resolutionType.name}`}</p>
      {resolution?.resolutionDescription && <p>{resolution.resolutionDescription}</p>}
      <p class="dim"><small>{backOf(error)}</small></p>
      {can("TRIAGE") && resolution?.isTestOpen && (
        <p class="row"><Button isSmall onClick={() => void again(test({ id: resolution.id, hasPassed: true }))}>Test passed</Button><Button isSmall onClick={() => void again(test({ id: resolution.id, hasPassed: false }))}>Test failed</Button></p>
      )}
      {can("TRIAGE") && resolution?.isFollowUpOpen && <Button isSmall onClick={() => void again(followUp({ id: resolution.id }))}>Follow-ups are done</Button>}
    </section>
  );
}

function untilOf({ ignoredUntil, ignoredUntilOccurrences, ignoredUntilUsers }: Head): string {
  if (ignoredUntil) return `Until ${exactly(ignoredUntil)}.`;
  if (ignoredUntilOccurrences) return `Until ${full(ignoredUntilOccurrences)} events in all.`;
  if (ignoredUntilUsers) return `Until ${full(ignoredUntilUsers)} users in all.`;
  return "Until somebody opens it again.";
}

function backOf({ resolution, resolvedInRelease }: Head): string {
  if (resolution?.fixedIn === "NOW" || !resolution) return "Any new event brings it back.";
  return resolvedInRelease ? `Events of releases newer than ${resolvedInRelease} bring it back.` : "Events of newer releases bring it back.";
}
