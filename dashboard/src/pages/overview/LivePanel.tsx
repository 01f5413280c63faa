/** What happens now, beside the figures: the last few events of where one looks. */
import { useState } from "preact/hooks";
import { useWhere } from "~/app/address";
import { useOrganization } from "~/app/session";
import { Badge, LevelBadge } from "~/parts/Badge";
import { Button } from "~/parts/Button";
import { Go } from "~/parts/Go";
import { compact, full } from "~/parts/Num";
import { Spark } from "~/parts/Spark";
import { Empty, Skeleton } from "~/parts/States";
import { lastMinute, useTail } from "~/parts/tail";
import { Time, useSeconds } from "~/parts/Time";

const SHOWN = 9;

export function LivePanel() {
  const organization = useOrganization();
  const { service, environment } = useWhere();
  const [isPaused, pause] = useState(false);
  const [isRead, read] = useState(false);
  const tail = useTail({
    organization: organization.id,
    where: { service: service ? [service] : null, environment: environment ? [environment] : null },
    before: { organization: organization.id, service: service ? [service] : null, environment: environment ? [environment] : null },
    most: SHOWN,
    isHeld: isPaused || isRead,
  });
  const now = useSeconds();
  const seconds = lastMinute(tail.seconds, now);
  const sum = seconds.reduce((total, each) => total + each, 0);
  return (
    <section class="card area-live live-card" aria-labelledby="live">
      <div class="row">
        <h2 id="live">Now</h2>
        <span class="dim">{full(sum)} in the last minute</span>
        <span class="push row">
          {tail.waiting > 0 && <Badge tone="accent">{compact(tail.waiting)} waiting</Badge>}
          <Button kind="quiet" isSmall icon={isPaused ? "play" : "pause"} label={isPaused ? "Go on" : "Pause"} onClick={() => pause(!isPaused)} />
        </span>
      </div>
      <Spark values={seconds} />
      {tail.isLoading && <Skeleton rows={6} height={30} />}
      {!tail.isLoading && tail.rows.length === 0 && (
        <Empty icon="feed" title="Quiet">What programs report appears here by itself, the moment it is taken in.</Empty>
      )}
      <ol class="live-rows" onPointerEnter={() => read(true)} onPointerLeave={() => read(false)}>
        {tail.rows.map((row) => (
          <li key={row.key} class={row.isOld ? "" : "is-fresh"}>
            <LevelBadge level={row.level} />
            <Go to={`/errors/${row.error.id}`} class="cut">{row.error.title}</Go>
            {row.kind === "NEW" && <Badge tone="accent">new</Badge>}
            {row.kind === "REGRESSED" && <Badge tone="bad">back</Badge>}
            {row.count > 1 && <span class="dim num">×{compact(row.count)}</span>}
            <span class="dim live-at"><Time at={row.at} isBare /></span>
          </li>
        ))}
      </ol>
      <p class="card-foot"><Go to="/feed">Open the live feed</Go></p>
    </section>
  );
}
