/** The report that is read: what was said, with what was seen, and what can be decided. */
import { useQuery } from "@urql/preact";
import { useErrorChanges } from "~/app/live";
import { Avatar } from "~/parts/Avatar";
import { Badge, words } from "~/parts/Badge";
import { Button } from "~/parts/Button";
import { Menu } from "~/parts/Menu";
import { isUnfinished, PriorityBadge, ReportStatusBadge } from "~/parts/Reports";
import { Empty, Skeleton, Problem } from "~/parts/States";
import { exactly, Time } from "~/parts/Time";
import type { ReportPriority } from "~/gql/enums";
import type { Question } from "./Asking";
import { useDeciding } from "./deciding";
import { ReportDocument, type Report } from "./documents";
import { ErrorCard, Pictures, Technical } from "./Evidence";
import { History } from "./History";

interface Props {
  id: string;
  canWork: boolean;
  onAsk: (question: Question) => void;
  onBack: () => void;
}

export function Pane({ id, canWork, onAsk, onBack }: Props) {
  const [{ data, error, fetching }, ask] = useQuery({ query: ReportDocument, variables: { id } });
  const again = () => ask({ requestPolicy: "network-only" });
  const report = data?.userReport;
  // An error that is made of it, or the event that it names, comes a moment later.
  useErrorChanges({ onChanges: (changes) => !report?.error && changes.some(({ kind }) => kind === "NEW") && again() });
  return (
    <article class="card report-pane" aria-label={report?.title ?? "Report"} aria-busy={fetching || undefined}>
      <Button class="report-back" kind="quiet" icon="left" onClick={onBack}>All reports</Button>
      {!report && (error ? <Problem error={error} onRetry={again} /> : fetching ? <Skeleton rows={6} height={22} /> : <Empty icon="reports" title="There is no such report">It may be of another organization, or gone.</Empty>)}
      {report && (
        <>
          <Head report={report} canWork={canWork} onAsk={onAsk} />
          <Said report={report} />
          <Pictures files={report.screenshots} />
          <ErrorCard report={report} canWork={canWork} onAsk={onAsk} />
          <Technical report={report} />
          <History report={report} canWork={canWork} onNoted={again} />
        </>
      )}
    </article>
  );
}

const PRIORITIES: ReportPriority[] = ["CRITICAL", "HIGH", "MEDIUM", "LOW"];

function Head({ report, canWork, onAsk }: { report: Report; canWork: boolean; onAsk: Props["onAsk"] }) {
  const deciding = useDeciding();
  const put = (kind: Question["kind"]) => () => onAsk({ kind, report });
  const who = report.reporterName ?? report.reporterEmail ?? "Somebody";
  return (
    <header class="report-top">
      <h2>{report.title}</h2>
      <p class="row wrap dim">
        <ReportStatusBadge status={report.status} />
        {canWork && isUnfinished(report.status) ? (
          <Menu label="Priority" kind="quiet" isSmall items={PRIORITIES.map((each) => ({ label: words(each), isOn: each === report.priority, run: () => void deciding.press(report, each) }))}>
            <PriorityBadge priority={report.priority} />
          </Menu>
        ) : (
          <PriorityBadge priority={report.priority} />
        )}
        <span>{words(report.reportType)} of <b>{who}</b>{report.reporterEmail && report.reporterName && <> (<a href={`mailto:${report.reporterEmail}`}>{report.reporterEmail}</a>)</>}, {words(report.reporterType).toLowerCase()}</span>
        <Time at={report.createdAt} />
        {isUnfinished(report.status) && <span>{report.isOverdue ? <Badge tone="bad">overdue</Badge> : <>due <Time at={report.dueAt} /></>}</span>}
        {report.assignee && <span class="row"><Avatar person={report.assignee} size="small" /> {report.assignee.name}</span>}
      </p>
      {report.duplicateOf && <p>The same as <b>{report.duplicateOf.title}</b>.</p>}
      {report.resolutionNotes && <p class="report-notes">{report.resolutionNotes} <span class="dim">{report.resolvedAt && <Time at={report.resolvedAt} />}</span></p>}
      {canWork && (
        <div class="row wrap" role="group" aria-label="Decide">
          {isUnfinished(report.status) ? (
            <>
              {report.status !== "IN_PROGRESS" && <Button kind="primary" icon="check" title="Accept (1)" onClick={() => void deciding.accept(report)}>Accept</Button>}
              <Button kind={report.status === "IN_PROGRESS" ? "primary" : "plain"} title="Resolve (e)" onClick={put("resolve")}>Resolve</Button>
              <Button title="Duplicate (2)" onClick={put("duplicate")}>Duplicate</Button>
              <Button title="Decline (3)" onClick={put("decline")}>Decline</Button>
              <Button title="Snooze (h)" onClick={put("snooze")}>Snooze</Button>
              <Button title="Assign (a)" onClick={put("assign")}>Assign</Button>
            </>
          ) : (
            <Button icon="reload" onClick={() => void deciding.reopen(report)}>Open again</Button>
          )}
        </div>
      )}
    </header>
  );
}

function Said({ report }: { report: Report }) {
  const parts: [string, string | null][] = [
    ["Steps", report.stepsToReproduce],
    ["Expected", report.expectedBehavior],
    ["Happened instead", report.actualBehavior],
  ];
  return (
    <div class="report-said-all">
      <p class="prose" title={exactly(report.createdAt)}>{report.description}</p>
      {parts.map(([name, text]) => text && (
        <section key={name}>
          <h3>{name}</h3>
          <p class="prose">{text}</p>
        </section>
      ))}
    </div>
  );
}
