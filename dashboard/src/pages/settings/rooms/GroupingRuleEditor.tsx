/** One grouping rule, and what it would do to the events that came last. */
import { useQuery } from "@urql/preact";
import { useRoute } from "wouter-preact";
import { act } from "~/api/act";
import { graphql } from "~/api/graphql";
import { useGo } from "~/app/address";
import { useOrganization, useSession } from "~/app/session";
import type { GroupingRuleEditedQuery, TryGroupingQuery, TryGroupingQueryVariables } from "~/gql/graphql";
import { Badge } from "~/parts/Badge";
import { AreaField, CheckField, PickField, SaveBar, TextField, useForm } from "~/parts/form";
import { Problem, Skeleton, Waiting, Empty } from "~/parts/States";
import { type Matcher, Matchers, NO_MATCHER, sentence } from "~/pages/settings/Matchers";
import { Card, Facts, linesOf, Room } from "~/pages/settings/Room";
import { UpdateRuleDocument } from "~/pages/settings/rooms/GroupingRules";
import { useTry } from "~/pages/settings/useTry";

const RuleDocument = graphql(`
  query GroupingRuleEdited($organization: ID!, $id: ID!, $isNew: Boolean!) {
    groupingRule(id: $id) @skip(if: $isNew) { ...GroupingRuleParts }
    services(organization: $organization) { id name }
  }
`);

const CreateDocument = graphql(`
  mutation CreateGroupingRule($organization: ID!, $rule: GroupingRuleInput!) {
    createGroupingRule(organization: $organization, rule: $rule) {
      __typename
      ... on CreateGroupingRuleSuccess { rule { ...GroupingRuleParts } }
      ... on Invalid { field }
      ... on Failure { message }
    }
  }
`);

const TryDocument = graphql(`
  query TryGrouping($organization: ID!, $rule: GroupingRuleInput!, $replaces: ID) {
    previewGroupingRule(organization: $organization, rule: $rule, replaces: $replaces, over: 500) {
      lookedAt
      matching
      merged { title events error { id shortId } }
      split { title events error { id shortId } }
    }
  }
`);

const BACK = { to: "/settings/grouping", label: "Grouping" };
type Rule = NonNullable<GroupingRuleEditedQuery["groupingRule"]>;

export function GroupingRuleEditor() {
  const { id: organization } = useOrganization();
  const { can } = useSession();
  const [, params] = useRoute("/settings/grouping/:id");
  const isNew = params!.id === "new";
  const [{ data, error }, ask] = useQuery({ query: RuleDocument, variables: { organization, id: isNew ? "gru_" : params!.id!, isNew } });
  if (!data) return <Waiting error={error} onRetry={() => ask({ requestPolicy: "network-only" })} rows={6} />;
  const rule = data.groupingRule ?? null;
  if (!isNew && !rule) return <Room title="Rule" back={BACK}><Empty icon="merge" title="There is no such rule (any more)" /></Room>;
  if (!can("CONFIGURE")) {
    return <Room title={rule?.name ?? "New rule"} back={BACK}>{rule && <Card title="What it says"><Facts facts={[["When", sentence(rule.matchers)], ["Fingerprint", rule.fingerprint.join(" · ")], ["Service", rule.service?.name ?? "all"]]} /></Card>}</Room>;
  }
  return <Editor key={params!.id} rule={rule} organization={organization} services={data.services ?? []} />;
}

