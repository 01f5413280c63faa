"""The schema: everything the API offers, put together from the nouns' files.

`schema.graphql` in the repository is what `sdl()` says; a check holds the two together, so that a
change of the contract is seen where it is made.
"""

import strawberry
from graphql import lexicographic_sort_schema, print_schema
from strawberry.schema.config import StrawberryConfig

from graph import docs, nullability
from graph.activity_feed import ActivitySubscriptions
from graph.administration import AdministrationMutations, AdministrationQueries
from graph.artifacts import ArtifactMutations, ArtifactQueries
from graph.assignment_feed import AssignmentSubscriptions
from graph.audit import AuditQueries
from graph.capture import CaptureMutations
from graph.cursors import CURSOR, FeedCursor
from graph.dead_letters import DeadLetterMutations, DeadLetterQueries
from graph.deletions import DeletionMutations, DeletionQueries
from graph.duplicates import DuplicateMutations
from graph.enums import ENUM_VALUES
from graph.error_feed import ErrorFeedSubscriptions
from graph.error_stats import ErrorStatsQueries
from graph.error_trends import ErrorTrendQueries
from graph.errors import ErrorQueries
from graph.escalations import EscalationMutations, EscalationQueries
from graph.executor import FragmentExecutor
from graph.failures import HANDLERS
from graph.grouping_changes import GroupingRuleMutations
from graph.grouping_rules import GroupingRuleQueries
from graph.ingest_key_changes import IngestKeyMutations
from graph.ingest_limits import IngestLimitMutations, IngestLimitQueries
from graph.invitations import InvitationMutations, InvitationQueries
from graph.limits import Preparation
from graph.live_status import LiveStatusQueries
from graph.masking import MaskedSchema
from graph.members import MemberMutations, MemberQueries
from graph.merges import MergeMutations, MergeQueries
from graph.metrics import MetricQueries
from graph.monitors import MonitorQueries
from graph.names import RememberedNames
from graph.nodes import NodeQueries
from graph.notification_feed import NotificationSubscriptions
from graph.notifications import NotificationMutations, NotificationQueries
from graph.occurrence_feed import OccurrenceSubscriptions
from graph.occurrences import OccurrenceQueries
from graph.one_error_feed import OneErrorSubscriptions
from graph.organization_changes import OrganizationMutations
from graph.organizations import OrganizationQueries
from graph.outcomes import OutcomeQueries
from graph.passwords import PasswordMutations
from graph.presence import PresenceQueries, PresenceSubscriptions
from graph.release_health import ReleaseHealthQueries
from graph.removals import RemovalQueries
from graph.report_feed import UserReportSubscriptions
from graph.report_queue import UserReportMutations
from graph.report_writing import ReportWritingMutations
from graph.saved_views import SavedViewMutations, SavedViewQueries
from graph.scalars import SCALARS
from graph.scrubbing import ScrubbingMutations, ScrubbingQueries
from graph.service_changes import ServiceMutations
from graph.services import ServiceQueries
from graph.sign_in_ways import SignInWayQueries
from graph.signing_in import SigningInMutations
from graph.suppression_rules import (
    SuppressionPreviewQueries,
    SuppressionRuleMutations,
    SuppressionRuleQueries,
)
from graph.system_limits import SystemLimitQueries
from graph.team_changes import TeamMutations
from graph.teams import TeamQueries
from graph.tokens import TokenMutations, TokenQueries
from graph.triage import TriageMutations
from graph.triage_comments import CommentMutations
from graph.triage_configuration import TriageConfigurationMutations
from graph.triage_people import PeopleMutations
from graph.triage_settings import TriageSettingQueries
from graph.triage_statuses import StatusMutations
from graph.triage_undoing import UndoMutations
from graph.triage_weighing import WeighingMutations
from graph.user_reports import UserReportQueries
from graph.web_vitals import WebVitalQueries


@strawberry.type
class Query(
    SavedViewQueries,
    ErrorQueries,
    TriageSettingQueries,
    MergeQueries,
    EscalationQueries,
    DeletionQueries,
    OccurrenceQueries,
    ServiceQueries,
    OrganizationQueries,
    AdministrationQueries,
    InvitationQueries,
    TokenQueries,
    OutcomeQueries,
    UserReportQueries,
    GroupingRuleQueries,
    ScrubbingQueries,
    NodeQueries,
    ReleaseHealthQueries,
    WebVitalQueries,
    MetricQueries,
    MonitorQueries,
    SuppressionRuleQueries,
    SuppressionPreviewQueries,
    DeadLetterQueries,
    IngestLimitQueries,
    ArtifactQueries,
    MemberQueries,
    TeamQueries,
    AuditQueries,
    RemovalQueries,
    SystemLimitQueries,
    LiveStatusQueries,
    SignInWayQueries,
    ErrorStatsQueries,
    ErrorTrendQueries,
    NotificationQueries,
    PresenceQueries,
):
    """What can be asked."""


@strawberry.type
class Mutation(
    SigningInMutations,
    PasswordMutations,
    InvitationMutations,
    TokenMutations,
    SavedViewMutations,
    TriageMutations,
    StatusMutations,
    UndoMutations,
    WeighingMutations,
    PeopleMutations,
    CommentMutations,
    TriageConfigurationMutations,
    MergeMutations,
    DuplicateMutations,
    EscalationMutations,
    UserReportMutations,
    DeletionMutations,
    ReportWritingMutations,
    CaptureMutations,
    IngestLimitMutations,
    SuppressionRuleMutations,
    DeadLetterMutations,
    ArtifactMutations,
    GroupingRuleMutations,
    ScrubbingMutations,
    OrganizationMutations,
    AdministrationMutations,
    MemberMutations,
    TeamMutations,
    ServiceMutations,
    IngestKeyMutations,
    NotificationMutations,
):
    """What can be changed; each answers with a result that names its refusals."""


@strawberry.type
class Subscription(
    ErrorFeedSubscriptions,
    OneErrorSubscriptions,
    ActivitySubscriptions,
    OccurrenceSubscriptions,
    AssignmentSubscriptions,
    UserReportSubscriptions,
    NotificationSubscriptions,
    PresenceSubscriptions,
):
    """What can be watched, over WebSocket by graphql-transport-ws."""


schema = MaskedSchema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    config=StrawberryConfig(
        scalar_map={**SCALARS, FeedCursor: CURSOR}, name_converter=RememberedNames()
    ),
    extensions=[Preparation],
    execution_context_class=FragmentExecutor,
    exception_handlers=HANDLERS,
)
docs.describe(schema._schema, ENUM_VALUES)  # noqa: SLF001  strawberry has no public name for it
nullability.loosen(schema._schema)  # noqa: SLF001


def sdl() -> str:
    """Return the whole schema as text, sorted, with every description."""
    return print_schema(lexicographic_sort_schema(schema._schema)) + "\n"  # noqa: SLF001
