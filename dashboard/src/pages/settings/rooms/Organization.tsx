/** The organization itself: its name, its clock, and its end. */
import { act } from "~/api/act";
import { useQuery } from "@urql/preact";
import { graphql } from "~/api/graphql";
import { useAct } from "~/api/act";
import { startAnew } from "~/app/anew";
import { useGo } from "~/app/address";
import { useOrganization, useSession } from "~/app/session";
import { Button } from "~/parts/Button";
import { Combobox } from "~/parts/Combobox";
import { confirm } from "~/parts/confirm";
import { SaveBar, TextField, useForm } from "~/parts/form";
import { Num } from "~/parts/Num";
import { Time } from "~/parts/Time";
import { Waiting } from "~/parts/States";
import { words } from "~/parts/Badge";
import { Card, Facts, Room } from "~/pages/settings/Room";
import { Removal } from "~/pages/settings/rooms/Removal";

const OrganizationDocument = graphql(`
  query OrganizationInSettings($id: ID!) {
    organization(id: $id) { id name slug timezone locale createdAt isSystem }
    removals(organization: $id, first: 10) { edges { node { id name kind requestedAt finishedAt removed { what quantity } } } }
  }
`);

const UpdateDocument = graphql(`
  mutation UpdateOrganization($id: ID!, $changes: OrganizationChanges!) {
    updateOrganization(id: $id, changes: $changes) {
      __typename
      ... on UpdateOrganizationSuccess { organization { id name slug timezone locale } }
      ... on Invalid { field }
      ... on Failure { message }
    }
  }
`);

const DeleteDocument = graphql(`
  mutation DeleteOrganization($id: ID!, $slug: String!) {
    deleteOrganization(id: $id, slug: $slug) {
      __typename
      ... on DeleteOrganizationSuccess { removal { id } }
      ... on Failure { message }
    }
  }
`);

const LeaveDocument = graphql(`
  mutation LeaveOrganization($organization: ID!) {
    leaveOrganization(organization: $organization) {
      __typename
      ... on Failure { message }
    }
  }
`);

const ZONES = [...new Set(["UTC", ...Intl.supportedValuesOf("timeZone")])].map((value) => ({ value, label: value.replaceAll("_", " ") }));

export function OrganizationRoom() {
  const { id } = useOrganization();
  const { can } = useSession();
  const [{ data, error }, ask] = useQuery({ query: OrganizationDocument, variables: { id } });
  const organization = data?.organization;
  if (!organization) return <Waiting error={error} onRetry={() => ask({ requestPolicy: "network-only" })} rows={5} />;
  const mayChange = can("MANAGE_ORGANIZATION");
  const going = data.removals?.edges.map(({ node }) => node).filter(({ kind }) => kind === "SERVICE") ?? [];
  return (
    <Room title="Organization" lead="Everything that is stored belongs to one organization, and nobody outside of it sees any of it.">
      {mayChange ? <What organization={organization} /> : <Told organization={organization} />}
      {going.length > 0 && (
        <Card title="Services that were deleted">
          <ul class="lines">
            {going.map(({ id: key, name, requestedAt, finishedAt, removed }) => (
              <li key={key}>
                <div><p class="lines-name">{name}</p><p class="dim">Deleted <Time at={requestedAt} />; {finishedAt ? <>gone <Time at={finishedAt} /></> : "being removed"}</p></div>
                <span class="dim"><Num value={removed.reduce((sum, { quantity }) => sum + quantity, 0)} of="rows" /> rows{removed[0] && `, most of ${words(removed[0].what).toLowerCase()}`}</span>
              </li>
            ))}
          </ul>
        </Card>
      )}
      <End organization={organization} mayDelete={mayChange} />
    </Room>
  );
}

interface Organization {
  id: string;
  name: string;
  slug: string;
  timezone: string;
  locale: string;
  createdAt: string;
  isSystem: boolean;
}

function Told({ organization }: { organization: Organization }) {
  const { name, slug, timezone, locale, createdAt } = organization;
  return <Card title="What it is"><Facts facts={[["Name", name], ["Short name", <code key="slug">{slug}</code>], ["Time zone", timezone], ["Language", locale], ["Since", <Time key="at" at={createdAt} />]]} /></Card>;
}

function What({ organization }: { organization: Organization }) {
  const [, change] = useSlug();
  const { id, name, slug, timezone, locale } = organization;
  const form = useForm({ name, slug, timezone, locale }, (changes) => act(UpdateDocument, { id, changes }), { done: "Saved", onDone: ({ organization: now }) => change(now.slug) });
  return (
    <Card title="What it is">
      <form class="form" onSubmit={form.onSubmit}>
        <TextField form={form} name="name" label="Name" required />
        <TextField form={form} name="slug" label="Short name" required hint="In addresses and in the settings of build tools: who uses it there must change it too." spellcheck={false} />
        <div class="form-row">
          <div>
            <Combobox label="Time zone" options={ZONES} value={form.values.timezone} onPick={(zone) => form.set({ timezone: zone ?? "UTC" })} />
            {form.problem("timezone") && <p class="field-problem">{form.problem("timezone")}</p>}
          </div>
          <TextField form={form} name="locale" label="Language" hint="Such as en or de-AT." />
        </div>
        <SaveBar form={form} />
      </form>
    </Card>
  );
}

/** The address names the organization by its slug, when it names it. */
function useSlug(): [null, (slug: string) => void] {
  const go = useGo();
  return [null, (slug) => new URLSearchParams(location.search).has("org") && go("/settings/organization", { org: slug }, { replace: true })];
}

function End({ organization, mayDelete }: { organization: Organization; mayDelete: boolean }) {
  const go = useGo();
  const [leave, isBusy] = useAct(LeaveDocument, { done: "You have left" });
  const over = () => {
    startAnew();
    go("/", { org: null, service: null }, { replace: true });
  };
  const ask = async () => {
    const text = "You see nothing of it any more, and your API tokens there end. Somebody who manages its people can invite you again.";
    if ((await confirm({ title: `Leave ${organization.name}?`, text, action: "Leave", isDangerous: true })) && (await leave({ organization: organization.id }))) over();
  };
  return (
    <Card title="The end" isDangerous={mayDelete}>
      <ul class="lines">
        <li>
          <div><p class="lines-name">Leave</p><p class="dim">The last owner stays.</p></div>
          <Button isBusy={isBusy} onClick={() => void ask()}>Leave…</Button>
        </li>
        {mayDelete && !organization.isSystem && (
          <li>
            <div><p class="lines-name">Delete</p><p class="dim">With everything in it. It is closed at once, and half a minute later its rows are removed. There is no way back but a backup.</p></div>
            <Removal what={{ organization: organization.id }} title={`Delete ${organization.name}?`} typed={organization.slug} remove={() => act(DeleteDocument, { id: organization.id, slug: organization.slug })} onDone={over} />
          </li>
        )}
      </ul>
    </Card>
  );
}
