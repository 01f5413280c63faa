/** What the page of one error asks of the API; each tab asks for its own when it is opened. */
import { graphql } from "~/api/graphql";
import type { ErrorHeadFragment, EventShownFragment } from "~/gql/graphql";

export type Head = ErrorHeadFragment;
export type Shown = EventShownFragment;

export const HeadFragment = graphql(`
  fragment ErrorHead on Error {
    id
    shortId
    title
    message
    culprit
    level
    severity
    priority
    status
    statusCategory
    nextStatuses
    errorType
    platform
    environment
    serviceName
    service { id name }
    occurrenceCount
    usersAffectedCount
    sessionsAffectedCount
    firstSeenAt
    lastSeenAt
    firstRelease
    lastRelease
    regressedAt
    regressionCount
    resolvedAt
    resolvedBy { id name }
    resolvedInRelease
    resolution { id fixedIn release commit resolutionDescription isTestOpen isFollowUpOpen resolutionType { id name } }
    ignoredUntil
    ignoredUntilOccurrences
    ignoredUntilUsers
    isOverdue
    isSubscribed
    subscribers { id name }
    firstResponseAt
    responseDueAt
    resolveDueAt
    responseBreachedAt
    resolveBreachedAt
    assignmentDueAt
    assignee { id name }
    team { id name }
    activeAssignment { id assignmentNotes dueDate assignedBy { id name } createdAt }
    openEscalation { id level reason escalatedAt escalatedTo { id name } escalatedBy { id name } }
    openReports
    mergedCount
    mergedInto { id shortId title }
    duplicateOf { primary { id shortId title } similarityReason }
  }
`);

export const HeadDocument = graphql(`
  query ErrorHead($id: ID!) {
    error(id: $id) { ...ErrorHead }
  }
`);

export const EventFragment = graphql(`
  fragment EventShown on Occurrence {
    id
    errorId
    eventId
    occurredAt
    receivedAt
    level
    message
    environment
    release
    transaction
    serverName
    url
    userRef
    ipAddress
    user
    sessionId
    traceId
    tags { key value }
    contexts
    extra
    request
    modules
    sdk { name version }
    browser { name version }
    operatingSystem { name version }
    deviceType
    exceptions {
      type
      value
      module
      mechanism
      framesOmitted
      frames {
        filename absolutePath function module lineNumber columnNumber isInApp isMapped
        contextLine preContext postContext variables
        minified { filename function lineNumber columnNumber }
      }
    }
    breadcrumbs { at type category level message data }
    attachments { id filename contentType size isImage url attachmentType createdAt }
    next { id }
    previous { id }
  }
`);

export const EventDocument = graphql(`
  query EventOfError($id: ID!) {
    occurrence(id: $id) { ...EventShown }
  }
`);

export const PickedEventDocument = graphql(`
  query PickedEvent($error: ID!, $isLatest: Boolean!, $isOldest: Boolean!, $isRecommended: Boolean!) {
    error(id: $error) {
      id
      latestOccurrence @include(if: $isLatest) { ...EventShown }
      oldestOccurrence @include(if: $isOldest) { ...EventShown }
      recommendedOccurrence @include(if: $isRecommended) { ...EventShown }
    }
  }
`);
