"""Loaders: every edge from one thing to others, batched, on behalf of one viewer.

They cache for as long as they live, which is one request or one event of a subscription.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from strawberry.dataloader import DataLoader

from domain.artifacts import Artifact, ArtifactBundle
from domain.assignments import Assignment
from domain.attachments import Attachment
from domain.errors import Error
from domain.ids import (
    ArtifactBundleId,
    AssignmentId,
    AttachmentId,
    CheckInId,
    ErrorId,
    IngestKeyId,
    MonitorId,
    OccurrenceId,
    OrganizationId,
    ServiceId,
    TeamId,
    UserId,
    UserReportId,
)
from domain.occurrences import Occurrence
from domain.organizations import Organization
from domain.services import IngestKey, Service
from domain.teams import Team, TeamMember
from domain.telemetry import Monitor
from domain.telemetry.runs import Run
from domain.user_reports import UserReport
from domain.users import User
from graph.loaders import (
    active_assignments,
    artifacts,
    assignments,
    attachments,
    attachments_of,
    bodies,
    error_hours,
    errors,
    ingest_keys,
    latest_occurrences,
    monitors,
    occurrence_counts,
    occurrence_pages,
    occurrences,
    open_reports,
    organizations,
    service_keys,
    services,
    teams,
    user_reports,
    users,
)
from graph.loaders.relations import RelationLoaders
from graph.loaders.teams import Belonging
from graph.loaders.triage import TriageLoaders
from persistence.database import Database, Scope
from persistence.pages import Found


class Loaders:
    """The loaders of one request, each made when it is first wanted."""

    def __init__(self, database: Database, scope: Scope) -> None:
        self._on = (database, scope)
        # What resolvers have answered to one selection of an event, for its other selections: by
        # what was asked, and of which object.
        self.resolved: dict[tuple[int, Callable[..., Any]], tuple[object, Any]] = {}

    @cached_property
    def errors(self) -> DataLoader[ErrorId, Error | None]:
        """Errors by id."""
        return errors.loader_of(*self._on)

    @cached_property
    def triage(self) -> TriageLoaders:
        """What people said and did about errors."""
        return TriageLoaders(*self._on)

    @cached_property
    def relations(self) -> RelationLoaders:
        """How errors belong together."""
        return RelationLoaders(*self._on)

    @cached_property
    def active_assignments(self) -> DataLoader[ErrorId, Assignment | None]:
        """Who has an error now, by error."""
        return active_assignments.loader_of(*self._on)

    @cached_property
    def error_hours(self) -> DataLoader[error_hours.Since, Mapping[datetime, int]]:
        """What was counted in each hour, by error and first hour."""
        return error_hours.loader_of(*self._on)

    @cached_property
    def latest_occurrences(self) -> DataLoader[latest_occurrences.Wanted, list[Occurrence]]:
        """The newest occurrences, by error and how many."""
        return latest_occurrences.loader_of(*self._on)

    @cached_property
    def occurrence_pages(self) -> DataLoader[occurrence_pages.Wanted, Found[Occurrence] | None]:
        """A page of occurrences, by error and page."""
        return occurrence_pages.loader_of(*self._on)

    @cached_property
    def occurrence_counts(self) -> DataLoader[ErrorId, int]:
        """How many occurrences are kept, by error."""
        return occurrence_counts.loader_of(*self._on)

    @cached_property
    def occurrences(self) -> DataLoader[OccurrenceId, Occurrence | None]:
        """Occurrences by id."""
        return occurrences.loader_of(*self._on)

    @cached_property
    def bodies(self) -> DataLoader[OccurrenceId, bodies.Body]:
        """All that was sent, by occurrence."""
        return bodies.loader_of(*self._on)

    @cached_property
    def assignments(self) -> DataLoader[AssignmentId, Assignment | None]:
        """Assignments by id."""
        return assignments.loader_of(*self._on)

    @cached_property
    def services(self) -> DataLoader[ServiceId, Service | None]:
        """Services by id."""
        return services.loader_of(*self._on)

    @cached_property
    def service_keys(self) -> DataLoader[ServiceId, list[IngestKey]]:
        """The ingest keys of a service."""
        return service_keys.loader_of(*self._on)

    @cached_property
    def ingest_keys(self) -> DataLoader[IngestKeyId, IngestKey | None]:
        """Ingest keys by id."""
        return ingest_keys.loader_of(*self._on)

    @cached_property
    def organizations(self) -> DataLoader[OrganizationId, Organization | None]:
        """Organizations by id."""
        return organizations.loader_of(*self._on)

    @cached_property
    def user_reports(self) -> DataLoader[UserReportId, UserReport | None]:
        """User reports by id."""
        return user_reports.loader_of(*self._on)

    @cached_property
    def open_reports(self) -> DataLoader[ErrorId, int]:
        """How many user reports of an error are not finished, by error."""
        return open_reports.loader_of(*self._on)

    @cached_property
    def attachments(self) -> DataLoader[AttachmentId, Attachment | None]:
        """Attachments by id."""
        return attachments.loader_of(*self._on)

    @cached_property
    def attachments_of(self) -> DataLoader[attachments_of.Of, list[Attachment]]:
        """Attachments by service and the event id of what they came with."""
        return attachments_of.loader_of(*self._on)

    @cached_property
    def teams(self) -> DataLoader[TeamId, Team | None]:
        """Teams by id."""
        return teams.loader_of(*self._on)

    @cached_property
    def team_members(self) -> DataLoader[TeamId, list[TeamMember]]:
        """Who is in a team."""
        return teams.members_loader_of(*self._on)

    @cached_property
    def member_teams(self) -> DataLoader[Belonging, list[Team]]:
        """The teams of a member, by organization and user."""
        return teams.belonging_loader_of(*self._on)

    @cached_property
    def team_services(self) -> DataLoader[TeamId, list[Service]]:
        """The services that a team looks after."""
        return teams.services_loader_of(*self._on)

    @cached_property
    def users(self) -> DataLoader[UserId, User | None]:
        """Users by id."""
        return users.loader_of(*self._on)

    @cached_property
    def check_ins(self) -> DataLoader[CheckInId, Run | None]:
        """Runs by id."""
        return monitors.runs_loader_of(*self._on)

    @cached_property
    def last_check_ins(self) -> DataLoader[MonitorId, Run | None]:
        """The newest run, by monitor."""
        return monitors.latest_loader_of(*self._on)

    @cached_property
    def check_in_pages(self) -> DataLoader[monitors.Wanted, Found[Run] | None]:
        """A page of runs, by monitor and page."""
        return monitors.pages_loader_of(*self._on)

    @cached_property
    def check_in_counts(self) -> DataLoader[MonitorId, int]:
        """How many runs are kept, by monitor."""
        return monitors.counts_loader_of(*self._on)

    @cached_property
    def monitors(self) -> DataLoader[MonitorId, Monitor | None]:
        """Monitors by id."""
        return monitors.loader_of(*self._on)

    @cached_property
    def artifact_bundles(self) -> DataLoader[ArtifactBundleId, ArtifactBundle | None]:
        """Artifact bundles by id."""
        return artifacts.bundles_loader_of(*self._on)

    @cached_property
    def artifacts(self) -> DataLoader[ArtifactBundleId, Sequence[Artifact]]:
        """The first files of an artifact bundle."""
        return artifacts.loader_of(*self._on)
