/** What nobody wants to hear of, and what happens to it instead. */
import { useQuery } from "@urql/preact";
import { useAct } from "~/api/act";
import { graphql } from "~/api/graphql";
import { useOrganization, useSession } from "~/app/session";
import type { SuppressionAction, SuppressionScope } from "~/gql/enums";
import type { SuppressionRulesQuery } from "~/gql/graphql";
import { Badge, type Tone } from "~/parts/Badge";
import { confirm } from "~/parts/confirm";
import { Go } from "~/parts/Go";
import { Icon } from "~/parts/Icon";
import { Menu } from "~/parts/Menu";
import { compact } from "~/parts/Num";
import { Empty, Waiting } from "~/parts/States";
import { Time } from "~/parts/Time";
import { sentence } from "~/pages/settings/Matchers";
import { Card, Room } from "~/pages/settings/Room";

const RulesDocument = graphql(`
  query SuppressionRules($organization: ID!) {
    suppressionRules(organization: $organization) { ...SuppressionRuleParts }
  }
`);

graphql(`
  fragment SuppressionRuleParts on SuppressionRule {
    id
    name
    description
    scope
    action
    matchers { field op value }
    expression
    isActive
    isOn
    neverAbove
    neverInCriticalWindow
    downgradeTo
    maxPerWindow
    windowSeconds
    activeFrom
    activeUntil
    expiresAt
    alertRule
    schedule { timezone windows { days begins ends } }
    hitCount
    lastHitAt
    createdBy { id name }
  }
`);

export const UpdateSuppressionDocument = graphql(`
  mutation UpdateSuppressionRule($id: ID!, $rule: SuppressionRuleInput!) {
    updateSuppressionRule(id: $id, rule: $rule) {
      __typename
      ... on UpdateSuppressionRuleSuccess { rule { ...SuppressionRuleParts } }
      ... on Invalid { field }
      ... on Failure { message }
    }
  }
`);

const DeleteDocument = graphql(`
  mutation DeleteSuppressionRule($id: ID!) {
    deleteSuppressionRule(id: $id) {
      __typename
      ... on DeleteSuppressionRuleSuccess { rule { id } }
      ... on Failure { message }
    }
  }
`);

export const ACTIONS: Record<SuppressionAction, readonly [name: string, says: string, tone: Tone]> = {
  DROP: ["Drop", "It is not stored and does not count; what is dropped is gone.", "bad"],
  RATE_LIMIT: ["Rate limit", "Some of each window are stored, the others only count.", "high"],
  STORE_ONLY: ["Store only", "It is stored and counts; nobody is told.", "warn"],
  MUTE: ["Mute", "It is stored and counts; a new error begins as ignored.", "info"],
  DOWNGRADE: ["Downgrade", "It is stored; a new error weighs less.", "low"],
};
export const SCOPES: Record<SuppressionScope, string> = { ERROR: "Events", ALERT: "Alerts", NOTIFICATION: "Notifications" };

type Rule = NonNullable<SuppressionRulesQuery["suppressionRules"]>[number];

/** The rule as it is sent back, where only a part of it is changed. */
export const suppressionInput = ({ id: _id, isOn: _on, hitCount: _hits, lastHitAt: _last, createdBy: _by, matchers, schedule, ...rest }: Rule) => {
  const { __typename: _type, ...said } = rest as typeof rest & { __typename?: string };
  return {
    ...said,
    matchers: matchers.map(({ field, op, value }) => ({ field, op, value })),
    // The text is among the matchers already.
    expression: null,
    schedule: schedule && { timezone: schedule.timezone, windows: schedule.windows.map(({ days, begins, ends }) => ({ days: [...days], begins, ends })) },
  };
};

export function SuppressionRules() {
  const { id: organization } = useOrganization();
  const { can } = useSession();
  const [{ data, error }, ask] = useQuery({ query: RulesDocument, variables: { organization } });
  const rules = data?.suppressionRules;
  const mayChange = can("CONFIGURE");
  return (
    <Room
      title="Suppression"
      lead="What nobody wants to hear of. When several rules fit, the strongest action wins; no rule silences an emergency unless it says so."
      action={mayChange && <Go to="/settings/suppression/new" class="button primary"><Icon name="plus" /><span>New rule</span></Go>}
    >
      {!rules && <Waiting error={error} onRetry={() => ask({ requestPolicy: "network-only" })} rows={4} />}
      {rules?.length === 0 && <Empty icon="mute" title="There is no rule">Everything is heard. A rule with an end is better than one that is forgotten.</Empty>}
      {rules && rules.length > 0 && (
        <Card title={`${rules.length} ${rules.length === 1 ? "rule" : "rules"}`}>
          <ul class="lines">{rules.map((rule) => <RuleLine key={rule.id} rule={rule} mayChange={mayChange} />)}</ul>
        </Card>
      )}
    </Room>
  );
}

function RuleLine({ rule, mayChange }: { rule: Rule; mayChange: boolean }) {
  const [update] = useAct(UpdateSuppressionDocument, { done: ({ rule: { isActive } }) => (isActive ? "The rule is in force" : "The rule is switched off") });
  const [remove] = useAct(DeleteDocument, { done: "The rule is gone" });
  const { id, name, action, scope, matchers, isActive, isOn, hitCount, lastHitAt, expiresAt, description } = rule;
  const [label, , tone] = ACTIONS[action];
  const ask = async () => {
    if (await confirm({ title: `Delete the rule ${name}?`, text: "What it let go is not brought back; from now on it is heard again.", action: "Delete", isDangerous: true })) await remove({ id });
  };
  return (
    <li class={isOn ? "" : "is-off"}>
      <div>
        <p class="lines-name"><Go to={`/settings/suppression/${id}`}>{name}</Go> <Badge tone={tone}>{label.toLowerCase()}</Badge> {!isActive ? <Badge>off</Badge> : !isOn && <Badge>not now</Badge>}</p>
        <p class="rule-says">{SCOPES[scope]} where {sentence(matchers)}</p>
        <p class="dim">
          {description && `${description} · `}
          {hitCount ? <>{compact(hitCount)} hits, last <Time at={lastHitAt!} /></> : "no hit yet"}
          {expiresAt && <> · ends <Time at={expiresAt} /></>}
        </p>
      </div>
      {mayChange && (
        <Menu
          label={`Rule ${name}`}
          icon="more"
          kind="quiet"
          isSmall
          side="right"
          items={[
            { label: isActive ? "Switch off" : "Switch on", icon: isActive ? "pause" : "play", run: () => void update({ id, rule: { ...suppressionInput(rule), isActive: !isActive } }) },
            { label: "Delete", icon: "trash", isDangerous: true, run: () => void ask() },
          ]}
        />
      )}
    </li>
  );
}
