/** How often it happened, by day or by hour, with the releases that began meanwhile. */
import { useQuery } from "@urql/preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { graphql } from "~/api/graphql";
import { useWhere } from "~/app/address";
import { Chart } from "~/parts/Chart";
import { full } from "~/parts/Num";
import { Skeleton } from "~/parts/States";
import type { Head } from "~/pages/error/documents";

const GraphDocument = graphql(`
  query GraphOfError($id: ID!, $since: DateTime!, $unit: FrequencyUnit!) {
    error(id: $id) {
      id
      frequencies(since: $since, unit: $unit) { beginsAt count }
      service { id releasesSeen(since: $since, first: 20) { release firstSeenAt } }
    }
  }
`);

const HOUR = 3_600_000;
const CALM_MS = 5_000;

export function Graph({ error, turn }: { error: Head; turn: number }) {
  const { hours, period } = useWhere();
  // The moment is that of the whole hour: the same question has the same answer in the cache.
  const since = useMemo(() => new Date((Math.floor(Date.now() / HOUR) - Math.max(hours, 24)) * HOUR).toISOString(), [hours]);
  const unit = hours <= 72 ? "HOUR" : "DAY";
  const [{ data }, ask] = useQuery({ query: GraphDocument, variables: { id: error.id, since, unit } });
  const asking = useRef<ReturnType<typeof setTimeout>>();
  useEffect(() => () => clearTimeout(asking.current), []);
  useEffect(() => {
    if (!turn) return;
    asking.current ??= setTimeout(() => {
      asking.current = undefined;
      ask({ requestPolicy: "network-only" });
    }, CALM_MS);
  }, [turn, ask]);
  const steps = data?.error?.frequencies;
  const times = useMemo(() => (steps ?? []).map(({ beginsAt }) => Date.parse(beginsAt) / 1000), [steps]);
  const series = useMemo(() => [{ name: "Events", colour: "--accent", values: (steps ?? []).map(({ count }) => count) }], [steps]);
  const releases = data?.error?.service?.releasesSeen;
  const marks = useMemo(() => (releases ?? []).map(({ release, firstSeenAt }) => ({ at: Date.parse(firstSeenAt) / 1000, name: release })), [releases]);
  if (!steps) return <section class="card"><Skeleton rows={4} height={20} /></section>;
  const sum = steps.reduce((all, { count }) => all + count, 0);
  return (
    <section class="card error-graph" aria-label="How often">
      <Chart
        label={`Events by ${unit === "HOUR" ? "hour" : "day"}`}
        summary={`${full(sum)} events in ${period === "1h" ? "24 hours" : period}, by ${unit === "HOUR" ? "hour" : "day"}. ${marks.length} releases began.`}
        times={times}
        series={series}
        kind="bars"
        height={120}
        marks={marks}
      />
    </section>
  );
}
