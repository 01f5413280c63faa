"""Global ids: what a thing is and which one, in one readable text such as `err_0192…`."""

from uuid import UUID

import strawberry

from domain.failures import Invalid
from domain.ids import (
    ApiTokenId,
    ArtifactBundleId,
    AssignmentId,
    CheckInId,
    CommentId,
    DeadLetterId,
    ErrorId,
    ErrorTypeId,
    EscalationId,
    GroupingRuleId,
    IngestKeyId,
    InvitationId,
    MonitorId,
    NotificationId,
    OccurrenceId,
    OrganizationId,
    ResolutionId,
    ResolutionTypeId,
    SavedViewId,
    ServiceId,
    SignInId,
    SuppressionRuleId,
    TeamId,
    UserId,
    UserReportId,
)
from persistence.projection import declared

# Kinds of things that no statement of the read path writes.
ACTIVITY = "act"
API_TOKEN = "tok"  # noqa: S105 the prefix of an id
INVITATION = "inv"
NOTIFICATION = "ntf"
REPORT_ACTIVITY = "rpa"
SIGN_IN = "sig"

_NOUNS = {
    declared.ERROR: "an error",
    declared.OCCURRENCE: "an occurrence",
    declared.SERVICE: "a service",
    declared.ORGANIZATION: "an organization",
    declared.USER: "a user",
    declared.ASSIGNMENT: "an assignment",
    declared.INGEST_KEY: "an ingest key",
    declared.RESOLUTION: "a resolution",
    declared.RESOLUTION_TYPE: "a resolution type",
    declared.ERROR_TYPE: "an error type",
    declared.COMMENT: "a comment",
    declared.SUPPRESSION_RULE: "a suppression rule",
    declared.DEAD_LETTER: "a dead letter",
    declared.SAVED_VIEW: "a saved view",
    declared.MONITOR: "a monitor",
    declared.CHECK_IN: "a check-in",
    declared.USER_REPORT: "a user report",
    declared.ATTACHMENT: "an attachment",
    declared.ARTIFACT_BUNDLE: "an artifact bundle",
    declared.GROUPING_RULE: "a grouping rule",
    declared.ESCALATION: "an escalation",
    declared.TEAM: "a team",
    declared.AUDIT_ENTRY: "an entry of the audit log",
    declared.REMOVAL: "a removal",
    ACTIVITY: "an entry of a timeline",
    API_TOKEN: "an API token",
    INVITATION: "an invitation",
    NOTIFICATION: "a notification",
    REPORT_ACTIVITY: "an entry of a report's timeline",
    SIGN_IN: "a sign-in",
}


@strawberry.interface
class Node:
    """Anything that has an id of its own."""

    id: strawberry.ID = strawberry.field(
        description="The id: a prefix that says what it is, and a UUID."
    )


def shown(prefix: str, id_: UUID) -> strawberry.ID:
    """Return an id as the API shows it."""
    return strawberry.ID(f"{prefix}_{id_}")


def parsed(text: str, *, field: str = "id") -> tuple[str, UUID]:
    """Return the prefix and the UUID of an id, or refuse what is none of ours."""
    prefix, _, rest = text.partition("_")
    try:
        id_ = UUID(rest)
    except ValueError:
        id_ = None
    if prefix not in _NOUNS or id_ is None or str(id_) != rest:
        raise Invalid(f"{text[:100]!r} is not an id of ours, such as err_<uuid>.", field=field)
    return prefix, id_


def _of(prefix: str, text: str, field: str) -> UUID:
    found, id_ = parsed(text, field=field)
    if found != prefix:
        raise Invalid(
            f"{text!r} is the id of {_NOUNS[found]}, not of {_NOUNS[prefix]}.", field=field
        )
    return id_


def error_id(text: str, *, field: str = "id") -> ErrorId:
    """Return the error that an id names."""
    return ErrorId(_of(declared.ERROR, text, field))


def occurrence_id(text: str, *, field: str = "id") -> OccurrenceId:
    """Return the occurrence that an id names."""
    return OccurrenceId(_of(declared.OCCURRENCE, text, field))