function Editor({ rule, organization, services }: { rule: Rule | null; organization: string; services: readonly { id: string; name: string }[] }) {
  const go = useGo();
  const start = {
    name: rule?.name ?? "",
    matchers: (rule?.matchers.map(({ field, op, value }) => ({ field, op, value })) ?? [{ ...NO_MATCHER }]) as Matcher[],
    does: rule?.kind === "IN_APP" ? (rule.inApp ? "own" : "others") : "fingerprint",
    fingerprint: rule?.fingerprint.join("\n") ?? "",
    title: rule?.title ?? "",
    service: rule?.service?.id ?? "",
    beginsNewErrors: rule?.beginsNewErrors ?? false,
    isActive: rule?.isActive ?? true,
  };
  const inputOf = ({ does, fingerprint, title, service, ...rest }: typeof start) => ({
    ...rest,
    service: service || null,
    fingerprint: does === "fingerprint" ? linesOf(fingerprint) : [],
    title: does === "fingerprint" ? title || null : null,
    inApp: does === "fingerprint" ? null : does === "own",
    beginsNewErrors: does === "fingerprint" && rest.beginsNewErrors,
  });
  const form = useForm(
    start,
    async (values) => (rule ? act(UpdateRuleDocument, { id: rule.id, rule: inputOf(values) }) : act(CreateDocument, { organization, rule: inputOf(values) })),
    { done: rule ? "Saved; in force in some seconds" : "The rule is there; in force in some seconds", onDone: () => go("/settings/grouping") },
  );
  const isFingerprint = form.values.does === "fingerprint";
  const isReady = form.values.matchers.some(({ value }) => value) && (!isFingerprint || linesOf(form.values.fingerprint).length > 0);
  const tried = { organization, rule: { ...inputOf(form.values), name: form.values.name || "New rule" }, replaces: rule?.id ?? null };
  return (
    <Room title={rule?.name ?? "New rule"} back={BACK} lead="What is stored stays where it is; the rule holds for what comes.">
      <div class="editor">
        <Card title="The rule">
          <form class="form wide-form" onSubmit={form.onSubmit}>
            <div class="form-row">
              <TextField form={form} name="name" label="Name" required autofocus={!rule} />
              <PickField form={form} name="service" label="For" choices={[["", "All services"], ...services.map(({ id, name }) => [id, name] as const)]} />
            </div>
            <Matchers form={form} />
            <PickField form={form} name="does" label="Then" choices={[["fingerprint", "They are known by a fingerprint"], ["own", "These frames are your own code"], ["others", "These frames are not your own code"]]} />
            {isFingerprint && (
              <>
                <AreaField form={form} name="fingerprint" label="Fingerprint" class="mono" spellcheck={false} placeholder={"payments\n{{ error.type }}"} hint="One part on each line. Events with the same parts are one error. {{ error.type }}, {{ transaction }}, {{ tags.shop }} and {{ default }} are filled in." />
                <TextField form={form} name="title" label="Title" placeholder="as ever" hint="What the error is called; it may have variables too." />
                <CheckField form={form} name="beginsNewErrors" label="Begin new errors" hint="Divides an error: events that fit begin errors of their own at once, even where they went on in an old one." />
              </>
            )}
            <CheckField form={form} name="isActive" label="In force" />
            <SaveBar form={form} label={rule ? "Save" : "Make the rule"} />
          </form>
        </Card>
        <Try variables={tried} isReady={isReady} />
      </div>
    </Room>
  );
}

function Try({ variables, isReady }: { variables: TryGroupingQueryVariables; isReady: boolean }) {
  const { data, error, isBusy } = useTry(TryDocument, variables, isReady);
  const preview = data?.previewGroupingRule;
  return (
    <div class="editor-try">
      <Card title="Tried on what came last">
        <div aria-live="polite" aria-busy={isBusy} class="stack">
          {!isReady && <p class="dim">Say what the rule is for and what its events are known by: it is tried as you type, and nothing is changed.</p>}
          {isReady && error && <Problem error={error} />}
          {isReady && !error && !preview && <Skeleton rows={3} />}
          {preview && !error && (
            <>
              <p><b>{preview.matching}</b> of the last {preview.lookedAt} events fit.</p>
              {preview.merged.map((shares) => <Share key={shares[0]?.title} verb="Come together" shares={shares} />)}
              {preview.split.map((shares) => <Share key={shares[0]?.title} verb="Come apart" shares={shares} />)}
              {preview.matching > 0 && !preview.merged.length && !preview.split.length && <p class="dim">They stay in the errors that they are in.</p>}
            </>
          )}
        </div>
      </Card>
    </div>
  );
}

type Shares = NonNullable<TryGroupingQuery["previewGroupingRule"]>["merged"][number];

function Share({ verb, shares }: { verb: string; shares: Shares }) {
  return (
    <div class="try-share">
      <p><Badge tone={verb === "Come together" ? "accent" : "warn"}>{verb.toLowerCase()}</Badge></p>
      <ul>
        {shares.map(({ title, events, error }, at) => (
          <li key={at}><span class="cut">{error && <code>{error.shortId}</code>} {title}</span><span class="num dim">{events}</span></li>
        ))}
      </ul>
    </div>
  );
}
