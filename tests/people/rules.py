"""The rule of every field of the API's root: who may ask it, in one table (SEC-02).

A field without a rule fails the tests. Give a new field its line here, and a sample of how it is
asked in `samples.py` (mutations) or `questions.py` (queries).
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeAlias

from domain.rights import Right


class Who(StrEnum):
    """Whom a field is for, where no right of a role decides."""

    # Who has not signed in, too.
    ANYBODY = "anybody"
    # About nobody but who asks.
    SIGNED_IN = "signed_in"
    # A member of any role, with a token that may write.
    MEMBER = "member"
    # Who made the thing, and nobody else.
    MAKER = "maker"
    ADMINISTRATOR = "administrator"


Rule: TypeAlias = Right | Who

QUERIES: Mapping[str, Rule] = {
    "apiTokens": Right.READ,
    "artifactBundles": Right.READ,
    "auditLog": Right.READ_AUDIT,
    "deadLetters": Right.CONFIGURE,
    "endpointPerformance": Right.READ,
    "error": Right.READ,
    "errorStats": Right.READ,
    "errorTrends": Right.READ,
    "errorTypes": Right.READ,
    "errors": Right.READ,
    "escalationsToMe": Who.SIGNED_IN,
    "groupingRule": Right.READ,
    "groupingRules": Right.READ,
    "groupingState": Right.READ,
    "ingestOutcomes": Right.READ,
    "invitations": Right.MANAGE_PEOPLE,
    "limitNotices": Right.READ,
    "members": Right.READ,
    "metricSeries": Right.READ,
    "metrics": Right.READ,
    "monitors": Right.READ,
    "node": Right.READ,
    "nodes": Right.READ,
    "occurrence": Right.READ,
    "organization": Right.READ,
    "organizations": Who.SIGNED_IN,
    "previewErrorDeletion": Right.CONFIGURE,
    "previewGroupingRule": Right.CONFIGURE,
    "previewMerge": Right.TRIAGE,
    "previewScrubbing": Right.READ,
    "previewSuppressionRule": Right.CONFIGURE,
    "rateLimit": Who.SIGNED_IN,
    "releaseHealth": Right.READ,
    "removalPreview": Right.MANAGE_ORGANIZATION,
    "removals": Right.READ,
    "resolutionTypes": Right.READ,
    "savedViews": Right.READ,
    "scrubbingSettings": Right.READ,
    "searchSuggestions": Right.READ,
    "service": Right.READ,
    "services": Right.READ,
    "severityLevels": Right.READ,
    "signInWays": Who.ANYBODY,
    "suppressionRules": Right.READ,
    "systemLimits": Who.SIGNED_IN,
    "teams": Right.READ,
    "triageSettings": Right.READ,
    "userReport": Right.READ,
    "userReportCounts": Right.READ,
    "userReports": Right.READ,
    "viewer": Who.SIGNED_IN,
    "webVitals": Right.READ,
}

MUTATIONS: Mapping[str, Rule] = {
    "acceptInvitation": Who.ANYBODY,
    "acknowledgeEscalation": Right.TRIAGE,
    "addErrorType": Right.CONFIGURE,
    "addResolutionType": Right.CONFIGURE,
    "assignError": Right.TRIAGE,
    "assignReport": Right.REPORT,
    "assignReports": Right.REPORT,
    "captureErrors": Right.CAPTURE,
    "changeErrorType": Right.CONFIGURE,
    "changePassword": Who.SIGNED_IN,
    "changeResolutionType": Right.CONFIGURE,
    "changeSeverityLevel": Right.CONFIGURE,
    "closeReportsOfError": Right.REPORT,
    "commentOnError": Right.TRIAGE,
    "commentOnReport": Right.REPORT,
    "completeFollowUps": Right.TRIAGE,
    "convertReportToError": Right.REPORT,
    "createApiToken": Who.MEMBER,
    "createGroupingRule": Right.CONFIGURE,
    "createIngestKey": Right.CONFIGURE,
    "createOrganization": Who.ADMINISTRATOR,
    "createSavedView": Right.READ,
    "createService": Right.CONFIGURE,
    "createSuppressionRule": Right.CONFIGURE,
    "createTeam": Right.MANAGE_PEOPLE,
    "createUserReport": Right.CAPTURE,
    "deleteArtifactBundle": Right.CONFIGURE,
    "deleteErrorComment": Who.MAKER,
    "deleteErrors": Right.CONFIGURE,
    "deleteGroupingRule": Right.CONFIGURE,
    "deleteIngestKey": Right.CONFIGURE,
    "deleteOrganization": Right.MANAGE_ORGANIZATION,
    "deleteSavedView": Who.MAKER,
    "deleteService": Right.REMOVE,
    "deleteSuppressionRule": Right.CONFIGURE,
    "deleteTeam": Right.MANAGE_PEOPLE,
    "discardDeadLetters": Right.CONFIGURE,
    "editErrorComment": Who.MAKER,
    "escalateError": Right.TRIAGE,
    "ignoreErrors": Right.TRIAGE,
    "inviteMember": Right.MANAGE_PEOPLE,
    "leaveOrganization": Who.MEMBER,
    "linkReport": Right.REPORT,
    "markDuplicate": Right.TRIAGE,
    "markReportDuplicate": Right.REPORT,
    "markResolutionTested": Right.TRIAGE,
    "mergeErrors": Right.TRIAGE,
    "putTeamMember": Right.MANAGE_PEOPLE,
    "removeMember": Right.MANAGE_PEOPLE,
    "removeTeamMember": Right.MANAGE_PEOPLE,
    "reopenErrors": Right.TRIAGE,
    "reorderGroupingRules": Right.CONFIGURE,
    "replayDeadLetters": Right.CONFIGURE,
    "requestPasswordReset": Who.ANYBODY,
    "resetPassword": Who.ANYBODY,
    "resolveErrors": Right.TRIAGE,
    "revokeApiToken": Right.MANAGE_PEOPLE,
    "revokeInvitation": Right.MANAGE_PEOPLE,
    "setErrorPriority": Right.TRIAGE,
    "setErrorRateLimit": Right.CONFIGURE,
    "setErrorSeverity": Right.TRIAGE,
    "setErrorStatus": Right.TRIAGE,
    "setErrorType": Right.TRIAGE,
    "setIngestKeyActive": Right.CONFIGURE,
    "setIngestKeyLimit": Right.CONFIGURE,
    "setQuietPeriod": Right.CONFIGURE,
    "setReportPriority": Right.REPORT,
    "setReportStatus": Right.REPORT,
    "setReportStatuses": Right.REPORT,
    "setReportType": Right.REPORT,
    "setServiceActive": Right.CONFIGURE,
    "setUserActive": Who.ADMINISTRATOR,
    "signIn": Who.ANYBODY,
    "signOut": Who.SIGNED_IN,
    "signOutEverywhere": Who.SIGNED_IN,
    "stopDiscarding": Right.CONFIGURE,
    "subscribeToError": Right.READ,
    "unassignError": Right.TRIAGE,
    "unlinkReport": Right.REPORT,
    "unmarkDuplicate": Right.TRIAGE,
    "unmergeErrors": Right.TRIAGE,
    "unsubscribeFromError": Right.READ,
    "updateGroupingRule": Right.CONFIGURE,
    "updateIngestKey": Right.CONFIGURE,
    "updateMemberRole": Right.MANAGE_PEOPLE,
    "updateOrganization": Right.MANAGE_ORGANIZATION,
    "updateSavedView": Who.MAKER,
    "updateScrubbing": Right.CONFIGURE,
    "updateService": Right.CONFIGURE,
    "updateSuppressionRule": Right.CONFIGURE,
    "updateTeam": Right.MANAGE_PEOPLE,
    "upgradeGrouping": Right.CONFIGURE,
}

SUBSCRIPTIONS: Mapping[str, Rule] = {
    "activityAdded": Right.READ,
    "assignmentFeed": Right.READ,
    "errorChanged": Right.READ,
    "errorFeed": Right.READ,
    "occurrenceFeed": Right.READ,
    "userReportQueue": Right.READ,
}
