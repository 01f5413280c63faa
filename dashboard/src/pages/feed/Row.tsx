/** One event of the tail: how loud, what, where, when. */
import { Badge, LevelBadge } from "~/parts/Badge";
import { Go } from "~/parts/Go";
import { compact } from "~/parts/Num";
import type { TailRow } from "~/parts/tail";
import { exactly, Time } from "~/parts/Time";

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const A_DAY = 86_400_000;

export function Row({ row, isChosen }: { row: TailRow; isChosen: boolean }) {
  const at = new Date(row.at);
  const isToday = Date.now() - at.getTime() < A_DAY;
  return (
    <li id={`event-${row.key}`} class={`${isChosen ? "is-chosen" : ""} ${row.isOld ? "is-old" : "is-fresh"}`} aria-current={isChosen || undefined}>
      <span class="feed-at mono" title={exactly(at)}>{isToday ? clock.format(at) : <Time at={row.at} />}</span>
      <LevelBadge level={row.level} />
      <div class="feed-what">
        <p class="row">
          <Go to={`/errors/${row.error.id}`} words={row.occurrence ? { event: row.occurrence } : {}} class="feed-title">{row.error.title}</Go>
          {row.kind === "NEW" && <Badge tone="accent" title="It happened for the first time">new</Badge>}
          {row.kind === "REGRESSED" && <Badge tone="bad" title="It came back after it was resolved">back</Badge>}
          {row.count > 1 && <Badge title={`${row.count} at once; the latest is shown`}>×{compact(row.count)}</Badge>}
        </p>
        <p class="dim cut">{row.error.shortId}{row.place && ` · ${row.place}`}{row.message && !row.error.title.endsWith(row.message) && ` · ${row.message}`}</p>
      </div>
      <div class="feed-where dim">
        <p class="cut">{row.service}</p>
        <p class="cut">{[row.environment, row.release].filter(Boolean).join(" · ")}</p>
      </div>
    </li>
  );
}
