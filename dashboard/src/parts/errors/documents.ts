/** What is decided about errors, one or many. */
import { graphql } from "~/api/graphql";

export const ResolveDocument = graphql(`
  mutation ResolveErrors($errors: ErrorSelection!, $resolution: ResolutionInput, $key: String) {
    resolveErrors(errors: $errors, resolution: $resolution, idempotencyKey: $key) {
      __typename
      ... on ResolveErrorsSuccess { changedCount skippedCount skipped { errorId reason } errors(first: 100) { id status statusCategory } }
      ... on Failure { message }
    }
  }
`);

export const IgnoreDocument = graphql(`
  mutation IgnoreErrors($errors: ErrorSelection!, $until: DateTime, $occurrences: Int, $users: Int, $key: String) {
    ignoreErrors(errors: $errors, until: $until, occurrences: $occurrences, users: $users, idempotencyKey: $key) {
      __typename
      ... on IgnoreErrorsSuccess { changedCount skippedCount skipped { errorId reason } errors(first: 100) { id status statusCategory } }
      ... on Failure { message }
    }
  }
`);

export const ReopenDocument = graphql(`
  mutation ReopenErrors($errors: ErrorSelection!, $key: String) {
    reopenErrors(errors: $errors, idempotencyKey: $key) {
      __typename
      ... on ReopenErrorsSuccess { changedCount skippedCount skipped { errorId reason } errors(first: 100) { id status statusCategory } }
      ... on Failure { message }
    }
  }
`);

export const UndoDocument = graphql(`
  mutation UndoDecision($errors: ErrorSelection!) {
    undoDecision(errors: $errors) {
      __typename
      ... on UndoDecisionSuccess {
        changedCount skippedCount skipped { errorId reason }
        errors(first: 100) { id status statusCategory severity priority responseDueAt resolveDueAt }
      }
      ... on Failure { message }
    }
  }
`);

export const StatusDocument = graphql(`
  mutation SetErrorStatus($id: ID!, $status: ErrorStatus!) {
    setErrorStatus(id: $id, status: $status) {
      __typename
      ... on SetErrorStatusSuccess { error { id status statusCategory } }
      ... on Failure { message }
    }
  }
`);

export const SeverityDocument = graphql(`
  mutation SetErrorSeverity($errors: ErrorSelection!, $severity: Severity!, $key: String) {
    setErrorSeverity(errors: $errors, severity: $severity, idempotencyKey: $key) {
      __typename
      ... on SetErrorSeveritySuccess { changedCount skippedCount skipped { errorId reason } errors(first: 100) { id severity responseDueAt resolveDueAt } }
      ... on Failure { message }
    }
  }
`);

export const AssignDocument = graphql(`
  mutation AssignErrors($errors: ErrorSelection!, $assignee: ID, $team: ID, $dueDate: DateTime, $notes: String, $key: String) {
    assignError(errors: $errors, assignee: $assignee, team: $team, dueDate: $dueDate, notes: $notes, idempotencyKey: $key) {
      __typename
      ... on AssignErrorSuccess { changedCount skippedCount skipped { errorId reason } errors(first: 100) { id assignmentDueAt isOverdue assignee { id name } team { id name } } }
      ... on Failure { message }
    }
  }
`);

export const UnassignDocument = graphql(`
  mutation UnassignErrors($errors: ErrorSelection!, $key: String) {
    unassignError(errors: $errors, idempotencyKey: $key) {
      __typename
      ... on UnassignErrorSuccess { changedCount skippedCount skipped { errorId reason } errors(first: 100) { id assignmentDueAt isOverdue assignee { id name } team { id name } } }
      ... on Failure { message }
    }
  }
`);

export const MergeDocument = graphql(`
  mutation MergeErrors($primary: ID!, $errors: [ID!]!, $reason: String) {
    mergeErrors(primary: $primary, errors: $errors, reason: $reason) {
      __typename
      ... on MergeErrorsSuccess { error { id shortId occurrenceCount usersAffectedCount mergedCount firstSeenAt lastSeenAt } }
      ... on Failure { message }
    }
  }
`);

export const UnmergeDocument = graphql(`
  mutation UnmergeErrors($primary: ID!, $errors: [ID!]!) {
    unmergeErrors(primary: $primary, errors: $errors) {
      __typename
      ... on UnmergeErrorsSuccess { error { id occurrenceCount usersAffectedCount mergedCount } unmerged { id status statusCategory } }
      ... on Failure { message }
    }
  }
`);

export const DuplicateDocument = graphql(`
  mutation MarkDuplicate($duplicate: ID!, $primary: ID!, $reason: String) {
    markDuplicate(duplicate: $duplicate, primary: $primary, reason: $reason) {
      __typename
      ... on MarkDuplicateSuccess { duplicate { id shortId } primary { id shortId } }
      ... on Failure { message }
    }
  }
`);

export const UnmarkDuplicateDocument = graphql(`
  mutation UnmarkDuplicate($duplicate: ID!) {
    unmarkDuplicate(duplicate: $duplicate) {
      __typename
      ... on Failure { message }
    }
  }
`);

export const DeleteErrorsDocument = graphql(`
  mutation DeleteErrors($ids: [ID!]!, $discard: Boolean!) {
    deleteErrors(ids: $ids, discardFutureEvents: $discard) {
      __typename
      ... on DeleteErrorsSuccess { removed { errors occurrenceCount } }
      ... on Failure { message }
    }
  }
`);
