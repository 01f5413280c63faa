/** What people have reported and nobody has finished, the oldest duty first. */
import { useQuery } from "@urql/preact";
import { useFeed } from "~/api/feed";
import { graphql } from "~/api/graphql";
import { useOrganization } from "~/app/session";
import { Avatar } from "~/parts/Avatar";
import { Badge, words } from "~/parts/Badge";
import { Go } from "~/parts/Go";
import { PriorityBadge } from "~/parts/Reports";
import { Empty, Waiting } from "~/parts/States";
import { Time } from "~/parts/Time";
import { useSoon } from "./soon";

const OpenReportsDocument = graphql(`
  query OpenReports($organization: ID) {
    userReports(first: 5, where: { organization: $organization, status: [OPEN, IN_PROGRESS] }) {
      edges { node { id title priority status reportType createdAt dueAt isOverdue reporterName assignee { id name } service { id name } } }
    }
  }
`);

const ReportsTold = graphql(`
  subscription ReportsTold($organization: ID!, $after: Cursor) {
    userReportQueue(organization: $organization, after: $after) {
      cursor
      kind
      omitted
      changes { kind reportId }
    }
  }
`);

export function ReportsPanel({ organization }: { organization: string | null }) {
  const own = useOrganization();
  const [{ data, error }, ask] = useQuery({ query: OpenReportsDocument, variables: { organization } });
  const again = () => ask({ requestPolicy: "network-only" });
  const soon = useSoon(again);
  useFeed(ReportsTold, { organization: organization ?? own.id }, { onChanges: soon });
  const reports = data?.userReports?.edges.map(({ node }) => node);
  return (
    <section class="card area-reports" aria-labelledby="reports">
      <div class="row">
        <h2 id="reports">User reports</h2>
        <Go to="/reports" class="push">Open the queue</Go>
      </div>
      {!reports && <Waiting error={error} onRetry={again} rows={4} />}
      {reports?.length === 0 && (
        <Empty icon="reports" title="Nobody waits for an answer">Put the widget on your pages, and what people miss comes in here.</Empty>
      )}
      <ol class="report-lines">
        {reports?.map((report) => (
          <li key={report.id}>
            <PriorityBadge priority={report.priority} />
            <div class="cut">
              <Go to="/reports" words={{ report: report.id }} class="top-title">{report.title}</Go>
              <p class="dim cut">{words(report.reportType)} · {report.reporterName ?? "somebody"} · {report.service?.name} · <Time at={report.createdAt} /></p>
            </div>
            {report.isOverdue && <Badge tone="bad">overdue</Badge>}
            {report.assignee ? <Avatar person={report.assignee} size="small" /> : <span />}
          </li>
        ))}
      </ol>
    </section>
  );
}
