/** What users said about it. */
import { useQuery } from "@urql/preact";
import { graphql } from "~/api/graphql";
import { Badge, words } from "~/parts/Badge";
import { Go } from "~/parts/Go";
import { Empty, Waiting } from "~/parts/States";
import { Time } from "~/parts/Time";

const ReportsDocument = graphql(`
  query ReportsOfError($id: ID!) {
    userReports(where: { error: $id }, first: 50) {
      edges { node { id title description status priority reporterName reporterEmail createdAt assignee { id name } } }
    }
  }
`);

export function Reports({ error: id }: { error: string }) {
  const [{ data, error }, ask] = useQuery({ query: ReportsDocument, variables: { id } });
  const reports = data?.userReports?.edges;
  if (!reports) return <Waiting error={error} onRetry={() => ask({ requestPolicy: "network-only" })} rows={4} />;
  if (!reports.length) return <Empty icon="reports" title="Nobody reported it">With the report widget on your pages, users can say what they did.</Empty>;
  return (
    <ul class="error-reports">
      {reports.map(({ node }) => (
        <li key={node.id} class="card">
          <p><Go to={`/reports/${node.id}`}>{node.title}</Go> <Badge>{words(node.status)}</Badge></p>
          <p class="dim cut">{node.description}</p>
          <p class="dim"><small>{node.reporterName ?? node.reporterEmail ?? "Somebody"}, <Time at={node.createdAt} />{node.assignee && `, with ${node.assignee.name}`}</small></p>
        </li>
      ))}
    </ul>
  );
}
