/** What errors may be, how they are resolved, and how soon. */
import { useQuery } from "@urql/preact";
import { useState } from "preact/hooks";
import { act } from "~/api/act";
import { graphql } from "~/api/graphql";
import { useOrganization, useSession } from "~/app/session";
import type { Priority, Severity } from "~/gql/enums";
import type { TriageConfigurationQuery } from "~/gql/graphql";
import { Badge, SeverityBadge, words } from "~/parts/Badge";
import { Button } from "~/parts/Button";
import { AreaField, CheckField, FormDialog, PickField, SaveBar, TextField, useForm } from "~/parts/form";
import { Waiting } from "~/parts/States";
import { Card, Facts, Room } from "~/pages/settings/Room";

const TriageDocument = graphql(`
  query TriageConfiguration($organization: ID!) {
    severityLevels(organization: $organization) { severity label description responseTargetMinutes resolveTargetMinutes defaultPriority pages }
    errorTypes(organization: $organization) { ...ErrorTypeParts }
    resolutionTypes(organization: $organization) { ...ResolutionTypeParts }
    triageSettings(organization: $organization) { autoResolveAfterHours }
  }
`);

graphql(`
  fragment ErrorTypeParts on ErrorType { id code name description defaultSeverity responseHint autoCapture isActive isBuiltin }
`);

graphql(`
  fragment ResolutionTypeParts on ResolutionType { id name description requiresTesting isActive isBuiltin }
`);

const LevelDocument = graphql(`
  mutation ChangeSeverityLevel($organization: ID!, $severity: Severity!, $said: SeverityLevelInput!) {
    changeSeverityLevel(organization: $organization, severity: $severity, said: $said) {
      __typename
      ... on ChangeSeverityLevelSuccess { severityLevel { severity label } }
      ... on Invalid { field }
      ... on Failure { message }
    }
  }
`);

const AddTypeDocument = graphql(`
  mutation AddErrorType($organization: ID!, $code: String!, $said: ErrorTypeInput!) {
    addErrorType(organization: $organization, code: $code, said: $said) {
      __typename
      ... on AddErrorTypeSuccess { errorType { ...ErrorTypeParts } }
      ... on Invalid { field }
      ... on Failure { message }
    }
  }
`);

const ChangeTypeDocument = graphql(`
  mutation ChangeErrorType($id: ID!, $said: ErrorTypeInput!) {
    changeErrorType(id: $id, said: $said) {
      __typename
      ... on ChangeErrorTypeSuccess { errorType { ...ErrorTypeParts } }
      ... on Invalid { field }
      ... on Failure { message }
    }
  }
`);

const AddResolutionDocument = graphql(`
  mutation AddResolutionType($organization: ID!, $said: ResolutionTypeInput!) {
    addResolutionType(organization: $organization, said: $said) {
      __typename
      ... on AddResolutionTypeSuccess { resolutionType { ...ResolutionTypeParts } }
      ... on Invalid { field }
      ... on Failure { message }
    }
  }
`);

const ChangeResolutionDocument = graphql(`
  mutation ChangeResolutionType($id: ID!, $said: ResolutionTypeInput!) {
    changeResolutionType(id: $id, said: $said) {
      __typename
      ... on ChangeResolutionTypeSuccess { resolutionType { ...ResolutionTypeParts } }
      ... on Invalid { field }
      ... on Failure { message }
    }
  }
`);

const QuietDocument = graphql(`
  mutation SetQuietPeriod($organization: ID!, $hours: Int) {
    setQuietPeriod(organization: $organization, hours: $hours) {
      __typename
      ... on SetQuietPeriodSuccess { settings { autoResolveAfterHours } }
      ... on Invalid { field }
      ... on Failure { message }
    }
  }
`);

type Level = NonNullable<TriageConfigurationQuery["severityLevels"]>[number];
type ErrorType = NonNullable<TriageConfigurationQuery["errorTypes"]>[number];
type ResolutionType = NonNullable<TriageConfigurationQuery["resolutionTypes"]>[number];
const SEVERITIES: readonly Severity[] = ["EMERGENCY", "CRITICAL", "HIGH", "MEDIUM", "LOW"];
const PRIORITIES: readonly Priority[] = ["P0", "P1", "P2", "P3", "P4"];
type Edited = { level: Level } | { type: ErrorType | null } | { resolution: ResolutionType | null };

