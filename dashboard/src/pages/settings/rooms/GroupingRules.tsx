/** How events become errors, where the organization says it itself. */
import { useQuery } from "@urql/preact";
import { act, useAct } from "~/api/act";
import { graphql } from "~/api/graphql";
import { useOrganization, useSession } from "~/app/session";
import type { GroupingRulesQuery } from "~/gql/graphql";
import { Badge } from "~/parts/Badge";
import { Button } from "~/parts/Button";
import { confirm } from "~/parts/confirm";
import { Go } from "~/parts/Go";
import { Icon } from "~/parts/Icon";
import { Menu } from "~/parts/Menu";
import { Empty, Waiting } from "~/parts/States";
import { say } from "~/parts/toasts";
import { Card, Room } from "~/pages/settings/Room";
import { sentence } from "~/pages/settings/Matchers";

const RulesDocument = graphql(`
  query GroupingRules($organization: ID!) {
    groupingRules(organization: $organization) { ...GroupingRuleParts }
    groupingState(organization: $organization) { version newestVersion lookedBackDays }
  }
`);

graphql(`
  fragment GroupingRuleParts on GroupingRule {
    id
    name
    kind
    position
    isActive
    fingerprint
    title
    inApp
    beginsNewErrors
    matchers { field op value }
    service { id name }
  }
`);

export const UpdateRuleDocument = graphql(`
  mutation UpdateGroupingRule($id: ID!, $rule: GroupingRuleInput!) {
    updateGroupingRule(id: $id, rule: $rule) {
      __typename
      ... on UpdateGroupingRuleSuccess { rule { ...GroupingRuleParts } }
      ... on Invalid { field }
      ... on Failure { message }
    }
  }
`);

const DeleteDocument = graphql(`
  mutation DeleteGroupingRule($id: ID!) {
    deleteGroupingRule(id: $id) {
      __typename
      ... on DeleteGroupingRuleSuccess { rule { id } }
      ... on Failure { message }
    }
  }
`);

const OrderDocument = graphql(`
  mutation ReorderGroupingRules($organization: ID!, $rules: [ID!]!) {
    reorderGroupingRules(organization: $organization, rules: $rules) {
      __typename
      ... on ReorderGroupingRulesSuccess { rules { id position } }
      ... on Failure { message }
    }
  }
`);

const UpgradeDocument = graphql(`
  mutation UpgradeGrouping($organization: ID!) {
    upgradeGrouping(organization: $organization) {
      __typename
      ... on UpgradeGroupingSuccess { version }
      ... on Failure { message }
    }
  }
`);

type Rule = NonNullable<GroupingRulesQuery["groupingRules"]>[number];

export const inputOf = ({ name, matchers, fingerprint, title, inApp, beginsNewErrors, isActive, service }: Rule) => ({
  name,
  matchers: matchers.map(({ field, op, value }) => ({ field, op, value })),
  fingerprint: [...fingerprint],
  title,
  inApp,
  beginsNewErrors,
  isActive,
  service: service?.id ?? null,
});

export function GroupingRules() {
  const { id: organization } = useOrganization();
  const { can } = useSession();
  const [{ data, error }, ask] = useQuery({ query: RulesDocument, variables: { organization } });
  const [upgrade, isUpgrading] = useAct(UpgradeDocument, { done: "Events are grouped by the newest way now; what is stored stays" });
  const rules = data?.groupingRules && [...data.groupingRules].sort((a, b) => a.position - b.position);
  const state = data?.groupingState;
  const mayChange = can("CONFIGURE");
  const move = async (rule: Rule, by: number) => {
    const ids = rules!.map(({ id }) => id);
    const at = ids.indexOf(rule.id);
    ids.splice(at + by, 0, ...ids.splice(at, 1));
    const { refused } = await act(OrderDocument, { organization, rules: ids });
    if (refused) say(refused.message, { kind: "bad" });
  };
  return (
    <Room
      title="Grouping"
      lead="Events that fail alike are one error. Where they are put together wrongly, a rule says better; the first rule that fits decides."
      action={mayChange && <Go to="/settings/grouping/new" class="button primary"><Icon name="plus" /><span>New rule</span></Go>}
    >
      {state && state.version < state.newestVersion && (
        <Card title="There is a newer way of grouping" action={mayChange && <Button isSmall isBusy={isUpgrading} onClick={() => void upgrade({ organization })}>Move to it</Button>}>
          <p class="dim">You are at version {state.version} of {state.newestVersion}. For {state.lookedBackDays} days events are also looked up by the way of before, so that no error is split.</p>
        </Card>
      )}
      {!rules && <Waiting error={error} onRetry={() => ask({ requestPolicy: "network-only" })} rows={4} />}
      {rules?.length === 0 && <Empty icon="merge" title="There is no rule">Tocsin groups by stacks, and by messages without their numbers. Mostly that is right.</Empty>}
      {rules && rules.length > 0 && (
        <Card title={`${rules.length} ${rules.length === 1 ? "rule" : "rules"}, in their order`}>
          <ol class="lines">
            {rules.map((rule, at) => (
              <RuleLine key={rule.id} rule={rule} onMove={mayChange ? (by) => void move(rule, by) : undefined} isFirst={at === 0} isLast={at === rules.length - 1} />
            ))}
          </ol>
        </Card>
      )}
    </Room>
  );
}

function RuleLine({ rule, onMove, isFirst, isLast }: { rule: Rule; onMove?: (by: number) => void; isFirst: boolean; isLast: boolean }) {
  const [update] = useAct(UpdateRuleDocument, { done: ({ rule: { isActive } }) => (isActive ? "The rule is in force" : "The rule is switched off") });
  const [remove] = useAct(DeleteDocument, { done: "The rule is gone" });
  const { id, name, kind, matchers, fingerprint, inApp, isActive, service, beginsNewErrors } = rule;
  const ask = async () => {
    if (await confirm({ title: `Delete the rule ${name}?`, text: "What it has put together stays together; what comes from now on is grouped without it.", action: "Delete", isDangerous: true })) await remove({ id });
  };
  return (
    <li class={isActive ? "" : "is-off"}>
      <div>
        <p class="lines-name">
          <Go to={`/settings/grouping/${id}`}>{name}</Go>
          {!isActive && <Badge>off</Badge>}
          {service && <Badge>{service.name}</Badge>}
          {beginsNewErrors && <Badge tone="warn">begins new errors</Badge>}
        </p>
        <p class="rule-says">When {sentence(matchers)}: {kind === "FINGERPRINT" ? <>one error for each <code>{fingerprint.join(" · ")}</code></> : `its frames are ${inApp ? "your own code" : "not your own code"}`}.</p>
      </div>
      {onMove && (
        <div class="row">
          <Button kind="quiet" isSmall icon="up" label={`Move ${name} up`} disabled={isFirst} onClick={() => onMove(-1)} />
          <Button kind="quiet" isSmall icon="down" label={`Move ${name} down`} disabled={isLast} onClick={() => onMove(1)} />
          <Menu
            label={`Rule ${name}`}
            icon="more"
            kind="quiet"
            isSmall
            side="right"
            items={[
              { label: isActive ? "Switch off" : "Switch on", icon: isActive ? "pause" : "play", run: () => void update({ id, rule: { ...inputOf(rule), isActive: !isActive } }) },
              { label: "Delete", icon: "trash", isDangerous: true, run: () => void ask() },
            ]}
          />
        </div>
      )}
    </li>
  );
}
