"""Errors, as the API shows them, and how they are listed."""

from datetime import datetime, timedelta
from typing import Annotated, Self

import strawberry
from strawberry.scalars import JSON

from domain import errors
from domain.errors import MOVES, ErrorStatus, Priority, ResolutionKind, StatusCategory
from domain.ids import ErrorId, OrganizationId, ServiceId, UserId
from domain.levels import LogLevel, Severity
from graph import enums
from graph.assignments import Assignment
from graph.connections import After, Before, Connection, First, Last, connection_of, page_asked
from graph.context import Info
from graph.error_detail import ErrorDetail
from graph.error_filters import ErrorFilter, criteria_asked, organization_in
from graph.error_relations import ErrorRelations
from graph.error_standing import ErrorStanding
from graph.everywhere import reach_asked
from graph.ids import Node, error_id, shown
from graph.occurrences import Occurrence
from graph.organizations import Organization, organization_of
from graph.projected import projected
from graph.scalars import BigInt
from graph.services import Service, service_of
from graph.users import User, user_of
from persistence.errors.finding import find
from persistence.errors.lists import KEYSETS, ErrorList, ErrorOrder, count, page_of
from persistence.occurrence_rows import KEYSET as OCCURRENCES
from persistence.pages import Found, size_of
from persistence.projection.declared import ERROR, HOURS, LATEST_OCCURRENCES
from persistence.projection.questions import ErrorsPage, TheOne
from persistence.reach import reach_of

# Registers the enums that the fields below name.
__all__ = ["Error", "ErrorHour", "ErrorQueries", "enums"]

_HOUR = timedelta(hours=1)


@strawberry.type
class ErrorHour:
    """How often an error happened in one hour."""

    hour: datetime = strawberry.field(description="When the hour began.")
    count: BigInt = strawberry.field(description="How many occurrences it had, often none.")