export function Triage() {
  const { id: organization } = useOrganization();
  const { can } = useSession();
  const [{ data, error }, ask] = useQuery({ query: TriageDocument, variables: { organization } });
  const [edited, edit] = useState<Edited | null>(null);
  const mayChange = can("CONFIGURE");
  if (!data?.severityLevels) return <Waiting error={error} onRetry={() => ask({ requestPolicy: "network-only" })} rows={8} />;
  const close = () => edit(null);
  const pen = (what: Edited, name: string) => mayChange && <Button isSmall kind="quiet" icon="edit" label={`Edit ${name}`} onClick={() => edit(what)} />;
  return (
    <Room title="Triage" lead="What errors may be, how soon somebody looks at them, and how they are resolved.">
      <Card title="Severity levels" lead="How soon somebody should respond and have resolved, from when the error came.">
        <ul class="lines">
          {data.severityLevels.map((level) => (
            <li key={level.severity}>
              <div>
                <p class="lines-name"><SeverityBadge severity={level.severity} /> {level.label.toLowerCase() !== level.severity.toLowerCase() && level.label} {level.pages && <Badge tone="bad">wakes people</Badge>}</p>
                <p class="dim">Respond {within(level.responseTargetMinutes)} · resolve {within(level.resolveTargetMinutes)}{level.defaultPriority && ` · begins as ${level.defaultPriority}`}</p>
                {level.description && <p class="dim">{level.description}</p>}
              </div>
              {pen({ level }, level.label)}
            </li>
          ))}
        </ul>
      </Card>
      <Quiet organization={organization} hours={data.triageSettings?.autoResolveAfterHours ?? null} />
      <Card title="Types of errors" action={mayChange && <Button isSmall icon="plus" onClick={() => edit({ type: null })}>New type</Button>}>
        <ul class="lines">
          {data.errorTypes?.map((type) => (
            <li key={type.id} class={type.isActive ? "" : "is-off"}>
              <div>
                <p class="lines-name">{type.name} <code class="dim">{type.code}</code> {!type.isActive && <Badge>off</Badge>}</p>
                <p class="dim">Begins as {words(type.defaultSeverity).toLowerCase()}{type.description && ` · ${type.description}`}</p>
                {type.responseHint && <p class="rule-says">{type.responseHint}</p>}
              </div>
              {pen({ type }, type.name)}
            </li>
          ))}
        </ul>
      </Card>
      <Card title="Ways to resolve" action={mayChange && <Button isSmall icon="plus" onClick={() => edit({ resolution: null })}>New way</Button>}>
        <ul class="lines">
          {data.resolutionTypes?.map((resolution) => (
            <li key={resolution.id} class={resolution.isActive ? "" : "is-off"}>
              <div><p class="lines-name">{resolution.name} {resolution.requiresTesting && <Badge tone="info">to be tested</Badge>} {!resolution.isActive && <Badge>off</Badge>}</p><p class="dim">{resolution.description}</p></div>
              {pen({ resolution }, resolution.name)}
            </li>
          ))}
        </ul>
      </Card>
      {edited && "level" in edited && <EditLevel level={edited.level} organization={organization} onClose={close} />}
      {edited && "type" in edited && <EditType type={edited.type} organization={organization} onClose={close} />}
      {edited && "resolution" in edited && <EditResolution resolution={edited.resolution} organization={organization} onClose={close} />}
    </Room>
  );
}

const within = (minutes: number | null | undefined): string => {
  if (minutes == null) return "at any time";
  if (minutes < 120) return `within ${minutes} min`;
  return minutes < 2880 ? `within ${+(minutes / 60).toFixed(1)} h` : `within ${+(minutes / 1440).toFixed(1)} days`;
};
const numberOf = (text: string): number | null => (text ? Number(text) : null);

function Quiet({ organization, hours }: { organization: string; hours: number | null }) {
  const { can } = useSession();
  const form = useForm({ hours: hours?.toString() ?? "" }, (values) => act(QuietDocument, { organization, hours: numberOf(values.hours) }), { done: "Saved" });
  return (
    <Card title="What has become quiet" lead="An error of which nothing is heard for so long is resolved by itself; when it comes back, it is reopened.">
      {can("CONFIGURE") ? (
        <form class="form" onSubmit={form.onSubmit}>
          <TextField form={form} name="hours" label="Hours without an event" type="number" min={1} placeholder="never" hint="Empty: no error is resolved by itself." />
          <SaveBar form={form} />
        </form>
      ) : (
        <Facts facts={[["Resolved by itself", hours ? `after ${hours} hours` : "never"]]} />
      )}
    </Card>
  );
}

