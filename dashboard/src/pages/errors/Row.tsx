/** One error in the list. */
import { Avatar } from "~/parts/Avatar";
import { SeverityBadge, StatusBadge } from "~/parts/Badge";
import { isUnread } from "~/parts/errors/opened";
import { Icon } from "~/parts/Icon";
import { full, Num } from "~/parts/Num";
import { Spark } from "~/parts/Spark";
import { Time } from "~/parts/Time";
import type { Row } from "~/pages/errors/documents";

interface Props {
  row: Row;
  hours: number[];
  isMarked: boolean;
  isGone: boolean;
  onMark?: (event: MouseEvent) => void;
  onOpen: (event: MouseEvent) => void;
}

export function ErrorRow({ row, hours, isMarked, isGone, onMark, onOpen }: Props) {
  const isDone = isGone || row.statusCategory !== "UNRESOLVED";
  const mark = (event: MouseEvent) => {
    event.stopPropagation();
    onMark?.(event);
  };
  return (
    <div class={`error-row ${isUnread(row) ? "unread" : ""} ${isDone ? "done" : ""}`} data-error={row.shortId} onClick={onOpen} onAuxClick={onOpen}>
      <span class={`tick ${isMarked ? "on" : ""}`} aria-hidden="true" onClick={onMark && mark}>
        {onMark && <i>{isMarked && <Icon name="check" size={12} />}</i>}
      </span>
      <SeverityBadge severity={row.severity} isShort />
      <div class="error-what">
        <p class="error-title cut">{row.title}</p>
        <p class="error-where cut">
          <b>{row.shortId}</b>
          {row.level !== "ERROR" && <span class={`error-level ${row.level.toLowerCase()}`}>{row.level.toLowerCase()}</span>}
          {row.culprit && <span class="mono">{row.culprit}</span>}
          <span class="error-service">{row.service?.name ?? row.serviceName}</span>
          {row.mergedCount > 0 && <span title={`${row.mergedCount} others are merged into it`}><Icon name="merge" size={12} /> {row.mergedCount}</span>}
        </p>
      </div>
      <span class="error-status">
        {isGone ? <span class="badge quiet">Gone</span> : <StatusBadge status={row.status} />}
        {row.isOverdue && <span class="badge high">Overdue</span>}
      </span>
      <span class="error-spark"><Spark values={hours} label={told(hours)} /></span>
      <span class="error-number"><Num value={row.occurrenceCount} of="events" /><span class="visually-hidden"> events</span></span>
      <span class="error-number error-users"><Num value={row.usersAffectedCount} of="users" /><span class="visually-hidden"> users</span></span>
      <span class="error-first"><Time at={row.firstSeenAt} isBare /></span>
      <span class="error-last"><Time at={row.lastSeenAt} isBare /></span>
      <span class="error-who">{who(row)}</span>
    </div>
  );
}

const told = (hours: number[]): string => `${full(hours.reduce((all, count) => all + count, 0))} events in 24 hours`;

function who(row: Row) {
  if (row.assignee) return <Avatar person={row.assignee} size="small" />;
  if (row.team) return <span class="badge quiet" title={`Team ${row.team.name}`}>#{row.team.name}</span>;
  return null;
}