@strawberry.type
class Error(ErrorStanding, ErrorRelations, ErrorDetail, Node):
    """One thing that goes wrong in a service, however often it happens."""

    key: strawberry.Private[ErrorId]
    organization_key: strawberry.Private[OrganizationId]
    service_key: strawberry.Private[ServiceId]
    assigned_to: strawberry.Private[UserId | None]
    resolver: strawberry.Private[UserId | None]
    short_id: str = strawberry.field(description="The name that people say, such as SHOP-WEB-12.")
    number: int = strawberry.field(description="Its number within the organization.")
    fingerprint: str = strawberry.field(description="The hash by which it was told from others.")
    fingerprint_version: int = strawberry.field(description="Which way of hashing that was.")
    error_type: str = strawberry.field(description="The code of its type, such as database.")
    title: str = strawberry.field(description="What it is called in lists.")
    message: str = strawberry.field(description="What its last occurrence said.")
    culprit: str = strawberry.field(
        description="Where it happens: a function, file or transaction."
    )
    platform: str = strawberry.field(description="The language or runtime, such as python.")
    level: LogLevel = strawberry.field(description="How loudly the source reported it last.")
    severity: Severity = strawberry.field(description="How much it matters to the organization.")
    status: ErrorStatus = strawberry.field(description="Where it stands in its life.")
    status_category: StatusCategory = strawberry.field(description="The pile of triage it lies on.")
    category: StatusCategory = strawberry.field(description="The same as statusCategory, in short.")
    priority: Priority | None = strawberry.field(description="When people mean to work on it.")
    service_name: str = strawberry.field(description="What its service was called at the time.")
    component: str | None = strawberry.field(description="The part of the program, if it is known.")
    file_path: str | None = strawberry.field(description="The file that it happens in.")
    line_number: int | None = strawberry.field(description="The line, counted from one.")
    column_number: int | None = strawberry.field(description="The column, counted from one.")
    endpoint_path: str | None = strawberry.field(description="The path that was asked for.")
    environment: str | None = strawberry.field(description="Where it happens, e.g. production.")
    first_release: str | None = strawberry.field(description="The version that it came with.")
    last_release: str | None = strawberry.field(description="The version that it was seen in last.")
    first_seen_at: datetime = strawberry.field(description="When it happened first.")
    last_seen_at: datetime = strawberry.field(description="When it happened last.")
    occurrence_count: BigInt = strawberry.field(description="How often it happened.")
    users_affected_count: BigInt = strawberry.field(description="How many users have met it.")
    sessions_affected_count: BigInt = strawberry.field(description="How many sessions it was in.")
    correlation_id: str | None = strawberry.field(description="What ties it to others, if known.")
    calendar_context: JSON | None = strawberry.field(
        description="What the calendar said when it happened first."
    )
    resolved_at: datetime | None = strawberry.field(description="When it was resolved, if it is.")
    resolution_kind: ResolutionKind | None = strawberry.field(description="How it was resolved.")
    regression_count: int = strawberry.field(description="How often it came back when resolved.")
    regressed_at: datetime | None = strawberry.field(description="When it came back last.")
    metadata: JSON = strawberry.field(
        description="What else is known, such as why it is one group."
    )
    tags: list[str] = strawberry.field(description="Words that people put on it.")
    created_at: datetime = strawberry.field(description="When it was stored first.")
    updated_at: datetime = strawberry.field(description="When anything of it changed last.")

    @classmethod
    def of(cls, error: errors.Error) -> Self:
        """Show an error."""
        correlation = error.correlation_id
        return cls(
            id=shown(ERROR, error.id),
            key=error.id,
            organization_key=error.organization_id,
            service_key=error.service_id,
            resolver=error.resolved_by,
            merged_key=error.merged_into_id,
            merged_count=error.merged_count,
            category=error.status_category,
            correlation_id=None if correlation is None else str(correlation),
            tags=list(error.tags),
            **{name: getattr(error, name) for name in _PLAIN},
        )

    @strawberry.field
    async def organization(self, info: Info) -> Organization | None:
        """The organization that it belongs to."""
        return await organization_of(info, self.organization_key)

    @strawberry.field
    async def next_statuses(self, info: Info) -> list[ErrorStatus]:
        """Where people may put it from where it stands; nowhere, if it is merged into another."""
        moves = frozenset() if self.merged_key is not None else MOVES[self.status]
        if ErrorStatus.CLOSED in moves and self.resolution_id is not None:
            resolution = await info.context.loaders.triage.resolution.load(self.resolution_id)
            if resolution is not None and resolution.is_test_open:
                moves -= {ErrorStatus.CLOSED}
        return [status for status in ErrorStatus if status in moves]

    @strawberry.field
    async def service(self, info: Info) -> Service | None:
        """The service that it goes wrong in."""
        return await service_of(info, self.service_key)

    @strawberry.field
    async def assignee(self, info: Info) -> User | None:
        """Who it was given to last, if they still share an organization with the viewer."""
        return await user_of(info, self.assigned_to)

    @strawberry.field
    async def resolved_by(self, info: Info) -> User | None:
        """Who resolved it, if a person did."""
        return await user_of(info, self.resolver)

    @strawberry.field
    async def open_reports(self, info: Info) -> int:
        """How many user reports of it are not finished: what closing it should finish, too."""
        return await info.context.loaders.open_reports.load(self.key)

    @strawberry.field
    async def active_assignment(self, info: Info) -> Assignment | None:
        """The newest assignment that still stands."""
        found = await info.context.loaders.active_assignments.load(self.key)
        return None if found is None else Assignment.of(found)

    @strawberry.field
    async def latest_occurrence(self, info: Info) -> Occurrence | None:
        """Its newest occurrence that is still kept."""
        found = await info.context.loaders.latest_occurrences.load((self.key, 1))
        return Occurrence.of(found[0]) if found else None

    @strawberry.field
    async def latest_occurrences(
        self,
        info: Info,
        first: Annotated[
            int, strawberry.argument(description="How many, 1 to 20.")
        ] = LATEST_OCCURRENCES.default,
    ) -> list[Occurrence]:
        """Its newest occurrences that are still kept, newest first."""
        most = size_of(first, default=0, maximum=LATEST_OCCURRENCES.maximum, field="first")
        found = await info.context.loaders.latest_occurrences.load((self.key, most))
        return [Occurrence.of(occurrence) for occurrence in found]

    @strawberry.field
    async def occurrences(
        self, info: Info, first: First = None, after: After = None
    ) -> Connection[Occurrence]:
        """All its occurrences that are still kept, newest first."""
        page = page_asked(OCCURRENCES, first=first, after=after)
        loaders = info.context.loaders
        found = await loaders.occurrence_pages.load((self.key, page)) or Found((), has_more=False)
        return connection_of(
            found,
            page,
            OCCURRENCES,
            Occurrence.of,
            lambda: loaders.occurrence_counts.load(self.key),
        )

    @strawberry.field
    async def hours(
        self,
        info: Info,
        last: Annotated[int, strawberry.argument(description="How many, 1 to 96.")] = HOURS.default,
    ) -> list[ErrorHour]:
        """How often it happened in each of the last hours, oldest first; the last still runs."""
        this_hour = info.context.now.replace(minute=0, second=0, microsecond=0)
        hours = size_of(last, default=0, maximum=HOURS.maximum, field="last")
        every = [this_hour - n * _HOUR for n in reversed(range(hours))]
        counted = await info.context.loaders.error_hours.load((self.key, every[0]))
        return [ErrorHour(hour=hour, count=BigInt(counted.get(hour, 0))) for hour in every]