interface Editing {
  organization: string;
  onClose: () => void;
}

function EditLevel({ level, organization, onClose }: Editing & { level: Level }) {
  const { label, description, responseTargetMinutes: respond, resolveTargetMinutes: resolve, defaultPriority, pages } = level;
  const form = useForm(
    { label, description: description ?? "", respond: respond?.toString() ?? "", resolve: resolve?.toString() ?? "", defaultPriority: (defaultPriority ?? "") as string, pages },
    (said) =>
      act(LevelDocument, {
        organization,
        severity: level.severity,
        said: { label: said.label, description: said.description || null, responseTargetMinutes: numberOf(said.respond), resolveTargetMinutes: numberOf(said.resolve), defaultPriority: (said.defaultPriority || null) as Priority | null, pages: said.pages },
      }),
    { done: "Saved", onDone: onClose },
  );
  return (
    <FormDialog title={words(level.severity)} isOpen onClose={onClose} form={form} action="Save">
      <TextField form={form} name="label" label="What it is called here" required />
      <AreaField form={form} name="description" label="When an error is this severe" rows={2} />
      <div class="form-row">
        <TextField form={form} name="respond" known="responseTargetMinutes" label="Respond within, minutes" type="number" min={1} />
        <TextField form={form} name="resolve" known="resolveTargetMinutes" label="Resolve within, minutes" type="number" min={1} />
      </div>
      <PickField form={form} name="defaultPriority" label="Begins as" choices={[["", "No priority"], ...PRIORITIES.map((each) => [each, each] as const)]} />
      <CheckField form={form} name="pages" label="Wakes people" hint="Alerts of it go to who is on call, also at night." />
    </FormDialog>
  );
}

function EditType({ type, organization, onClose }: Editing & { type: ErrorType | null }) {
  const form = useForm(
    { code: type?.code ?? "", name: type?.name ?? "", description: type?.description ?? "", defaultSeverity: (type?.defaultSeverity ?? "MEDIUM") as string, responseHint: type?.responseHint ?? "", autoCapture: type?.autoCapture ?? true, isActive: type?.isActive ?? true },
    async ({ code, description, responseHint, ...rest }) => {
      const said = { ...rest, defaultSeverity: rest.defaultSeverity as Severity, description: description || null, responseHint: responseHint || null };
      return type ? act(ChangeTypeDocument, { id: type.id, said }) : act(AddTypeDocument, { organization, code, said });
    },
    { done: "Saved", onDone: onClose },
  );
  return (
    <FormDialog title={type ? type.name : "New type of errors"} isOpen onClose={onClose} form={form} action={type ? "Save" : "Make the type"}>
      {!type && <TextField form={form} name="code" label="Code" required hint="What senders and searches call it, such as payment_failed." spellcheck={false} />}
      <TextField form={form} name="name" label="Name" required />
      <AreaField form={form} name="description" label="Description" rows={2} />
      <PickField form={form} name="defaultSeverity" label="Begins as" choices={SEVERITIES.map((each) => [each, words(each)] as const)} />
      <AreaField form={form} name="responseHint" label="What to do first" rows={2} hint="Shown to who opens such an error." />
      <CheckField form={form} name="autoCapture" label="Errors get it by themselves" hint="When what is sent says so." />
      <CheckField form={form} name="isActive" label="In use" />
    </FormDialog>
  );
}

function EditResolution({ resolution, organization, onClose }: Editing & { resolution: ResolutionType | null }) {
  const form = useForm(
    { name: resolution?.name ?? "", description: resolution?.description ?? "", requiresTesting: resolution?.requiresTesting ?? false, isActive: resolution?.isActive ?? true },
    async (said) => (resolution ? act(ChangeResolutionDocument, { id: resolution.id, said }) : act(AddResolutionDocument, { organization, said })),
    { done: "Saved", onDone: onClose },
  );
  return (
    <FormDialog title={resolution ? resolution.name : "New way to resolve"} isOpen onClose={onClose} form={form} action={resolution ? "Save" : "Make it"}>
      <TextField form={form} name="name" label="Name" required />
      <AreaField form={form} name="description" label="Description" rows={2} required />
      <CheckField form={form} name="requiresTesting" label="To be tested" hint="Somebody says afterwards whether it holds." />
      <CheckField form={form} name="isActive" label="In use" />
    </FormDialog>
  );
}
