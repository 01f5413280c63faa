/** The events of the period told apart by one thing; a click looks closer. */
import { useQuery } from "@urql/preact";
import { useAddress, useWord } from "~/app/address";
import type { ErrorDimension } from "~/gql/enums";
import type { OverviewSharesQuery } from "~/gql/graphql";
import { words } from "~/parts/Badge";
import { Menu } from "~/parts/Menu";
import { full } from "~/parts/Num";
import { Bars } from "~/parts/Spark";
import { Empty, Waiting } from "~/parts/States";
import { SharesDocument, type Asked } from "./documents";
import { useTurns } from "./soon";

const KINDS: [ErrorDimension, string][] = [["SERVICE", "Service"], ["ENVIRONMENT", "Environment"], ["ERROR_TYPE", "Type"], ["LEVEL", "Level"]];
type Share = NonNullable<NonNullable<OverviewSharesQuery["errorStats"]>["shares"]>[number];

export function Shares({ asked, turn, isEverywhere }: { asked: Asked; turn: number; isEverywhere: boolean }) {
  const [by, choose] = useWord<ErrorDimension>("by", "SERVICE");
  const [, change] = useAddress();
  const [{ data, error }, ask] = useQuery({ query: SharesDocument, variables: { ...asked, by } });
  const again = () => ask({ requestPolicy: "network-only" });
  useTurns(turn, again);
  const stats = data?.errorStats;
  const word = by === "SERVICE" ? "service" : by === "ENVIRONMENT" ? "env" : null;
  const canLook = word !== null && !isEverywhere;
  const bars = stats?.shares?.filter(({ events }) => events > 0).map((share) => ({
    id: share.key,
    name: nameOf(share, by),
    value: share.events,
    title: `${full(share.events)} events; ${full(share.eventsBefore)} in the period before`,
  }));
  return (
    <section class="card area-shares" aria-labelledby="shares">
      <div class="row">
        <h2 id="shares">Events by</h2>
        <span class="shares-by">
          <Menu label="Told apart by" kind="quiet" isSmall items={KINDS.map(([kind, label]) => ({ label, isOn: kind === by, run: () => choose(kind) }))}>
            {KINDS.find(([kind]) => kind === by)?.[1].toLowerCase()}
          </Menu>
        </span>
      </div>
      {!bars && <Waiting error={error} onRetry={again} rows={4} />}
      {bars?.length === 0 && <Empty icon="chart" title="No events">There is nothing to tell apart.</Empty>}
      {bars && bars.length > 0 && (
        <Bars
          label={`Events by ${by.toLowerCase().replace("_", " ")}`}
          bars={bars}
          total={stats!.current.events}
          onPick={canLook ? (bar) => change({ [word]: bars.find(({ name }) => name === bar.name)?.id ?? null }) : undefined}
        />
      )}
    </section>
  );
}

function nameOf({ key, service }: Share, by: ErrorDimension): string {
  if (by === "SERVICE") return service?.name ?? "a service that is gone";
  return by === "ENVIRONMENT" ? key || "no environment said" : words(key);
}
