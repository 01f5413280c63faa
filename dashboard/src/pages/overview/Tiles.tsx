/** The figures of the period, each beside that of the period before. */
import { Go } from "~/parts/Go";
import { compact, full, percent } from "~/parts/Num";
import { Tile } from "~/parts/Tile";
import type { Stats } from "./documents";

export function Tiles({ stats: { current, previous, openReports }, hours }: { stats: Stats; hours: number }) {
  const sketch = "estimated from a sketch: exact for a few, within some three percent for many";
  return (
    <ul class="tiles" aria-label={`The last ${said(hours)}, beside the ${said(hours)} before`}>
      <Tile label="Events" value={compact(current.events)} now={current.events} before={previous.events} good="less" hint={`${full(current.events)} events; ${full(previous.events)} before`} />
      <Tile label="New errors" value={compact(current.newErrors)} now={current.newErrors} before={previous.newErrors} good="less" hint={`${full(current.newErrors)} errors happened for the first time; ${full(previous.newErrors)} before`}>
        {current.regressedErrors > 0 && <p class="tile-note">{full(current.regressedErrors)} came back</p>}
      </Tile>
      <Tile label="Resolved" value={compact(current.resolvedErrors)} now={current.resolvedErrors} before={previous.resolvedErrors} good="more" hint={`Errors were resolved ${full(current.resolvedErrors)} times; ${full(previous.resolvedErrors)} before`} />
      {current.affectedUsers != null && (
        <Tile label="Users affected" value={compact(current.affectedUsers)} now={current.affectedUsers} before={previous.affectedUsers} good="less" hint={`About ${full(current.affectedUsers)} different users met an error, ${sketch}`} />
      )}
      {current.crashFreeSessions != null && (
        <Tile
          label="Crash-free sessions"
          value={percent(current.crashFreeSessions, 2)}
          now={current.crashFreeSessions}
          before={previous.crashFreeSessions}
          change={previous.crashFreeSessions == null ? undefined : points(current.crashFreeSessions - previous.crashFreeSessions)}
          good="more"
          hint="The share of sessions that did not end by a crash"
        />
      )}
      <li class="tile">
        <p class="tile-label">Open reports</p>
        <p class="tile-value"><Go to="/reports">{compact(openReports)}</Go></p>
        <p class="tile-change even">{openReports ? "wait for somebody" : "nothing waits"}</p>
      </li>
    </ul>
  );
}

export const said = (hours: number): string =>
  ({ 1: "hour", 24: "24 hours", 168: "7 days", 336: "14 days", 720: "30 days", 2160: "90 days" })[hours] ?? `${hours} hours`;

const points = (by: number): string => (Math.abs(by) < 0.00005 ? "as before" : `${(Math.abs(by) * 100).toFixed(2)} points ${by > 0 ? "more" : "fewer"}`);
