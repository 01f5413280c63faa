"""Nodes: anything by its id alone, whatever it is."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated
from uuid import UUID

import strawberry

from domain.failures import Invalid
from domain.ids import (
    ActivityId,
    ApiTokenId,
    ArtifactBundleId,
    AssignmentId,
    AttachmentId,
    AuditEntryId,
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
    RemovalId,
    ReportActivityId,
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
from graph.activities import activity_of
from graph.artifacts import artifact_bundle_of
from graph.assignments import assignment_of
from graph.attachments import attachment_of
from graph.audit import audit_entry_of
from graph.comments import comment_of
from graph.context import Info
from graph.dead_letters import dead_letter_of
from graph.error_types import error_type_of
from graph.errors import error_asked, error_of
from graph.escalations import escalation_of
from graph.grouping_rules import grouping_rule_of
from graph.ids import (
    ACTIVITY,
    API_TOKEN,
    INVITATION,
    NOTIFICATION,
    REPORT_ACTIVITY,
    SIGN_IN,
    Node,
    parsed,
)
from graph.invitations import invitation_of
from graph.monitors import check_in_of, monitor_of
from graph.notifications import notification_of
from graph.occurrences import occurrence_asked, occurrence_of
from graph.organizations import organization_of
from graph.removals import removal_of
from graph.report_timeline import report_activity_of
from graph.resolutions import resolution_of, resolution_type_of
from graph.saved_views import saved_view_of
from graph.services import ingest_key_of, service_of
from graph.sign_ins import own_sign_in
from graph.suppression_rules import suppression_rule_of
from graph.teams import team_of
from graph.tokens import api_token_of
from graph.user_reports import user_report_of
from graph.users import user_of
from persistence.projection import declared

MAX_NODES = 100

Read = Callable[[Info, UUID], Awaitable[Node | None]]

# Many at once go through loaders, so that each kind is one statement.
_MANY: Mapping[str, Read] = {
    declared.ERROR: lambda info, id_: error_of(info, ErrorId(id_)),
    declared.OCCURRENCE: lambda info, id_: occurrence_of(info, OccurrenceId(id_)),
    declared.SERVICE: lambda info, id_: service_of(info, ServiceId(id_)),
    declared.ORGANIZATION: lambda info, id_: organization_of(info, OrganizationId(id_)),
    declared.USER: lambda info, id_: user_of(info, UserId(id_)),
    declared.ASSIGNMENT: lambda info, id_: assignment_of(info, AssignmentId(id_)),
    declared.RESOLUTION: lambda info, id_: resolution_of(info, ResolutionId(id_)),
    declared.RESOLUTION_TYPE: lambda info, id_: resolution_type_of(info, ResolutionTypeId(id_)),
    declared.ERROR_TYPE: lambda info, id_: error_type_of(info, ErrorTypeId(id_)),
    declared.COMMENT: lambda info, id_: comment_of(info, CommentId(id_)),
    declared.USER_REPORT: lambda info, id_: user_report_of(info, UserReportId(id_)),
    declared.ATTACHMENT: lambda info, id_: attachment_of(info, AttachmentId(id_)),
    declared.SUPPRESSION_RULE: lambda info, id_: suppression_rule_of(info, SuppressionRuleId(id_)),
    declared.DEAD_LETTER: lambda info, id_: dead_letter_of(info, DeadLetterId(id_)),
    declared.ARTIFACT_BUNDLE: lambda info, id_: artifact_bundle_of(info, ArtifactBundleId(id_)),
    declared.INGEST_KEY: lambda info, id_: ingest_key_of(info, IngestKeyId(id_)),
    declared.SAVED_VIEW: lambda info, id_: saved_view_of(info, SavedViewId(id_)),
    declared.MONITOR: lambda info, id_: monitor_of(info, MonitorId(id_)),
    declared.TEAM: lambda info, id_: team_of(info, TeamId(id_)),
    declared.AUDIT_ENTRY: lambda info, id_: audit_entry_of(info, AuditEntryId(id_)),
    declared.REMOVAL: lambda info, id_: removal_of(info, RemovalId(id_)),
    declared.CHECK_IN: lambda info, id_: check_in_of(info, CheckInId(id_)),
    declared.ESCALATION: lambda info, id_: escalation_of(info, EscalationId(id_)),
    declared.GROUPING_RULE: lambda info, id_: grouping_rule_of(info, GroupingRuleId(id_)),
    ACTIVITY: lambda info, id_: activity_of(info, ActivityId(id_)),
    API_TOKEN: lambda info, id_: api_token_of(info, ApiTokenId(id_)),
    INVITATION: lambda info, id_: invitation_of(info, InvitationId(id_)),
    NOTIFICATION: lambda info, id_: notification_of(info, NotificationId(id_)),
    REPORT_ACTIVITY: lambda info, id_: report_activity_of(info, ReportActivityId(id_)),
    SIGN_IN: lambda info, id_: own_sign_in(info, SignInId(id_)),
}

# One alone may be a statement with all that is selected of it.
_ONE: Mapping[str, Read] = {
    **_MANY,
    declared.ERROR: lambda info, id_: error_asked(info, ErrorId(id_)),
    declared.OCCURRENCE: lambda info, id_: occurrence_asked(info, OccurrenceId(id_)),
}


@strawberry.type
class NodeQueries:
    """What can be asked of anything that has an id."""

    @strawberry.field
    async def node(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
    ) -> Node | None:
        """One thing, or null when there is none that the viewer may see."""
        prefix, id_ = parsed(id)
        return await _ONE[prefix](info, id_)

    @strawberry.field
    async def nodes(
        self,
        info: Info,
        ids: Annotated[
            list[strawberry.ID], strawberry.argument(description="Their ids, at most 100.")
        ],
    ) -> list[Node | None]:
        """Things in the order of their ids, with null for each that the viewer may not see."""
        if len(ids) > MAX_NODES:
            raise Invalid(f"Ask for at most {MAX_NODES} things at a time.", field="ids")
        wanted = [parsed(id_, field="ids") for id_ in ids]
        return list(await asyncio.gather(*(_MANY[prefix](info, id_) for prefix, id_ in wanted)))
