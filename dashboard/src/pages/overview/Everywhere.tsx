/** For who administers the whole installation: all organizations together, and each beside the others (UIX-08). */
import { useQuery } from "@urql/preact";
import { full } from "~/parts/Num";
import { Bars } from "~/parts/Spark";
import { Empty, Waiting } from "~/parts/States";
import { SharesDocument, type Asked } from "./documents";

export function Everywhere({ isOn, name, onChoose }: { isOn: boolean; name: string; onChoose: (on: boolean) => void }) {
  return (
    <div class="choice-bar push" role="group" aria-label="Whose errors">
      <button type="button" aria-pressed={!isOn} onClick={() => onChoose(false)}>{name}</button>
      <button type="button" aria-pressed={isOn} onClick={() => onChoose(true)}>All organizations</button>
    </div>
  );
}

export function OrganizationsCard({ asked }: { asked: Asked }) {
  const [{ data, error }, ask] = useQuery({ query: SharesDocument, variables: { ...asked, by: "ORGANIZATION" } });
  const stats = data?.errorStats;
  const bars = stats?.shares?.map(({ key, events, eventsBefore, organization }) => ({
    name: organization?.name ?? key,
    value: events,
    title: `${full(events)} events; ${full(eventsBefore)} in the period before`,
  }));
  return (
    <section class="card area-live" aria-labelledby="organizations">
      <h2 id="organizations">Organizations</h2>
      {!bars && <Waiting error={error} onRetry={() => ask({ requestPolicy: "network-only" })} rows={5} />}
      {bars?.length === 0 && <Empty icon="people" title="No events anywhere">No organization had an event in this period.</Empty>}
      {bars && bars.length > 0 && <Bars label="Events by organization" bars={bars} total={stats!.current.events} />}
    </section>
  );
}
