/** What the list asks of the API. */
import { graphql } from "~/api/graphql";
import type { ErrorRowFragment } from "~/gql/graphql";

export const PAGE = 50;
export type Row = ErrorRowFragment;

export const RowFragment = graphql(`
  fragment ErrorRow on Error {
    id
    shortId
    title
    culprit
    level
    severity
    status
    statusCategory
    serviceName
    service { id name }
    occurrenceCount
    usersAffectedCount
    firstSeenAt
    lastSeenAt
    regressedAt
    isOverdue
    mergedCount
    assignee { id name }
    team { id name }
    hours(last: 24) { hour count }
  }
`);

export const RowsDocument = graphql(`
  query ErrorRows($where: ErrorFilter!, $orderBy: ErrorOrder!, $first: Int!, $after: String) {
    errors(where: $where, orderBy: $orderBy, first: $first, after: $after) {
      pageInfo { hasNextPage endCursor }
      edges { node { ...ErrorRow } }
    }
  }
`);

/** Which errors stand at the top by now: what is not in the list yet is waiting behind the banner. */
export const TopDocument = graphql(`
  query TopOfErrors($where: ErrorFilter!, $orderBy: ErrorOrder!, $first: Int!) {
    errors(where: $where, orderBy: $orderBy, first: $first) {
      edges { node { id } }
    }
  }
`);

export const CountDocument = graphql(`
  query CountOfErrors($where: ErrorFilter!) {
    errors(where: $where, first: 1) { totalCount }
  }
`);

export const ViewsDocument = graphql(`
  query ViewsOfErrors($organization: ID!) {
    savedViews(organization: $organization) { id name search orderBy isShared count createdBy { id name } }
  }
`);
