/** One suppression rule, and for which of the events that came last it would have been. */
import { useQuery } from "@urql/preact";
import { useRoute } from "wouter-preact";
import { act } from "~/api/act";
import { graphql } from "~/api/graphql";
import { useGo } from "~/app/address";
import { useOrganization, useSession } from "~/app/session";
import type { Severity, SuppressionAction, SuppressionScope, Weekday } from "~/gql/enums";
import type { SuppressionRuleEditedQuery, TrySuppressionQueryVariables } from "~/gql/graphql";
import { words } from "~/parts/Badge";
import { CheckField, PickField, SaveBar, TextField, useForm } from "~/parts/form";
import { Empty, Problem, Skeleton, Waiting } from "~/parts/States";
import { type Matcher, Matchers, NO_MATCHER, sentence } from "~/pages/settings/Matchers";
import { Card, Facts, Room } from "~/pages/settings/Room";
import { ACTIONS, SCOPES, UpdateSuppressionDocument } from "~/pages/settings/rooms/SuppressionRules";
import { type Hours, Schedule } from "~/pages/settings/Schedule";
import { useTry } from "~/pages/settings/useTry";

const RuleDocument = graphql(`
  query SuppressionRuleEdited($organization: ID!) {
    suppressionRules(organization: $organization) { ...SuppressionRuleParts }
  }
`);

const CreateDocument = graphql(`
  mutation CreateSuppressionRule($organization: ID!, $rule: SuppressionRuleInput!) {
    createSuppressionRule(organization: $organization, rule: $rule) {
      __typename
      ... on CreateSuppressionRuleSuccess { rule { ...SuppressionRuleParts } }
      ... on Invalid { field }
      ... on Failure { message }
    }
  }
`);

const TryDocument = graphql(`
  query TrySuppression($organization: ID!, $rule: SuppressionRuleInput!) {
    previewSuppressionRule(organization: $organization, rule: $rule, events: 500) {
      lookedAt
      matching
      spared
      errors { events error { id shortId title } }
    }
  }
`);

const BACK = { to: "/settings/suppression", label: "Suppression" };
const SEVERITIES: readonly Severity[] = ["EMERGENCY", "CRITICAL", "HIGH", "MEDIUM", "LOW"];
type Rule = NonNullable<SuppressionRuleEditedQuery["suppressionRules"]>[number];

export function SuppressionRuleEditor() {
  const { id: organization, timezone } = useOrganization();
  const { can } = useSession();
  const [, params] = useRoute("/settings/suppression/:id");
  const [{ data, error }, ask] = useQuery({ query: RuleDocument, variables: { organization } });
  if (!data?.suppressionRules) return <Waiting error={error} onRetry={() => ask({ requestPolicy: "network-only" })} rows={6} />;
  const rule = data.suppressionRules.find(({ id }) => id === params!.id) ?? null;
  if (params!.id !== "new" && !rule) return <Room title="Rule" back={BACK}><Empty icon="mute" title="There is no such rule (any more)" /></Room>;
  if (!can("CONFIGURE")) {
    return <Room title={rule?.name ?? "New rule"} back={BACK}>{rule && <Card title="What it says"><Facts facts={[["For", sentence(rule.matchers)], ["Action", ACTIONS[rule.action][0]], ["Never above", words(rule.neverAbove)]]} /></Card>}</Room>;
  }
  return <Editor key={params!.id} rule={rule} organization={organization} timezone={timezone} />;
}

const local = (at: string | null | undefined): string => (at ? new Date(Date.parse(at) - new Date(at).getTimezoneOffset() * 60_000).toISOString().slice(0, 16) : "");
const moment = (text: string): string | null => (text ? new Date(text).toISOString() : null);

function startOf(rule: Rule | null, timezone: string) {
  return {
    name: rule?.name ?? "",
    description: rule?.description ?? "",
    scope: (rule?.scope ?? "ERROR") as string,
    action: (rule?.action ?? "MUTE") as string,
    matchers: (rule?.matchers.map(({ field, op, value }) => ({ field, op, value })) ?? [{ ...NO_MATCHER }]) as Matcher[],
    neverAbove: (rule?.neverAbove ?? "EMERGENCY") as string,
    neverInCriticalWindow: rule?.neverInCriticalWindow ?? true,
    downgradeTo: (rule?.downgradeTo ?? "") as string,
    maxPerWindow: String(rule?.maxPerWindow ?? 10),
    windowMinutes: String((rule?.windowSeconds ?? 300) / 60),
    activeFrom: local(rule?.activeFrom),
    activeUntil: local(rule?.activeUntil),
    expiresAt: local(rule?.expiresAt),
    hours: (rule?.schedule ? { timezone: rule.schedule.timezone, windows: rule.schedule.windows.map(({ days, begins, ends }) => ({ days: [...days] as Weekday[], begins, ends })) } : { timezone, windows: [] }) as Hours,
    isActive: rule?.isActive ?? true,
  };
}

