/** The errors that happened most in the period. */
import { SeverityBadge, StatusBadge } from "~/parts/Badge";
import { Go } from "~/parts/Go";
import { Num } from "~/parts/Num";
import { Empty, Skeleton } from "~/parts/States";
import { Time } from "~/parts/Time";
import type { Stats } from "./documents";
import { said } from "./Tiles";

export function TopErrors({ top, hours }: { top: Stats["topErrors"]  | undefined; hours: number }) {
  const most = Math.max(1, ...(top ?? []).map(({ events }) => events));
  return (
    <section class="card area-top" aria-labelledby="top-errors">
      <h2 id="top-errors">Busiest errors <small class="dim">last {said(hours)}</small></h2>
      {!top && <Skeleton rows={5} height={28} />}
      {top?.length === 0 && <Empty icon="check" title="Nothing failed">When something does, what happens most stands here.</Empty>}
      <ol class="top-errors">
        {top?.map(({ events, error }) => error && (
          <li key={error.id}>
            <SeverityBadge severity={error.severity} isShort />
            <div class="cut">
              <Go to={`/errors/${error.id}`} class="top-title">{error.title}</Go>
              <p class="dim cut">{error.shortId} · {error.culprit || error.service?.name} · <Time at={error.lastSeenAt} /></p>
            </div>
            <StatusBadge status={error.status} />
            <div class="top-count">
              <Num value={events} of="events" />
              <progress value={events} max={most} aria-hidden="true" />
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}