@strawberry.type
class ErrorQueries:
    """What can be asked about errors."""

    @strawberry.field
    async def error(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
    ) -> Error | None:
        """One error, or null when there is none that the viewer may see."""
        return await error_asked(info, error_id(id))

    @strawberry.field
    async def errors(
        self,
        info: Info,
        where: Annotated[
            ErrorFilter | None, strawberry.argument(description="Which errors; all when not said.")
        ] = None,
        order_by: Annotated[
            ErrorOrder, strawberry.argument(description="In what order.")
        ] = ErrorOrder.LAST_SEEN_DESC,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Error]:
        """The errors that the viewer may see."""
        keyset = KEYSETS[order_by]
        page = page_asked(keyset, first=first, after=after, last=last, before=before)
        reach = await reach_asked(info, organization_in(where))
        asked = ErrorList(
            reach=reach, criteria=await criteria_asked(info, where), order=order_by, page=page
        )
        if not asked.is_in_order:
            async with info.context.house.database.reading(info.context.scope) as db:
                asked = await find(db, asked)
        return await projected(info, ErrorsPage(listed=asked, now=info.context.now)) or (
            await _page(info, asked)
        )


async def error_asked(info: Info, id_: ErrorId) -> Error | None:
    """Answer the error of an id with what was selected of it, None when it is not there."""
    reach = reach_of(info.context.scope)
    asked = TheOne(entity="Error", reach=reach, id=id_, now=info.context.now)
    return await projected(info, asked, "Error") or await error_of(info, id_)


async def error_of(info: Info, id_: ErrorId) -> Error | None:
    """Return the error of an id, or None when there is none that the viewer may see."""
    found = await info.context.loaders.errors.load(id_)
    return None if found is None else Error.of(found)


async def _page(info: Info, asked: ErrorList) -> Connection[Error]:
    database, scope = info.context.house.database, info.context.scope
    async with database.reading(scope) as db:
        found = await page_of(db, asked)

    async def counted() -> int:
        async with database.reading(scope) as db:
            return await count(db, asked)

    return connection_of(found, asked.page, asked.keyset, Error.of, counted)


# What the API shows under the name and in the form that the domain has it.
_PLAIN = tuple(
    name
    for name in {*Error.__annotations__, *ErrorStanding.__annotations__}
    - {"id", "tags", "correlation_id"}
    if hasattr(errors.Error, name)
)
