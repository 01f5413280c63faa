/** Where one looks: organization, service, environment and period, all of it in the address. */
import { useQuery } from "@urql/preact";
import { useState } from "preact/hooks";
import { graphql } from "~/api/graphql";
import { type Period, PERIODS, USUAL_PERIOD, useAddress, useWhere } from "~/app/address";
import { Bell } from "~/app/Bell";
import { ConnectionLight } from "~/app/ConnectionLight";
import { usePage } from "~/app/pages";
import { useSession } from "~/app/session";
import { ViewerMenu } from "~/app/ViewerMenu";
import { Button } from "~/parts/Button";
import { Dialog } from "~/parts/Dialog";
import { Field } from "~/parts/Field";
import { Menu } from "~/parts/Menu";

const ServicesDocument = graphql(`
  query ServicesOfBar($organization: ID!) {
    services(organization: $organization) { id name isActive }
  }
`);

export function TopBar() {
  const { organization } = useSession();
  const page = usePage();
  const looksAt = (what: "service" | "environment" | "period") => page?.looksAt?.includes(what) ?? true;
  return (
    <header class="top-bar">
      <div class="where" role="group" aria-label="Where you look">
        <OrganizationMenu />
        {organization && looksAt("service") && <ServiceMenu organization={organization.id} />}
        {organization && looksAt("environment") && <EnvironmentMenu organization={organization.id} />}
        {organization && looksAt("period") && <PeriodMenu />}
      </div>
      <div class="top-bar-end">
        <ConnectionLight />
        {organization && <Bell key={organization.id} organization={organization.id} />}
        <ViewerMenu />
      </div>
    </header>
  );
}

/** What need not be said where there is no room for it: the icon beside it is enough. */
const Usual = ({ children }: { children: string }) => <span class="usual">{children}</span>;

function OrganizationMenu() {
  const { organization, roles } = useSession();
  const [, change] = useAddress();
  if (roles.length < 2) return organization ? <span class="where-only">{organization.name}</span> : null;
  return (
    <Menu
      label="Organization"
      kind="quiet"
      items={roles.map(({ organization: each }) => ({
        label: each!.name,
        isOn: each!.id === organization?.id,
        run: () => change({ org: each!.slug, service: null, env: null }, { push: true }),
      }))}
    >
      {organization?.name}
    </Menu>
  );
}

function ServiceMenu({ organization }: { organization: string }) {
  const [{ data }] = useQuery({ query: ServicesDocument, variables: { organization } });
  const { service } = useWhere();
  const [, change] = useAddress();
  const services = data?.services ?? [];
  const chosen = services.find(({ id }) => id === service);
  return (
    <Menu
      label="Service"
      kind="quiet"
      icon="service"
      items={[
        { label: "All services", isOn: !service, run: () => change({ service: null }) },
        ...(services.length ? (["line"] as const) : []),
        ...services.map(({ id, name, isActive }) => ({
          label: name,
          hint: isActive ? undefined : "stopped",
          isOn: id === service,
          run: () => change({ service: id }),
        })),
      ]}
    >
      {chosen?.name ?? <Usual>All services</Usual>}
    </Menu>
  );
}

const EnvironmentsDocument = graphql(`
  query EnvironmentsOfBar($organization: ID!) {
    searchSuggestions(organization: $organization, search: "environment:") { text }
  }
`);

function EnvironmentMenu({ organization }: { organization: string }) {
  const [{ data }] = useQuery({ query: EnvironmentsDocument, variables: { organization } });
  const { environment } = useWhere();
  const [, change] = useAddress();
  const [isAsking, ask] = useState(false);
  const [typed, type] = useState("");
  const known = (data?.searchSuggestions ?? []).map(({ text }) => text.replace(/^environment:/, "").replaceAll('"', "").trim());
  const named = [...new Set([...known, ...(environment ? [environment] : [])])];
  const end = () => {
    change({ env: typed.trim() || null });
    ask(false);
  };
  return (
    <>
      <Menu
        label="Environment"
        kind="quiet"
        icon="globe"
        items={[
          { label: "All environments", isOn: !environment, run: () => change({ env: null }) },
          ...(named.length ? (["line"] as const) : []),
          ...named.map((name) => ({ label: name, isOn: environment === name, run: () => change({ env: name }) })),
          "line",
          { label: "Another…", run: () => ask(true) },
        ]}
      >
        {environment ?? <Usual>All environments</Usual>}
      </Menu>
      <Dialog
        title="Another environment"
        isOpen={isAsking}
        onClose={() => ask(false)}
        onSubmit={end}
        actions={<Button type="submit" kind="primary">Look there</Button>}
      >
        <Field label="Environment" hint="As the SDK sends it, such as qa or eu-production.">
          {(field) => <input {...field} value={typed} onInput={(event) => type(event.currentTarget.value)} />}
        </Field>
      </Dialog>
    </>
  );
}

function PeriodMenu() {
  const { period } = useWhere();
  const [, change] = useAddress();
  return (
    <Menu
      label="Period"
      kind="quiet"
      icon="clock"
      items={(Object.keys(PERIODS) as Period[]).map((each) => ({
        label: PERIODS[each],
        isOn: each === period,
        run: () => change({ period: each === USUAL_PERIOD ? null : each }),
      }))}
    >
      {PERIODS[period]}
    </Menu>
  );
}
