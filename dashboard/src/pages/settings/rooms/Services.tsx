/** What runs and may fail. */
import { useQuery } from "@urql/preact";
import { graphql } from "~/api/graphql";
import { useOrganization, useSession } from "~/app/session";
import { Badge } from "~/parts/Badge";
import { Go } from "~/parts/Go";
import { Icon } from "~/parts/Icon";
import { Empty, Waiting } from "~/parts/States";
import { Time } from "~/parts/Time";
import { Card, Room } from "~/pages/settings/Room";

const ServicesDocument = graphql(`
  query ServicesInSettings($organization: ID!) {
    services(organization: $organization) {
      id
      name
      description
      isActive
      isBusinessCritical
      isExternal
      ownerTeam { id name }
      keys { id isActive lastUsedAt }
    }
    removals(organization: $organization, first: 50) { edges { node { id objectId finishedAt } } }
  }
`);

export function Services() {
  const organization = useOrganization();
  const { can } = useSession();
  const [{ data, error }, ask] = useQuery({ query: ServicesDocument, variables: { organization: organization.id } });
  const services = data?.services;
  const going = new Set(data?.removals?.edges.map(({ node }) => node.objectId));
  return (
    <Room
      title="Services and keys"
      lead="A service is what runs and may fail: a program, a site, an app. Its keys let it send."
      action={can("CONFIGURE") && <Go to="/setup/new" class="button primary"><Icon name="plus" /><span>New service</span></Go>}
    >
      {!services && <Waiting error={error} onRetry={() => ask({ requestPolicy: "network-only" })} rows={4} />}
      {services?.length === 0 && <Empty icon="service" title="There is no service yet">Make one, and a page shows how it sends its first error.</Empty>}
      {services && services.length > 0 && (
        <Card title={`${services.length} ${services.length === 1 ? "service" : "services"}`}>
          <ul class="lines">
            {services.map((service) => {
              const used = service.keys.map(({ lastUsedAt }) => lastUsedAt).filter(Boolean).sort().at(-1);
              return (
                <li key={service.id} class={service.isActive ? "" : "is-off"}>
                  <div>
                    <p class="lines-name">
                      <Go to={`/settings/services/${service.id}`}>{service.name}</Go>
                      {service.isBusinessCritical && <Badge tone="high">business critical</Badge>}
                      {service.isExternal && <Badge>external</Badge>}
                      {going.has(service.id) ? <Badge tone="bad">being deleted</Badge> : !service.isActive && <Badge tone="bad">switched off</Badge>}
                    </p>
                    <p class="dim">
                      {service.ownerTeam ? service.ownerTeam.name : "No team"} · {service.keys.length} {service.keys.length === 1 ? "key" : "keys"} · {used ? <>last sent <Time at={used} /></> : "nothing sent yet"}
                    </p>
                  </div>
                  {!going.has(service.id) && <Go to={`/setup/${service.id}`} class="button small">{used ? "How to send" : "Connect"}</Go>}
                </li>
              );
            })}
          </ul>
        </Card>
      )}
    </Room>
  );
}
