/** The overview: what the period came to beside the one before, what happens now, and what waits for somebody. */
import { useQuery } from "@urql/preact";
import { useMemo, useState } from "preact/hooks";
import { useWhere, useWord } from "~/app/address";
import { useErrorChanges } from "~/app/live";
import { useOrganization, useSession } from "~/app/session";
import { FirstSteps } from "~/parts/FirstSteps";
import { Waiting } from "~/parts/States";
import { Everywhere, OrganizationsCard } from "./Everywhere";
import { LivePanel } from "./LivePanel";
import { StatsDocument, type Asked } from "./documents";
import { ReportsPanel } from "./ReportsPanel";
import { Shares } from "./Shares";
import { Tiles } from "./Tiles";
import { TopErrors } from "./TopErrors";
import { TrendCard } from "./TrendCard";
import { useSoon } from "./soon";
import "./overview.css";

export default function Overview() {
  const { user } = useSession();
  const organization = useOrganization();
  const { service, environment, hours } = useWhere();
  const [scope, setScope] = useWord<"mine" | "all">("scope", "mine");
  const isEverywhere = user.isSystemAdmin && scope === "all";
  const where = useMemo(
    () => ({
      organization: isEverywhere ? null : organization.id,
      service: service && !isEverywhere ? [service] : null,
      environment: environment ? [environment] : null,
    }),
    [organization.id, service, environment, isEverywhere],
  );
  const asked: Asked = { where, hours };
  const [{ data, error }, ask] = useQuery({ query: StatsDocument, variables: asked });
  const stats = data?.errorStats;
  // One pace for all cards: each asks again when the turn changes.
  const [turn, next] = useState(0);
  const soon = useSoon(() => {
    ask({ requestPolicy: "network-only" });
    next((number) => number + 1);
  }, isEverywhere ? 15_000 : 0);
  useErrorChanges({ onChanges: soon });
  return (
    <>
      <div class="page-head">
        <h1>Overview</h1>
        {user.isSystemAdmin && <Everywhere isOn={isEverywhere} name={organization.name} onChoose={(on) => setScope(on ? "all" : "mine")} />}
      </div>
      {stats ? <Tiles stats={stats} hours={hours} /> : <section class="card"><Waiting error={error} onRetry={() => ask({ requestPolicy: "network-only" })} rows={2} /></section>}
      {stats && !stats.current.events && !stats.previous.events && <section class="card"><FirstSteps /></section>}
      <div class="overview">
        <TrendCard asked={asked} turn={turn} />
        {isEverywhere ? <OrganizationsCard asked={asked} turn={turn} onChanges={soon} /> : <LivePanel />}
        <TopErrors top={stats?.topErrors} hours={hours} />
        <Shares asked={asked} turn={turn} isEverywhere={isEverywhere} />
        <ReportsPanel organization={isEverywhere ? null : organization.id} />
      </div>
    </>
  );
}
