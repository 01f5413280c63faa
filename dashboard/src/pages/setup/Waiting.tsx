/** Waits for the first event of a service, and turns green by itself. */
import { useQuery } from "@urql/preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { graphql } from "~/api/graphql";
import { useErrorChanges } from "~/app/live";
import { Go } from "~/parts/Go";
import { Icon } from "~/parts/Icon";
import { Time } from "~/parts/Time";
import { words } from "~/parts/Badge";

const FirstErrorDocument = graphql(`
  query FirstError($service: [ID!]) {
    errors(where: { service: $service }, orderBy: LAST_SEEN_DESC, first: 1) {
      edges { node { id shortId title lastSeenAt occurrenceCount } }
    }
  }
`);

const TurnedAwayDocument = graphql(`
  query TurnedAway($organization: ID!, $since: DateTime!, $service: ID!) {
    ingestOutcomes(where: { organization: $organization, since: $since, outcome: [INVALID, RATE_LIMITED, SUPPRESSED, UNSUPPORTED] }, limit: 50) {
      minute
      outcome
      category
      reason
      quantity
      key { id service { id } }
    }
    service(id: $service) { id keys { id lastUsedAt } }
  }
`);

const LOOKED_EVERY = 5_000;

interface Props {
  organization: string;
  service: { id: string; name: string };
}

export function WaitingForFirst({ organization, service }: Props) {
  const [{ data }, ask] = useQuery({ query: FirstErrorDocument, variables: { service: [service.id] }, requestPolicy: "cache-and-network" });
  const first = data?.errors?.edges[0]?.node;
  const isHere = Boolean(first);
  // The feed begins before the list is asked, so that nothing falls between them.
  useErrorChanges({
    onChanges: () => isHere || ask({ requestPolicy: "network-only" }),
    onResync: () => ask({ requestPolicy: "network-only" }),
  });
  if (first) {
    return (
      <section class="card waiting here" role="status">
        <Icon name="check" size={22} />
        <div>
          <p class="waiting-what">The first event of {service.name} is here</p>
          <p class="cut">{first.title} <span class="dim">· <Time at={first.lastSeenAt} /></span></p>
        </div>
        <Go to={`/errors/${first.id}`} class="button primary">Look at the error</Go>
      </section>
    );
  }
  return (
    <section class="card waiting" role="status">
      <i class="beacon" aria-hidden="true" />
      <div>
        <p class="waiting-what">Waiting for the first event of {service.name}</p>
        <p class="dim">{data ? "This turns green by itself when it comes." : "Looking whether there is one."}</p>
        {data && <TurnedAway organization={organization} service={service.id} />}
      </div>
    </section>
  );
}

/** What came and was no error, so that nobody waits for what was turned away. */
function TurnedAway({ organization, service }: { organization: string; service: string }) {
  const since = useMemo(() => new Date(Date.now() - 600_000).toISOString(), []);
  const [{ data }, ask] = useQuery({ query: TurnedAwayDocument, variables: { organization, since, service } });
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState !== "visible") return;
      tick((turn) => turn + 1);
      ask({ requestPolicy: "network-only" });
    }, LOOKED_EVERY);
    return () => clearInterval(timer);
  }, [ask]);
  const own = data?.ingestOutcomes?.filter(({ key }) => key?.service?.id === service) ?? [];
  const used = data?.service?.keys.map(({ lastUsedAt }) => lastUsedAt).filter(Boolean).sort().at(-1);
  const last = own.at(-1);
  if (last) {
    return (
      <p class="waiting-away">
        {last.quantity} of {words(last.category).toLowerCase()} came at <Time at={last.minute} /> and was not kept: {words(last.outcome).toLowerCase()}, {last.reason.replaceAll("_", " ")}.
      </p>
    );
  }
  return used ? <p class="waiting-away">The key was used <Time at={used} />, but not for an error.</p> : null;
}
