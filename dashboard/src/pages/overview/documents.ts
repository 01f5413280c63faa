/** What the overview asks. */
import { graphql } from "~/api/graphql";
import type { OverviewStatsQuery, OverviewStatsQueryVariables } from "~/gql/graphql";

export type Asked = OverviewStatsQueryVariables;
export type Stats = NonNullable<OverviewStatsQuery["errorStats"]>;

export const StatsDocument = graphql(`
  query OverviewStats($where: ErrorStatsFilter, $hours: Int!) {
    errorStats(where: $where, period: { hours: $hours }) {
      since
      until
      openReports
      current { ...OverviewFigures }
      previous { ...OverviewFigures }
      topErrors(first: 6) {
        events
        error { id shortId title culprit severity status lastSeenAt usersAffectedCount service { id name } }
      }
    }
  }
  fragment OverviewFigures on ErrorFigures {
    events
    errors
    newErrors
    resolvedErrors
    regressedErrors
    affectedUsers
    crashFreeSessions
  }
`);

export const TrendDocument = graphql(`
  query OverviewTrend($where: ErrorStatsFilter, $hours: Int!, $bucket: FrequencyUnit!, $zone: String) {
    errorTrends(where: $where, period: { hours: $hours }, bucket: $bucket, groupBy: SEVERITY, timeZone: $zone) {
      steps
      series { key events total }
      releases { release at service { id name } }
    }
  }
`);

export const SharesDocument = graphql(`
  query OverviewShares($where: ErrorStatsFilter, $hours: Int!, $by: ErrorDimension!) {
    errorStats(where: $where, period: { hours: $hours }) {
      current { events }
      shares(by: $by, first: 6) { key events eventsBefore newErrors service { id name } organization { id name slug } }
    }
  }
`);
