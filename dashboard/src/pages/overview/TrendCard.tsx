/** How often errors happened, told apart by severity, with the releases that came in between. */
import { useQuery } from "@urql/preact";
import { useMemo } from "preact/hooks";
import { words } from "~/parts/Badge";
import { Chart } from "~/parts/Chart";
import { Empty, Skeleton, Waiting } from "~/parts/States";
import { Time } from "~/parts/Time";
import type { OverviewTrendQuery } from "~/gql/graphql";
import { TrendDocument, type Asked } from "./documents";
import { useTurns } from "./soon";
import { said } from "./Tiles";

/** Below this a chart of hours would be a bar or two. */
const LEAST_HOURS = 12;
const LONGEST_BY_HOUR = 168;
/** Days of UTC are counted as such, so that long periods are as quick. */
const LONGEST_BY_OWN_DAY = 720;
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const COLOURS: Record<string, string> = { low: "--low", medium: "--warn", high: "--high", critical: "--bad", emergency: "--accent" };
const ORDER = ["emergency", "critical", "high", "medium", "low"];
type Trends = NonNullable<OverviewTrendQuery["errorTrends"]>;

export function TrendCard({ asked, turn }: { asked: Asked; turn: number }) {
  const hours = Math.max(LEAST_HOURS, asked.hours);
  const bucket = hours <= LONGEST_BY_HOUR ? "HOUR" : "DAY";
  const [{ data, error }, ask] = useQuery({ query: TrendDocument, variables: { ...asked, hours, bucket, zone: hours > LONGEST_BY_OWN_DAY ? "UTC" : zone } });
  const again = () => ask({ requestPolicy: "network-only" });
  useTurns(turn, again);
  const trends = data?.errorTrends;
  return (
    <section class="card area-trend" aria-labelledby="trend">
      <h2 id="trend">Events by severity <small class="dim">last {said(hours)}, by {bucket.toLowerCase()}</small></h2>
      {trends ? <Drawn trends={trends} /> : error ? <Waiting error={error} onRetry={again} /> : <Skeleton rows={1} height={236} />}
    </section>
  );
}

function Drawn({ trends }: { trends: Trends }) {
  const times = useMemo(() => trends.steps.map((step) => Date.parse(step) / 1000), [trends.steps]);
  const series = useMemo(() => drawable(trends), [trends.series]);
  const marks = useMemo(() => trends.releases.map(({ at, release }) => ({ at: Date.parse(at) / 1000, name: release })), [trends.releases]);
  if (!series.length) return <Empty icon="check" title="No events in this period">As soon as a program fails, its errors are drawn here by the hour.</Empty>;
  return (
    <>
      <Chart label="Events by severity" times={times} series={series} marks={marks} kind="bars" height={210} />
      {trends.releases.length > 0 && <Releases releases={trends.releases} />}
    </>
  );
}

function drawable({ series }: Trends) {
  const known = [...series].sort((a, b) => ORDER.indexOf(a.key ?? "") - ORDER.indexOf(b.key ?? ""));
  return known
    .filter(({ total }) => total > 0)
    .map(({ key, events }) => ({ name: words(key ?? "other"), colour: COLOURS[key ?? ""] ?? "--ink-3", values: events }));
}

const SHOWN = 4;

function Releases({ releases }: { releases: Trends["releases"] }) {
  return (
    <p class="releases">
      <span class="dim">Released:</span>
      {releases.slice(0, SHOWN).map(({ release, at, service }) => (
        <span key={`${release} ${service?.id}`}>
          <b>{release}</b> <span class="dim">{service?.name}, <Time at={at} /></span>
        </span>
      ))}
      {releases.length > SHOWN && <span class="dim">and {releases.length - SHOWN} more</span>}
    </p>
  );
}
