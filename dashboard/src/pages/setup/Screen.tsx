/** Connect a service: its DSN, what to paste, and whether the first event has come. */
import { useQuery } from "@urql/preact";
import { useRoute } from "wouter-preact";
import { act } from "~/api/act";
import { graphql } from "~/api/graphql";
import { useGo, useWhere } from "~/app/address";
import { useOrganization, useSession } from "~/app/session";
import { useTitle } from "~/app/title";
import type { ServicesToConnectQuery } from "~/gql/graphql";
import { Button } from "~/parts/Button";
import { Refused, TextField, useForm } from "~/parts/form";
import { Go } from "~/parts/Go";
import { Menu } from "~/parts/Menu";
import { Empty, Waiting } from "~/parts/States";
import { Snippets } from "~/pages/setup/Snippets";
import { WaitingForFirst } from "~/pages/setup/Waiting";
import "~/pages/setup/setup.css";

const ServicesDocument = graphql(`
  query ServicesToConnect($organization: ID!) {
    services(organization: $organization) {
      id
      name
      number
      isActive
      keys { id dsn publicKey purpose isEnabled }
    }
  }
`);

export const CreateServiceDocument = graphql(`
  mutation CreateService($organization: ID!, $service: ServiceInput!) {
    createService(organization: $organization, service: $service) {
      __typename
      ... on CreateServiceSuccess { service { id name } }
      ... on Invalid { field }
      ... on Failure { message }
    }
  }
`);

export default function Setup() {
  const { can } = useSession();
  const organization = useOrganization();
  const [, params] = useRoute("/setup/:service?");
  const { service: looked } = useWhere();
  const [{ data, error }, ask] = useQuery({ query: ServicesDocument, variables: { organization: organization.id } });
  const go = useGo();
  if (!data?.services) return <Waiting error={error} onRetry={() => ask({ requestPolicy: "network-only" })} rows={6} />;
  const { services } = data;
  const isNew = params?.service === "new" || services.length === 0;
  const wanted = params?.service ?? looked;
  const service = services.find(({ id }) => id === wanted) ?? services[0];
  const others = services.map(({ id, name }) => ({ label: name, isOn: id === service?.id && !isNew, run: () => go(`/setup/${id}`) }));
  const more = can("CONFIGURE") ? (["line", { label: "New service…", icon: "plus", run: () => go("/setup/new") }] as const) : [];
  return (
    <>
      <div class="page-head">
        <h1>{isNew || !service ? "Connect a service" : `Connect ${service.name}`}</h1>
        {services.length > 0 && <Menu label="Which service" kind="plain" items={[...others, ...more]}>{isNew ? "New service" : service!.name}</Menu>}
      </div>
      {isNew || !service ? <NewService organization={organization.id} /> : <Connect organization={organization.id} service={service} />}
    </>
  );
}

type Service = NonNullable<ServicesToConnectQuery["services"]>[number];

function Connect({ organization, service }: { organization: string; service: Service }) {
  const { can } = useSession();
  useTitle(`Connect ${service.name}`);
  const key = service.keys.find(({ isEnabled, purpose }) => isEnabled && purpose === "INGEST");
  if (!key) {
    return (
      <Empty icon="key" title="This service has no key that may send errors" action={can("CONFIGURE") && <Go to={`/settings/services/${service.id}`} class="button primary">Make a key</Go>}>
        {can("CONFIGURE") ? "Make one, or switch one on." : "Ask somebody who may configure services to make one."}
      </Empty>
    );
  }
  const { dsn, publicKey } = key;
  return (
    <div class="setup">
      <div class="setup-side">
        <WaitingForFirst key={service.id} organization={organization} service={service} />
        <p class="dim">
          Nothing to break at hand? <code>tocsin demo</code> runs small programs that fail.{" "}
          <Go to={`/settings/services/${service.id}`}>Keys, origins and limits of {service.name}</Go>
        </p>
      </div>
      <section class="card setup-how" aria-label="How to send">
        <Snippets sending={{ dsn, publicKey, number: service.number, release: `${service.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}@1.0.0` }} />
      </section>
    </div>
  );
}

function NewService({ organization }: { organization: string }) {
  const { can } = useSession();
  const go = useGo();
  const form = useForm({ name: "" }, ({ name }) => act(CreateServiceDocument, { organization, service: { name } }), {
    onDone: ({ service }) => go(`/setup/${service.id}`),
  });
  if (!can("CONFIGURE")) return <Empty icon="service" title="There is no service yet">Ask an owner, an administrator or somebody of devops to make one.</Empty>;
  return (
    <section class="card">
      <form class="form" onSubmit={form.onSubmit}>
        <TextField form={form} name="name" label="Name" hint="What runs and may fail: a program, a site, an app. Shop, Checkout, iOS app." required autofocus maxLength={100} />
        <Refused form={form} />
        <div class="row"><Button type="submit" kind="primary" isBusy={form.isBusy}>Make the service</Button></div>
      </form>
    </section>
  );
}
