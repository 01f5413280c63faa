/** For who administers the whole installation: all organizations together, and each beside the others (UIX-08). */
import { useQuery } from "@urql/preact";
import { useFeed } from "~/api/feed";
import { graphql } from "~/api/graphql";
import { useAddress } from "~/app/address";
import { useSession } from "~/app/session";
import { full } from "~/parts/Num";
import { Bars } from "~/parts/Spark";
import { Empty, Waiting } from "~/parts/States";
import { say } from "~/parts/toasts";
import { SharesDocument, type Asked } from "./documents";
import { useTurns } from "./soon";

export function Everywhere({ isOn, name, onChoose }: { isOn: boolean; name: string; onChoose: (on: boolean) => void }) {
  return (
    <div class="choice-bar push" role="group" aria-label="Whose errors">
      <button type="button" aria-pressed={!isOn} onClick={() => onChoose(false)}>{name}</button>
      <button type="button" aria-pressed={isOn} onClick={() => onChoose(true)}>All organizations</button>
    </div>
  );
}

const OrganizationsDocument = graphql(`
  query AllOrganizations {
    organizations { id name slug isSystem }
  }
`);

const Told = graphql(`
  subscription ErrorsTold($organization: ID!, $after: Cursor) {
    errorFeed(organization: $organization, after: $after) { cursor kind omitted changes { kind } }
  }
`);

/** As many are followed live; what happens in others is seen when the figures are asked again. */
const FOLLOWED = 25;

interface Props {
  asked: Asked;
  turn: number;
  /** What happened anywhere makes the figures untrue. */
  onChanges: () => void;
}

export function OrganizationsCard({ asked, turn, onChanges }: Props) {
  const [{ data, error }, ask] = useQuery({ query: SharesDocument, variables: { ...asked, by: "ORGANIZATION" } });
  const [{ data: all }] = useQuery({ query: OrganizationsDocument });
  const [, change] = useAddress();
  const { roles } = useSession();
  const again = () => ask({ requestPolicy: "network-only" });
  useTurns(turn, again);
  const stats = data?.errorStats;
  const bars = stats?.shares?.map(({ key, events, eventsBefore, organization }) => ({
    slug: organization?.slug,
    name: organization?.name ?? key,
    value: events,
    title: `${full(events)} events; ${full(eventsBefore)} in the period before`,
  }));
  const look = (slug: string | undefined) => {
    if (roles.some(({ organization }) => organization!.slug === slug)) change({ org: slug, scope: null, service: null }, { push: true });
    else say("You are no member of this organization: its figures are all that is shown here.");
  };
  return (
    <section class="card area-live" aria-labelledby="organizations">
      <h2 id="organizations">Organizations</h2>
      {all?.organizations?.slice(0, FOLLOWED).map(({ id }) => <Follow key={id} organization={id} onChanges={onChanges} />)}
      {!bars && <Waiting error={error} onRetry={again} rows={5} />}
      {bars?.length === 0 && <Empty icon="people" title="No events anywhere">No organization had an event in this period.</Empty>}
      {bars && bars.length > 0 && (
        <Bars
          label="Events by organization"
          bars={bars}
          total={stats!.current.events}
          onPick={({ name }) => look(bars.find((bar) => bar.name === name)?.slug)}
        />
      )}
    </section>
  );
}

function Follow({ organization, onChanges }: { organization: string; onChanges: () => void }) {
  useFeed(Told, { organization }, { onChanges });
  return null;
}
