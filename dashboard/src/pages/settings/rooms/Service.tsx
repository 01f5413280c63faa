/** One service: what it is, its keys, and its end. */
import { useQuery } from "@urql/preact";
import { useRoute } from "wouter-preact";
import { act, useAct } from "~/api/act";
import { graphql } from "~/api/graphql";
import { useGo } from "~/app/address";
import { useOrganization, useSession } from "~/app/session";
import type { ServiceInSettingsQuery } from "~/gql/graphql";
import { Badge } from "~/parts/Badge";
import { Button } from "~/parts/Button";
import { confirm } from "~/parts/confirm";
import { AreaField, CheckField, PickField, SaveBar, TextField, useForm } from "~/parts/form";
import { Go } from "~/parts/Go";
import { Empty, Waiting } from "~/parts/States";
import { Card, Facts, Room } from "~/pages/settings/Room";
import { Keys } from "~/pages/settings/rooms/Keys";
import { Removal } from "~/pages/settings/rooms/Removal";

const ServiceDocument = graphql(`
  query ServiceInSettings($id: ID!, $organization: ID!) {
    service(id: $id) { ...ServiceParts keys { ...KeyParts } }
    teams(organization: $organization, first: 100) { edges { node { id name } } }
  }
`);

graphql(`
  fragment ServiceParts on Service {
    id
    name
    number
    description
    isActive
    isBusinessCritical
    isExternal
    ownerTeam { id name }
    runbookLinks { title url }
  }
`);

const UpdateDocument = graphql(`
  mutation UpdateService($id: ID!, $changes: ServiceChanges!) {
    updateService(id: $id, changes: $changes) {
      __typename
      ... on UpdateServiceSuccess { service { ...ServiceParts } }
      ... on Invalid { field }
      ... on Failure { message }
    }
  }
`);

const ActiveDocument = graphql(`
  mutation SetServiceActive($id: ID!, $isActive: Boolean!) {
    setServiceActive(id: $id, isActive: $isActive) {
      __typename
      ... on SetServiceActiveSuccess { service { id isActive keys { id isEnabled } } }
      ... on Failure { message }
    }
  }
`);

const DeleteDocument = graphql(`
  mutation DeleteService($id: ID!, $name: String!) {
    deleteService(id: $id, name: $name) {
      __typename
      ... on DeleteServiceSuccess { removal { id } }
      ... on Failure { message }
    }
  }
`);

type Service = NonNullable<ServiceInSettingsQuery["service"]>;
type Link = { title: string; url: string };
const BACK = { to: "/settings/services", label: "Services and keys" };

export function ServiceRoom() {
  const organization = useOrganization();
  const { can } = useSession();
  const [, params] = useRoute("/settings/services/:id");
  const [{ data, error }, ask] = useQuery({ query: ServiceDocument, variables: { id: params!.id!, organization: organization.id } });
  const service = data?.service;
  if (data && !service) return <Room title="Service" back={BACK}><Empty icon="service" title="There is no such service (any more)" /></Room>;
  if (!service) return <Waiting error={error} onRetry={() => ask({ requestPolicy: "network-only" })} rows={6} />;
  const teams = data.teams?.edges.map(({ node }) => node) ?? [];
  return (
    <Room
      title={service.name}
      back={BACK}
      lead={!service.isActive && <Badge tone="bad">switched off: its keys send nothing</Badge>}
      action={<Go to={`/setup/${service.id}`} class="button">DSN and snippets</Go>}
    >
      {can("CONFIGURE") ? <What key={service.id} service={service} teams={teams} /> : <Told service={service} />}
      <Keys service={service} />
      {can("CONFIGURE") && <End service={service} />}
    </Room>
  );
}

function Told({ service }: { service: Service }) {
  return (
    <Card title="What it is">
      <Facts
        facts={[
          ["Description", service.description],
          ["Business critical", service.isBusinessCritical ? "yes" : "no"],
          ["Run by others", service.isExternal ? "yes" : "no"],
          ["Team", service.ownerTeam?.name],
          ["Runbooks", service.runbookLinks.map(({ title, url }) => <p key={url}><a href={url} rel="noreferrer">{title}</a></p>)],
        ]}
      />
    </Card>
  );
}

