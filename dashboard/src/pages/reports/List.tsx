/** The list of reports: who waits for what, since when. */
import { Avatar } from "~/parts/Avatar";
import { Badge, words } from "~/parts/Badge";
import { Button } from "~/parts/Button";
import { Go } from "~/parts/Go";
import { full } from "~/parts/Num";
import { PriorityBadge, ReportStatusBadge } from "~/parts/Reports";
import { Empty, Problem, Skeleton } from "~/parts/States";
import { Time } from "~/parts/Time";
import { WordSearch } from "~/parts/WordSearch";
import type { ReportRow } from "./documents";
import type { Pile, useQueue } from "./queue";

interface Props {
  queue: ReturnType<typeof useQueue>;
  pile: Pile;
  search: string;
  onSearch: (text: string) => void;
  shown: string | null;
  onOpen: (id: string) => void;
}

export function List({ queue: { rows, error, more, hasMore, arrived, again }, pile, search, onSearch, shown, onOpen }: Props) {
  return (
    <section class="report-list" aria-label="Reports">
      <WordSearch keys={["User reports", "Search in reports"]} label="Words in title, text or reporter" text={search} onSearch={onSearch} />
      {arrived > 0 && <button type="button" class="feed-waiting" onClick={again}>{full(arrived)} new: show {arrived === 1 ? "it" : "them"}</button>}
      {!rows && (error ? <Problem error={error} onRetry={again} /> : <Skeleton rows={6} height={56} />)}
      {rows?.length === 0 && <Nothing pile={pile} isSearch={Boolean(search)} />}
      <ul>
        {rows?.map((row) => <Row key={row.id} row={row} isShown={row.id === shown} onOpen={() => onOpen(row.id)} />)}
      </ul>
      {hasMore && <Button kind="quiet" onClick={more}>Show more</Button>}
    </section>
  );
}

function Row({ row, isShown, onOpen }: { row: ReportRow; isShown: boolean; onOpen: () => void }) {
  return (
    <li id={`report-${row.id}`}>
      <button type="button" class={`report-row ${isShown ? "is-chosen" : ""}`} aria-current={isShown || undefined} onClick={onOpen}>
        <span class="report-head">
          <b class="cut">{row.title}</b>
          <Time at={row.createdAt} isBare />
        </span>
        <span class="report-said dim">{row.description}</span>
        <span class="report-marks">
          <PriorityBadge priority={row.priority} />
          {row.status !== "OPEN" && <ReportStatusBadge status={row.status} />}
          {row.isOverdue && <Badge tone="bad">overdue</Badge>}
          <span class="dim cut">{words(row.reportType)} · {row.reporterName ?? row.reporterEmail ?? "somebody"}</span>
          {row.assignee && <Avatar person={row.assignee} size="small" />}
        </span>
      </button>
    </li>
  );
}

function Nothing({ pile, isSearch }: { pile: Pile; isSearch: boolean }) {
  if (isSearch) return <Empty icon="search" title="No report fits">Try fewer words, or look at another pile.</Empty>;
  if (pile === "todo" || pile === "all")
    return (
      <Empty icon="reports" title="Nobody waits for an answer">
        Put <code>{`<script src="${location.origin}/widget.js" data-key="…" async></script>`}</code> on your pages, with a key for reports from
        the <Go to="/settings/services">settings of a service</Go>, and what people miss comes in here.
      </Empty>
    );
  return <Empty icon="check" title="This pile is empty">{pile === "mine" ? "Accept a report with 1, and it is yours." : "Nothing to do here."}</Empty>;
}
