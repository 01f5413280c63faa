"""User reports, as the API shows them, and how they are listed."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

import strawberry
from strawberry.scalars import JSON

from domain import user_reports
from domain.ids import ErrorId, OccurrenceId, OrganizationId, ServiceId, UserId, UserReportId
from domain.report_queue import UNFINISHED, due_of
from domain.user_reports import ReporterType, ReportPriority, ReportStatus, ReportType
from graph import enums
from graph.attachments import Attachment, attached_to
from graph.connections import After, Connection, First, connection_of, page_asked
from graph.context import Info
from graph.errors import Error, error_of
from graph.ids import Node, organization_id, shown, user_report_id
from graph.occurrences import Occurrence, occurrence_of
from graph.organizations import Organization, organization_of
from graph.report_filters import UserReportFilter
from graph.report_timeline import ReportActivity
from graph.services import Service, service_of
from graph.users import User, user_of
from persistence.projection.declared import USER_REPORT
from persistence.reach import reach_of
from persistence.user_reports import activities
from persistence.user_reports.lists import KEYSET, count, counts, page_of

# Registers the enums that the fields below name.
__all__ = ["UserReport", "UserReportQueries", "enums", "user_report_of"]


@strawberry.type
class UserReport(Node):
    """What one person said about the program."""

    key: strawberry.Private[UserReportId]
    organization_key: strawberry.Private[OrganizationId]
    service_key: strawberry.Private[ServiceId]
    error_key: strawberry.Private[ErrorId | None]
    occurrence_key: strawberry.Private[OccurrenceId | None]
    assigned_to: strawberry.Private[UserId | None]
    reporter_id: strawberry.Private[UserId | None]
    duplicate_of_id: strawberry.Private[UserReportId | None]
    attached_key: strawberry.Private[UUID | None]
    report_type: ReportType = strawberry.field(description="What it is about.")
    priority: ReportPriority = strawberry.field(description="How much it presses.")
    status: ReportStatus = strawberry.field(description="Where it stands in its life.")
    reporter_type: ReporterType = strawberry.field(
        description="Who the reporter says to be; nobody has checked it."
    )
    reporter_email: str | None = strawberry.field(description="Where the reporter can be reached.")
    reporter_name: str | None = strawberry.field(description="What the reporter is called.")
    title: str = strawberry.field(description="What it is called in lists.")
    description: str = strawberry.field(description="What the person wrote, scrubbed.")
    steps_to_reproduce: str | None = strawberry.field(description="How it can be seen again.")
    expected_behavior: str | None = strawberry.field(description="What should have happened.")
    actual_behavior: str | None = strawberry.field(description="What happened instead.")
    url: str | None = strawberry.field(description="The page that it was written on.")
    environment: str | None = strawberry.field(description="Where it was, e.g. production.")
    release: str | None = strawberry.field(description="The version of the program.")
    source: str | None = strawberry.field(
        description="What it came through, such as widget or crash_report."
    )
    browser_info: JSON = strawberry.field(description="The browser, its system and its window.")
    context: JSON = strawberry.field(description="What else the page said, such as tags.")
    event_id: str | None = strawberry.field(
        description="The id that its attachments came with, 32 hex digits."
    )
    associated_event_id: str | None = strawberry.field(
        description="The event that it is about, 32 hex digits; it may come later, or never."
    )
    is_linked_by_hand: bool = strawberry.field(
        description="Whether a person has said which error it belongs to, or that it has none."
    )
    due_at: datetime = strawberry.field(
        description="Until when it ought to be finished: its own day, or that of its priority."
    )
    resolved_at: datetime | None = strawberry.field(description="When it was finished, if it is.")
    resolution_notes: str | None = strawberry.field(description="What came of it.")
    created_at: datetime = strawberry.field(description="When it reached us.")
    updated_at: datetime = strawberry.field(description="When anything of it changed last.")

    @classmethod
    def of(cls, report: user_reports.UserReport) -> Self:
        """Show a report."""
        return cls(
            id=shown(USER_REPORT, report.id),
            key=report.id,
            organization_key=report.organization_id,
            service_key=report.service_id,
            error_key=report.error_id,
            occurrence_key=report.occurrence_id,
            attached_key=report.event_id,
            event_id=_hex(report.event_id),
            associated_event_id=_hex(report.associated_event_id),
            browser_info=JSON(report.browser_info),
            context=JSON(report.context),
            due_at=due_of(report),
            **{name: getattr(report, name) for name in _PLAIN},
        )

    @strawberry.field
    async def organization(self, info: Info) -> Organization | None:
        """The organization that it was said to."""
        return await organization_of(info, self.organization_key)

    @strawberry.field
    async def service(self, info: Info) -> Service | None:
        """The service that it is about."""
        return await service_of(info, self.service_key)

    @strawberry.field
    async def error(self, info: Info) -> Error | None:
        """The error that it belongs to, once its event is known; the primary of a merged one."""
        own = None if self.error_key is None else await error_of(info, self.error_key)
        if own is None or own.merged_key is None:
            return own
        return await error_of(info, own.merged_key)

    @strawberry.field
    async def occurrence(self, info: Info) -> Occurrence | None:
        """The occurrence that it is about, while that is kept."""
        if self.occurrence_key is None:
            return None
        return await occurrence_of(info, self.occurrence_key)

    @strawberry.field
    async def assignee(self, info: Info) -> User | None:
        """Who looks after it, if they still share an organization with the viewer."""
        return await user_of(info, self.assigned_to)

    @strawberry.field
    async def reporter(self, info: Info) -> User | None:
        """Who wrote it, where that is a user of ours."""
        return await user_of(info, self.reporter_id)

    @strawberry.field
    async def duplicate_of(self, info: Info) -> "UserReport | None":
        """The report that says the same and was there first."""
        if self.duplicate_of_id is None:
            return None
        return await user_report_of(info, self.duplicate_of_id)

    @strawberry.field
    def is_overdue(self, info: Info) -> bool:
        """Whether it ought to be finished by now and is not."""
        return self.status in UNFINISHED and self.due_at < info.context.now

    @strawberry.field
    async def timeline(
        self, info: Info, first: First = None, after: After = None
    ) -> Connection[ReportActivity]:
        """What was done to it and noted on it, newest first; the reporter never sees it."""
        page = page_asked(activities.KEYSET, first=first, after=after)
        database, scope = info.context.house.database, info.context.scope
        reach = reach_of(scope, self.organization_key)
        async with database.reading(scope) as db:
            found = await activities.page_of(db, self.key, page, reach)

        async def counted() -> int:
            async with database.reading(scope) as db:
                return await activities.count_of(db, self.key, reach)

        return connection_of(found, page, activities.KEYSET, ReportActivity.of, counted)

    @strawberry.field
    async def attachments(self, info: Info) -> list[Attachment]:
        """The files that came with it, oldest first, 50 at most."""
        return await attached_to(info, self.service_key, self.attached_key)

    @strawberry.field
    async def screenshots(self, info: Info) -> list[Attachment]:
        """Those of its files that really are images."""
        found = await attached_to(info, self.service_key, self.attached_key)
        return [attachment for attachment in found if attachment.is_image]


# What the API shows under the name and in the form that the domain has it.
_PLAIN = tuple(
    name
    for name in set(UserReport.__annotations__)
    - {"id", "key", "event_id", "associated_event_id", "browser_info", "context", "due_at"}
    if name in user_reports.UserReport.__dataclass_fields__
)


@strawberry.type
class UserReportStatusCount:
    """How many reports stand at one status."""

    status: ReportStatus = strawberry.field(description="The status.")
    count: int = strawberry.field(description="How many stand there.")


@strawberry.type
class UserReportCounts:
    """How many reports a queue has."""

    by_status: list[UserReportStatusCount] = strawberry.field(
        description="By status, in the order of their life; those without any, too."
    )
    total: int = strawberry.field(description="All together.")
    unfinished: int = strawberry.field(description="Those that wait for us or for the reporter.")
    overdue: int = strawberry.field(description="Those that ought to be finished and are not.")


@strawberry.type
class UserReportQueries:
    """What can be asked about user reports."""

    @strawberry.field
    async def user_report(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
    ) -> UserReport | None:
        """One user report, or null when there is none that the viewer may see."""
        return await user_report_of(info, user_report_id(id))

    @strawberry.field
    async def user_reports(
        self,
        info: Info,
        where: Annotated[
            UserReportFilter | None, strawberry.argument(description="Only those that fit.")
        ] = None,
        first: First = None,
        after: After = None,
    ) -> Connection[UserReport]:
        """What people reported, newest first."""
        where = where or UserReportFilter()
        asked, database = where.organization, info.context.house.database
        only = None if asked is None else organization_id(asked, field="organization")
        reach, criteria = reach_of(info.context.scope, only), where.criteria(info.context)
        page = page_asked(KEYSET, first=first, after=after)
        scope = info.context.scope
        async with database.reading(scope) as db:
            found = await page_of(db, reach, criteria, page)

        async def counted() -> int:
            async with database.reading(scope) as db:
                return await count(db, reach, criteria)

        return connection_of(found, page, KEYSET, UserReport.of, counted)

    @strawberry.field
    async def user_report_counts(
        self,
        info: Info,
        where: Annotated[
            UserReportFilter | None, strawberry.argument(description="Only those that fit.")
        ] = None,
    ) -> UserReportCounts:
        """How many reports fit a filter, by status."""
        where = where or UserReportFilter()
        only = None
        if where.organization is not None:
            only = organization_id(where.organization, field="organization")
        scope, now = info.context.scope, info.context.now
        async with info.context.house.database.reading(scope) as db:
            criteria = where.criteria(info.context)
            by_status, overdue = await counts(db, reach_of(scope, only), criteria, now)
        return UserReportCounts(
            by_status=[
                UserReportStatusCount(status=status, count=by_status.get(status, 0))
                for status in ReportStatus
            ],
            total=sum(by_status.values()),
            unfinished=sum(by_status.get(status, 0) for status in UNFINISHED),
            overdue=overdue,
        )


async def user_report_of(info: Info, id_: UserReportId) -> UserReport | None:
    """Return the report of an id, or None when there is none that the viewer may see."""
    found = await info.context.loaders.user_reports.load(id_)
    return None if found is None else UserReport.of(found)


def _hex(id_: UUID | None) -> str | None:
    return None if id_ is None else id_.hex