function What({ service, teams }: { service: Service; teams: readonly { id: string; name: string }[] }) {
  const { name, description, isBusinessCritical, isExternal, ownerTeam, runbookLinks } = service;
  const start = { name, description: description ?? "", isBusinessCritical, isExternal, ownerTeam: ownerTeam?.id ?? "", runbookLinks: runbookLinks.map(({ title, url }) => ({ title, url })) as Link[] };
  const form = useForm(
    start,
    (values) =>
      act(UpdateDocument, {
        id: service.id,
        changes: { ...values, description: values.description || null, ownerTeam: values.ownerTeam || null, runbookLinks: values.runbookLinks.filter(({ title, url }) => title || url) },
      }),
    { done: "Saved" },
  );
  const links = form.values.runbookLinks;
  const put = (at: number, change: Partial<Link>) => form.set({ runbookLinks: links.map((link, index) => (index === at ? { ...link, ...change } : link)) });
  return (
    <Card title="What it is">
      <form class="form" onSubmit={form.onSubmit}>
        <div class="form-row">
          <TextField form={form} name="name" label="Name" required />
          <PickField form={form} name="ownerTeam" label="Team" choices={[["", "No team"], ...teams.map(({ id, name: called }) => [id, called] as const)]} />
        </div>
        <AreaField form={form} name="description" label="Description" rows={2} />
        <CheckField form={form} name="isBusinessCritical" label="Business critical" hint="The business stands still when it fails: its errors weigh more." />
        <CheckField form={form} name="isExternal" label="Run by others" hint="A service that you use and do not run yourself." />
        <fieldset>
          <legend>Runbooks</legend>
          {links.map((link, at) => (
            <div class="matcher runbook" key={at}>
              <input aria-label={`Title of runbook ${at + 1}`} placeholder="Title" value={link.title} onInput={({ currentTarget }) => put(at, { title: currentTarget.value })} />
              <input aria-label={`Address of runbook ${at + 1}`} placeholder="https://…" type="url" value={link.url} onInput={({ currentTarget }) => put(at, { url: currentTarget.value })} />
              <Button kind="quiet" icon="trash" label={`Remove runbook ${at + 1}`} onClick={() => form.set({ runbookLinks: links.filter((_, index) => index !== at) })} />
            </div>
          ))}
          {form.problem("runbookLinks") && <p class="field-problem">{form.problem("runbookLinks")}</p>}
          <div><Button isSmall icon="plus" onClick={() => form.set({ runbookLinks: [...links, { title: "", url: "" }] })}>Add a runbook</Button></div>
        </fieldset>
        <SaveBar form={form} />
      </form>
    </Card>
  );
}

function End({ service }: { service: Service }) {
  const { can } = useSession();
  const go = useGo();
  const [switched, isBusy] = useAct(ActiveDocument, { done: ({ service: { isActive } }) => (isActive ? "Its keys send again" : "Switched off") });
  const toggle = async () => {
    const text = "All its keys are refused within seconds. What is stored stays, and it can be switched on again.";
    if (service.isActive && !(await confirm({ title: `Switch ${service.name} off?`, text, action: "Switch off" }))) return;
    await switched({ id: service.id, isActive: !service.isActive });
  };
  return (
    <Card title="Stop it" isDangerous={can("REMOVE")}>
      <ul class="lines">
        <li>
          <div><p class="lines-name">{service.isActive ? "Switch off" : "Switch on"}</p><p class="dim">{service.isActive ? "Its keys are refused; everything stays." : "Its keys may send again."}</p></div>
          <Button isBusy={isBusy} onClick={() => void toggle()}>{service.isActive ? "Switch off…" : "Switch on"}</Button>
        </li>
        {can("REMOVE") && (
          <li>
            <div><p class="lines-name">Delete</p><p class="dim">With its errors, keys, reports and measurements. There is no way back but a backup.</p></div>
            <Removal
              what={{ service: service.id }}
              title={`Delete ${service.name}?`}
              typed={service.name}
              remove={() => act(DeleteDocument, { id: service.id, name: service.name })}
              onDone={() => go("/settings/services", { service: null })}
            />
          </li>
        )}
      </ul>
    </Card>
  );
}

