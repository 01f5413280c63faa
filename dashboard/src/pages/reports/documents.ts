/** What the queue of user reports asks and decides. */
import { graphql } from "~/api/graphql";
import type { OneReportQuery, ReportListQuery } from "~/gql/graphql";

export type ReportRow = NonNullable<ReportListQuery["userReports"]>["edges"][number]["node"];
export type Report = NonNullable<OneReportQuery["userReport"]>;

export const ListDocument = graphql(`
  query ReportList($where: UserReportFilter, $after: String) {
    userReports(where: $where, first: 50, after: $after) {
      pageInfo { hasNextPage endCursor }
      edges { node { ...ReportRow } }
    }
  }
  fragment ReportRow on UserReport {
    id
    title
    description
    status
    priority
    reportType
    createdAt
    dueAt
    isOverdue
    reporterName
    reporterEmail
    assignee { id name }
    service { id name }
    error { id shortId }
  }
`);

export const CountsDocument = graphql(`
  query ReportCounts($all: UserReportFilter, $mine: UserReportFilter) {
    userReportCounts(where: $all) { total unfinished overdue byStatus { status count } }
    mine: userReportCounts(where: $mine) { unfinished }
  }
`);

export const ReportDocument = graphql(`
  query OneReport($id: ID!) {
    userReport(id: $id) {
      ...ReportRow
      stepsToReproduce
      expectedBehavior
      actualBehavior
      resolutionNotes
      resolvedAt
      url
      environment
      release
      source
      reporterType
      browserInfo
      context
      associatedEventId
      isLinkedByHand
      duplicateOf { id title }
      screenshots { id filename url size }
      attachments { id filename url size contentType }
      error { id shortId title culprit severity status occurrenceCount lastSeenAt }
      occurrence { id message occurredAt transaction breadcrumbs { category level message } }
      timeline(first: 30) { edges { node { id kind body data createdAt actor { id name } } } }
    }
  }
`);

export const QueueDocument = graphql(`
  subscription ReportQueue($organization: ID!, $where: UserReportQueueFilter, $after: Cursor) {
    userReportQueue(organization: $organization, where: $where, after: $after) {
      cursor
      kind
      omitted
      changes {
        kind
        reportId
        report { ...ReportRow }
      }
    }
  }
`);

export const SetStatus = graphql(`
  mutation SetReportStatus($id: ID!, $status: ReportStatus!, $notes: String) {
    setReportStatus(id: $id, status: $status, notes: $notes) {
      __typename
      ... on SetReportStatusSuccess { report { ...ReportRow resolutionNotes resolvedAt } }
      ... on Failure { message }
    }
  }
`);

export const Assign = graphql(`
  mutation AssignReport($id: ID!, $assignee: ID, $dueAt: DateTime) {
    assignReport(id: $id, assignee: $assignee, dueAt: $dueAt) {
      __typename
      ... on AssignReportSuccess { report { ...ReportRow } }
      ... on Failure { message }
    }
  }
`);

export const MarkDuplicate = graphql(`
  mutation MarkReportDuplicate($id: ID!, $of: ID!, $notes: String) {
    markReportDuplicate(id: $id, of: $of, notes: $notes) {
      __typename
      ... on MarkReportDuplicateSuccess { report { ...ReportRow duplicateOf { id title } } }
      ... on Failure { message }
    }
  }
`);

export const LinkToError = graphql(`
  mutation LinkReport($id: ID!, $error: ID!) {
    linkReport(id: $id, error: $error) {
      __typename
      ... on LinkReportSuccess { report { ...ReportRow error { id shortId title culprit severity status occurrenceCount lastSeenAt } } }
      ... on Failure { message }
    }
  }
`);

export const Unlink = graphql(`
  mutation UnlinkReport($id: ID!) {
    unlinkReport(id: $id) {
      __typename
      ... on UnlinkReportSuccess { report { ...ReportRow } }
      ... on Failure { message }
    }
  }
`);

export const Convert = graphql(`
  mutation ConvertReport($id: ID!) {
    convertReportToError(id: $id) {
      __typename
      ... on ConvertReportToErrorSuccess { eventId report { ...ReportRow } }
      ... on Failure { message }
    }
  }
`);

export const SetPriority = graphql(`
  mutation SetReportPriority($id: ID!, $priority: ReportPriority!) {
    setReportPriority(id: $id, priority: $priority) {
      __typename
      ... on SetReportPrioritySuccess { report { ...ReportRow } }
      ... on Failure { message }
    }
  }
`);

export const NoteOn = graphql(`
  mutation NoteOnReport($id: ID!, $body: String!) {
    commentOnReport(id: $id, body: $body) {
      __typename
      ... on CommentOnReportSuccess { report { id updatedAt } }
      ... on Failure { message }
    }
  }
`);
