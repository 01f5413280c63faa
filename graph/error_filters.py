"""What errors are looked for: the filter's fields, each of which narrows the list further."""

from dataclasses import replace
from datetime import datetime

import strawberry
from strawberry import UNSET

from application.searching import Searcher
from domain.errors import ErrorStatus, StatusCategory
from domain.ids import OrganizationId
from domain.levels import LogLevel, Severity
from domain.search.terms import LONGEST_SEARCH
from graph.choices import chosen, said_nothing, texts
from graph.context import Info
from graph.error_traits import ErrorTraits, conditions_of
from graph.everywhere import reach_asked
from graph.ids import organization_id, service_id, user_id
from graph.texts import text_of
from persistence.errors.conditions import Condition
from persistence.errors.lists import Criteria

MAX_TEXT = 200


@strawberry.input
class ErrorFilter(ErrorTraits):
    """Which errors: all fields together, any of the values of each; an empty list fits nothing.

    Of each field 100 values are taken at most.
    """

    organization: strawberry.ID | None = strawberry.field(
        default=UNSET, description="Only those of this organization."
    )
    status: list[ErrorStatus] | None = strawberry.field(
        default=UNSET, description="Only those that stand at one of these."
    )
    status_category: list[StatusCategory] | None = strawberry.field(
        default=UNSET, description="Only those on one of these piles of triage."
    )
    severity: list[Severity] | None = strawberry.field(
        default=UNSET, description="Only those that matter so much."
    )
    level: list[LogLevel] | None = strawberry.field(
        default=UNSET, description="Only those that the source reported so loudly last."
    )
    error_type: list[str] | None = strawberry.field(
        default=UNSET, description="Only those of one of these types, by code."
    )
    service: list[strawberry.ID] | None = strawberry.field(
        default=UNSET, description="Only those of one of these services."
    )
    environment: list[str] | None = strawberry.field(
        default=UNSET, description="Only those of one of these environments."
    )
    assignee: strawberry.ID | None = strawberry.field(
        default=UNSET, description="Only those that this user has."
    )
    search: str | None = strawberry.field(
        default=UNSET,
        description="Only those that fit this search, such as `is:unresolved severity:>=high`.",
    )
    text: str | None = strawberry.field(
        default=UNSET,
        description="Only those with this text in the title or the message, in any case.",
    )
    first_seen_after: datetime | None = strawberry.field(
        default=UNSET, description="Only those that first happened after this moment."
    )
    last_seen_after: datetime | None = strawberry.field(
        default=UNSET, description="Only those that happened last after this moment."
    )

    def __post_init__(self) -> None:
        """Take what was not said as null; with null as the default, each would cost its time."""
        said_nothing(self)


def criteria_of(where: ErrorFilter | None) -> Criteria:
    """Return what a filter asks for, or refuse a value that it cannot mean."""
    if where is None:
        return Criteria()
    return Criteria(
        statuses=chosen(where.status, "status"),
        categories=chosen(where.status_category, "statusCategory"),
        severities=chosen(where.severity, "severity"),
        levels=chosen(where.level, "level"),
        error_types=texts(where.error_type, "errorType"),
        services=chosen(
            None
            if where.service is None
            else [service_id(id_, field="service") for id_ in where.service],
            "service",
        ),
        environments=texts(where.environment, "environment"),
        assignee=None if where.assignee is None else user_id(where.assignee, field="assignee"),
        text=text_of(where.text, field="text", maximum=MAX_TEXT) if where.text else None,
        first_seen_after=where.first_seen_after,
        last_seen_after=where.last_seen_after,
    )


async def criteria_asked(info: Info, where: ErrorFilter | None) -> Criteria:
    """Return what a filter asks for, with the names in its search looked up."""
    criteria = criteria_of(where)
    if where is None:
        return criteria
    search = text_of(where.search or "", field="search", maximum=LONGEST_SEARCH)
    more = conditions_of(where, info.context.now)
    if not more and not search.strip():
        return criteria
    found = await searched(info, search, organization_in(where), more)
    return replace(criteria, searched=found)


async def searched(
    info: Info,
    search: str,
    organization: OrganizationId | None,
    more: tuple[Condition, ...] = (),
) -> tuple[Condition, ...]:
    """Return the conditions of a search, and more of them, within what the viewer may see."""
    context = info.context
    reach = await reach_asked(info, organization)
    async with context.house.database.reading(context.scope) as db:
        searcher = Searcher(
            db=db,
            reach=reach,
            viewer=context.viewer,
            now=context.now,
        )
        return await searcher.conditions(search, more)


def organization_in(where: ErrorFilter | None) -> OrganizationId | None:
    """Return the one organization that a filter names."""
    if where is None or where.organization is None:
        return None
    return organization_id(where.organization, field="organization")