function inputOf(values: ReturnType<typeof startOf>, alertRule: string | null) {
  const { windowMinutes, hours, activeFrom, activeUntil, expiresAt, ...rest } = values;
  const isLimit = values.action === "RATE_LIMIT";
  return {
    ...rest,
    description: values.description || null,
    scope: values.scope as SuppressionScope,
    action: values.action as SuppressionAction,
    neverAbove: values.neverAbove as Severity,
    downgradeTo: values.action === "DOWNGRADE" && values.downgradeTo ? (values.downgradeTo as Severity) : null,
    maxPerWindow: isLimit ? Number(values.maxPerWindow) : null,
    windowSeconds: isLimit ? Math.round(Number(windowMinutes) * 60) : null,
    activeFrom: moment(activeFrom),
    activeUntil: moment(activeUntil),
    expiresAt: moment(expiresAt),
    schedule: hours.windows.length ? hours : null,
    alertRule,
  };
}

function Editor({ rule, organization, timezone }: { rule: Rule | null; organization: string; timezone: string }) {
  const go = useGo();
  const sent = (values: ReturnType<typeof startOf>) => inputOf(values, rule?.alertRule ?? null);
  const form = useForm(
    startOf(rule, timezone),
    async (values) => (rule ? act(UpdateSuppressionDocument, { id: rule.id, rule: sent(values) }) : act(CreateDocument, { organization, rule: sent(values) })),
    { done: rule ? "Saved; in force in some seconds" : "The rule is there; in force in some seconds", onDone: () => go("/settings/suppression") },
  );
  const { action } = form.values;
  const isReady = form.values.matchers.some(({ value }) => value);
  return (
    <Room title={rule?.name ?? "New rule"} back={BACK} lead="Try it first: what a rule drops is not brought back when the rule is gone.">
      <div class="editor">
        <Card title="The rule">
          <form class="form wide-form" onSubmit={form.onSubmit}>
            <div class="form-row">
              <TextField form={form} name="name" label="Name" required autofocus={!rule} />
              <PickField form={form} name="scope" label="For" choices={Object.entries(SCOPES)} />
            </div>
            <TextField form={form} name="description" label="Why" hint="Whoever finds the rule in a year will ask." />
            <Matchers form={form} />
            <PickField form={form} name="action" label="What fits" choices={Object.entries(ACTIONS).map(([value, [label]]) => [value, label] as const)} hint={ACTIONS[action as SuppressionAction][1]} />
            {action === "RATE_LIMIT" && (
              <div class="form-row">
                <TextField form={form} name="maxPerWindow" label="Stored of each window" type="number" min={0} />
                <TextField form={form} name="windowMinutes" known="windowSeconds" label="Minutes of a window" type="number" min={1} />
              </div>
            )}
            {action === "DOWNGRADE" && <PickField form={form} name="downgradeTo" label="To" choices={[["", "One rung lower"], ...SEVERITIES.slice(1).map((each) => [each, words(each)] as const)]} />}
            <div class="form-row">
              <PickField form={form} name="neverAbove" label="Does nothing from" choices={SEVERITIES.map((each) => [each, words(each)] as const)} hint="Of this severity and above it, everything is heard." />
              <TextField form={form} name="expiresAt" label="Ends for good" type="datetime-local" hint="Better than to remember it." />
            </div>
            <CheckField form={form} name="neverInCriticalWindow" label="Does nothing while a critical window is open" />
            <details open={Boolean(form.values.activeFrom || form.values.activeUntil || form.values.hours.windows.length)}>
              <summary>Only at some times</summary>
              <div class="form details-form">
                <div class="form-row">
                  <TextField form={form} name="activeFrom" label="From" type="datetime-local" />
                  <TextField form={form} name="activeUntil" label="Until" type="datetime-local" />
                </div>
                <Schedule hours={form.values.hours} onChange={(hours) => form.set({ hours })} problem={form.problem("schedule") ?? form.problem("timezone")} />
              </div>
            </details>
            <CheckField form={form} name="isActive" label="In force" />
            <SaveBar form={form} label={rule ? "Save" : "Make the rule"} />
          </form>
        </Card>
        <Try variables={{ organization, rule: { ...sent(form.values), name: form.values.name || "New rule" } }} isReady={isReady} />
      </div>
    </Room>
  );
}

function Try({ variables, isReady }: { variables: TrySuppressionQueryVariables; isReady: boolean }) {
  const { data, error, isBusy } = useTry(TryDocument, variables, isReady);
  const preview = data?.previewSuppressionRule;
  return (
    <div class="editor-try">
      <Card title="Tried on what came last">
        <div aria-live="polite" aria-busy={isBusy} class="stack">
          {!isReady && <p class="dim">Say what the rule is for: it is tried as you type, and nothing is changed.</p>}
          {error && <Problem error={error} />}
          {isReady && !error && !preview && <Skeleton rows={3} />}
          {preview && !error && (
            <>
              <p>
                It would have been for <b>{preview.matching}</b> of the last {preview.lookedAt} events
                {preview.spared > 0 && <>; <b>{preview.spared}</b> more fit and are heard all the same, for their severity</>}.
              </p>
              <ul class="try-share">
                {preview.errors.map(({ error: of, events }) => of && <li key={of.id}><span class="cut"><code>{of.shortId}</code> {of.title}</span><span class="num dim">{events}</span></li>)}
              </ul>
            </>
          )}
        </div>
      </Card>
    </div>
  );
}
