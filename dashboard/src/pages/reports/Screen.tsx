/** The queue of user reports: a list, and the one that is read beside it. */
import { useRef, useState } from "preact/hooks";
import { useGo, useWord } from "~/app/address";
import { useSession } from "~/app/session";
import { useKeys, useKeysSoon } from "~/keys/registry";
import { isUnfinished } from "~/parts/Reports";
import { Tabs } from "~/parts/Tabs";
import { Asking, type Question } from "./Asking";
import { useDeciding } from "./deciding";
import type { ReportRow } from "./documents";
import { List } from "./List";
import { Pane } from "./Pane";
import { type Pile, useQueue } from "./queue";
import "./reports.css";

export default function Reports() {
  const { can } = useSession();
  const [pile, setPile] = useWord<Pile>("pile", "todo");
  const [search, setSearch] = useWord<string>("q", "");
  const queue = useQueue(pile, search);
  // A word of the address, not its path: from one report to the next is no turn of the page.
  const [id, open] = useWord<string>("report", "");
  const shown = id || (queue.rows?.[0]?.id ?? null);
  const [question, ask] = useState<Question | null>(null);
  const canWork = can("REPORT");
  useKeysSoon(!queue.rows && !queue.error);
  useReportKeys({ rows: queue.rows ?? [], shown, open, ask: canWork ? ask : undefined });
  const byStatus = new Map(queue.counts?.userReportCounts?.byStatus.map(({ status, count }) => [status, count]));
  const sum = (...statuses: ReportRow["status"][]) => (queue.counts ? statuses.reduce((total, each) => total + (byStatus.get(each) ?? 0), 0) : null);
  return (
    <>
      <div class="page-head">
        <h1>User reports</h1>
      </div>
      <Tabs
        label="Piles"
        chosen={pile}
        onChoose={(next) => {
          if (id) open("");
          setPile(next);
        }}
        tabs={[
          { id: "todo", label: "To do", count: sum("OPEN", "IN_PROGRESS") },
          { id: "mine", label: "Mine", count: queue.counts?.mine?.unfinished },
          { id: "overdue", label: "Overdue", count: queue.counts?.userReportCounts?.overdue },
          { id: "waiting", label: "Waiting", count: sum("PENDING_INFO") },
          { id: "done", label: "Finished" },
          { id: "all", label: "All" },
        ]}
      >
        <div class={`reports ${id ? "is-reading" : ""}`}>
          <List queue={queue} pile={pile} search={search} onSearch={setSearch} shown={shown} onOpen={(report) => open(report, { push: true })} />
          {shown && <Pane key={shown} id={shown} canWork={canWork} onAsk={ask} onBack={() => open("")} />}
        </div>
      </Tabs>
      <Asking question={question} onClose={() => ask(null)} />
    </>
  );
}

interface Keyed {
  rows: ReportRow[];
  shown: string | null;
  open: (id: string) => void;
  ask?: (question: Question) => void;
}

function useReportKeys({ rows, shown, open, ask }: Keyed) {
  const deciding = useDeciding();
  const go = useGo();
  // Two keys may come before the next drawing: they act on this.
  const at = useRef(shown);
  at.current = shown;
  const now = () => rows.find(({ id }) => id === at.current);
  const step = (by: number) => {
    const index = rows.findIndex(({ id }) => id === at.current);
    const next = rows[Math.max(0, Math.min(rows.length - 1, index + by))];
    if (!next) return;
    at.current = next.id;
    open(next.id);
    document.getElementById(`report-${next.id}`)?.scrollIntoView({ block: "nearest" });
  };
  const when = () => Boolean(ask && now() && isUnfinished(now()!.status));
  const isLoaded = () => rows.length > 0;
  const put = (kind: Question["kind"]) => () => ask?.({ kind, report: now()! });
  useKeys("User reports", [
    { keys: "j", label: "Next report", when: isLoaded, run: () => step(1) },
    { keys: "k", label: "Report before", when: isLoaded, run: () => step(-1) },
    { keys: "1", label: "Accept: it is yours", decides: true, when, run: () => void deciding.accept(now()!) },
    { keys: "2", label: "Duplicate of another", when, run: put("duplicate") },
    { keys: "3", label: "Decline", when, run: put("decline") },
    { keys: "h", label: "Snooze", when, run: put("snooze") },
    { keys: "e", label: "Resolve", when, run: put("resolve") },
    { keys: "a", label: "Assign", when, run: put("assign") },
    { keys: "l", label: "Link to an error", when, run: put("link") },
    { keys: "o", label: "Open its error", when: () => Boolean(now()?.error), run: () => go(`/errors/${now()!.error!.id}`) },
  ]);
}