def service_id(text: str, *, field: str = "id") -> ServiceId:
    """Return the service that an id names."""
    return ServiceId(_of(declared.SERVICE, text, field))


def organization_id(text: str, *, field: str = "id") -> OrganizationId:
    """Return the organization that an id names."""
    return OrganizationId(_of(declared.ORGANIZATION, text, field))


def user_id(text: str, *, field: str = "id") -> UserId:
    """Return the user that an id names."""
    return UserId(_of(declared.USER, text, field))


def assignment_id(text: str, *, field: str = "id") -> AssignmentId:
    """Return the assignment that an id names."""
    return AssignmentId(_of(declared.ASSIGNMENT, text, field))


def ingest_key_id(text: str, *, field: str = "id") -> IngestKeyId:
    """Return the ingest key that an id names."""
    return IngestKeyId(_of(declared.INGEST_KEY, text, field))


def monitor_id(text: str, *, field: str = "id") -> MonitorId:
    """Return the monitor that an id names."""
    return MonitorId(_of(declared.MONITOR, text, field))


def check_in_id(text: str, *, field: str = "id") -> CheckInId:
    """Return the check-in that an id names."""
    return CheckInId(_of(declared.CHECK_IN, text, field))


def user_report_id(text: str, *, field: str = "id") -> UserReportId:
    """Return the user report that an id names."""
    return UserReportId(_of(declared.USER_REPORT, text, field))


def suppression_rule_id(text: str, *, field: str = "id") -> SuppressionRuleId:
    """Return the suppression rule that an id names."""
    return SuppressionRuleId(_of(declared.SUPPRESSION_RULE, text, field))


def dead_letter_id(text: str, *, field: str = "id") -> DeadLetterId:
    """Return the dead letter that an id names."""
    return DeadLetterId(_of(declared.DEAD_LETTER, text, field))


def artifact_bundle_id(text: str, *, field: str = "id") -> ArtifactBundleId:
    """Return the artifact bundle that an id names."""
    return ArtifactBundleId(_of(declared.ARTIFACT_BUNDLE, text, field))


def grouping_rule_id(text: str, *, field: str = "id") -> GroupingRuleId:
    """Return the grouping rule that an id names."""
    return GroupingRuleId(_of(declared.GROUPING_RULE, text, field))


def saved_view_id(text: str, *, field: str = "id") -> SavedViewId:
    """Return the saved view that an id names."""
    return SavedViewId(_of(declared.SAVED_VIEW, text, field))


def notification_id(text: str, *, field: str = "id") -> NotificationId:
    """Return the notification that an id names."""
    return NotificationId(_of(NOTIFICATION, text, field))


def api_token_id(text: str, *, field: str = "id") -> ApiTokenId:
    """Return the API token that an id names."""
    return ApiTokenId(_of(API_TOKEN, text, field))


def invitation_id(text: str, *, field: str = "id") -> InvitationId:
    """Return the invitation that an id names."""
    return InvitationId(_of(INVITATION, text, field))


def sign_in_id(text: str, *, field: str = "id") -> SignInId:
    """Return the sign-in that an id names."""
    return SignInId(_of(SIGN_IN, text, field))


def team_id(text: str, *, field: str = "id") -> TeamId:
    """Return the team that an id names."""
    return TeamId(_of(declared.TEAM, text, field))


def resolution_id(text: str, *, field: str = "id") -> ResolutionId:
    """Return the resolution that an id names."""
    return ResolutionId(_of(declared.RESOLUTION, text, field))


def resolution_type_id(text: str, *, field: str = "id") -> ResolutionTypeId:
    """Return the resolution type that an id names."""
    return ResolutionTypeId(_of(declared.RESOLUTION_TYPE, text, field))


def error_type_id(text: str, *, field: str = "id") -> ErrorTypeId:
    """Return the error type that an id names."""
    return ErrorTypeId(_of(declared.ERROR_TYPE, text, field))


def comment_id(text: str, *, field: str = "id") -> CommentId:
    """Return the comment that an id names."""
    return CommentId(_of(declared.COMMENT, text, field))


def escalation_id(text: str, *, field: str = "id") -> EscalationId:
    """Return the escalation that an id names."""
    return EscalationId(_of(declared.ESCALATION, text, field))
