/** Who changed what, and how it was before. */
import { useQuery } from "@urql/preact";
import { useState } from "preact/hooks";
import { graphql } from "~/api/graphql";
import { useAddress } from "~/app/address";
import { useOrganization } from "~/app/session";
import type { ActorKind } from "~/gql/enums";
import type { AuditLogQuery } from "~/gql/graphql";
import { Avatar } from "~/parts/Avatar";
import { Badge, words } from "~/parts/Badge";
import { Button } from "~/parts/Button";
import { Field } from "~/parts/Field";
import { Empty, Waiting } from "~/parts/States";
import { Time } from "~/parts/Time";
import { Card, Room } from "~/pages/settings/Room";
import { changesOf } from "~/pages/settings/diff";

const AuditDocument = graphql(`
  query AuditLog($organization: ID!, $where: AuditFilter, $after: String) {
    auditLog(organization: $organization, where: $where, first: 50, after: $after) {
      pageInfo { hasNextPage endCursor }
      edges { node { id at action actorKind actor { id name } address objectKind objectId before after tokenId } }
    }
    members(organization: $organization, first: 100) { edges { node { user { id name } } } }
  }
`);

type Entry = NonNullable<AuditLogQuery["auditLog"]>["edges"][number]["node"];
const ACTORS: Record<ActorKind, string> = { USER: "People", PROGRAM: "Programs", SYSTEM: "Tocsin itself" };
const SPANS = { "": "At any time", "1": "The last day", "7": "The last week", "30": "The last month" };
/** What most entries are of; anything else can be asked by its word. */
const KINDS = ["organization", "member", "invitation", "team", "service", "ingest_key", "api_token", "grouping_rule", "suppression_rule", "scrubbing", "error", "user_report", "user", "error_type", "resolution_type", "severity_level", "artifact_bundle", "dead_letter"];

export function AuditLog() {
  const { id: organization } = useOrganization();
  const [params, change] = useAddress();
  const [after, turn] = useState<string | null>(null);
  const [now] = useState(() => Date.now());
  const said = { kind: params.get("kind") ?? "", who: params.get("who") ?? "", actor: params.get("actor") ?? "", days: params.get("days") ?? "" };
  const where = {
    ...(said.kind && { action: [said.kind] }),
    ...(said.who && { actor: [said.who] }),
    ...(said.actor && { actorKind: [said.actor as ActorKind] }),
    ...(said.days && { since: new Date(now - Number(said.days) * 86_400_000).toISOString() }),
  };
  const [{ data, error }, ask] = useQuery({ query: AuditDocument, variables: { organization, where, after } });
  const put = (changes: Record<string, string>) => {
    turn(null);
    change(changes);
  };
  const entries = data?.auditLog?.edges.map(({ node }) => node);
  const people = data?.members?.edges.map(({ node }) => node.user).filter(Boolean) ?? [];
  const page = data?.auditLog?.pageInfo;
  return (
    <Room title="Audit log" lead="Every change that somebody made, for two years. Nobody can change or remove an entry; secrets are not in it.">
      <div class="filters" role="search" aria-label="Filter the log">
        <Pick label="About" value={said.kind} choices={[["", "Everything"], ...KINDS.map((kind) => [kind, words(kind)] as const)]} onPick={(kind) => put({ kind })} />
        <Pick label="Who" value={said.who} choices={[["", "Anybody"], ...people.map((user) => [user!.id, user!.name] as const)]} onPick={(who) => put({ who })} />
        <Pick label="Made by" value={said.actor} choices={[["", "Anything"], ...Object.entries(ACTORS)] as [string, string][]} onPick={(actor) => put({ actor })} />
        <Pick label="When" value={said.days} choices={Object.entries(SPANS)} onPick={(days) => put({ days })} />
      </div>
      {!entries && <Waiting error={error} onRetry={() => ask({ requestPolicy: "network-only" })} rows={6} />}
      {entries?.length === 0 && <Empty icon="history" title="Nothing fits">Widen the filter: everything that is kept begins two years ago.</Empty>}
      {entries && entries.length > 0 && (
        <Card title="Entries">
          <ul class="lines">{entries.map((entry) => <Line key={entry.id} entry={entry} />)}</ul>
          {page?.hasNextPage && <div><Button onClick={() => turn(page.endCursor ?? null)}>Show more</Button></div>}
        </Card>
      )}
    </Room>
  );
}

function Pick({ label, value, choices, onPick }: { label: string; value: string; choices: readonly (readonly [string, string])[]; onPick: (value: string) => void }) {
  return (
    <Field label={label}>
      {(given) => (
        <select {...given} value={value} onChange={({ currentTarget }) => onPick(currentTarget.value)}>
          {choices.map(([each, text]) => <option key={each} value={each}>{text}</option>)}
        </select>
      )}
    </Field>
  );
}

const deed = (action: string): string => {
  const [kind = "", verb = ""] = action.split(".");
  return `${words(kind)} ${verb.replaceAll("_", " ")}`;
};

function Line({ entry }: { entry: Entry }) {
  const { actor, actorKind, action, at, address, objectId, tokenId } = entry;
  const changes = changesOf(entry.before, entry.after);
  const who = actor?.name ?? (actorKind === "SYSTEM" ? "Tocsin" : "Somebody who is no member");
  return (
    <li>
      <div class="person">
        <Avatar person={actor ?? { id: actorKind, name: who }} />
        <div class="stack audit-entry">
          <p class="lines-name" title={objectId}>{deed(action)} {actorKind !== "USER" && <Badge tone="info">{ACTORS[actorKind].toLowerCase()}</Badge>}</p>
          <p class="dim">{who}, <Time at={at} />{address && ` · from ${address}`}{tokenId && " · by a token"}</p>
          {changes.length > 0 && (
            <details open={changes.length < 4}>
              <summary class="dim">{changes.length === 1 ? "What changed" : `${changes.length} changes`}</summary>
              <div class="diff">
                {changes.map(({ name, before, after }) => (
                  <div key={name}>
                    <span class="dim">{name}</span>
                    <span>{before !== null && <del>{before}</del>} {after !== null && <ins>{after}</ins>}</span>
                  </div>
                ))}
              </div>
            </details>
          )}
        </div>
      </div>
    </li>
  );
}
