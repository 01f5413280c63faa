"""What an organization decides about triage, as the API shows and changes it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Self

import strawberry
from strawberry import UNSET

from domain import severity_levels
from domain.errors import Priority
from domain.failures import Invalid
from domain.ids import OrganizationId
from domain.levels import Severity
from graph.context import Info
from graph.error_types import ErrorType
from graph.ids import organization_id
from graph.resolutions import ResolutionType
from graph.texts import text_of
from persistence import error_types, resolution_types, triage_settings
from persistence import severity_levels as level_rows

Organization = Annotated[strawberry.ID, strawberry.argument(description="The organization.")]


@strawberry.type
class SeverityLevel:
    """What one rung of the ladder promises in an organization; targets are in minutes."""

    severity: Severity = strawberry.field(description="The rung.")
    label: str = strawberry.field(description="What people call it.")
    description: str | None = strawberry.field(description="What belongs to it.")
    pages: bool = strawberry.field(description="Whether it wakes people.")
    default_priority: Priority | None = strawberry.field(
        description="The priority that a new error of it gets."
    )
    response_target_minutes: int | None = strawberry.field(
        description="How soon somebody acts on it; no promise when null."
    )
    resolve_target_minutes: int | None = strawberry.field(
        description="How soon it is resolved; no promise when null."
    )

    @classmethod
    def of(cls, level: severity_levels.SeverityLevel) -> Self:
        """Show a rung."""
        return cls(
            severity=level.severity,
            label=level.label,
            description=level.description,
            pages=level.pages,
            default_priority=level.default_priority,
            response_target_minutes=minutes_of(level.response_target),
            resolve_target_minutes=minutes_of(level.resolve_target),
        )


@strawberry.type
class TriageSettings:
    """What else an organization decided about triage."""

    auto_resolve_after_hours: int | None = strawberry.field(
        description="After how many quiet hours an error nobody works on counts as resolved."
    )


@strawberry.type
class TriageSettingQueries:
    """What can be asked about how an organization triages."""

    @strawberry.field
    async def resolution_types(
        self, info: Info, organization: Organization
    ) -> list[ResolutionType]:
        """The ways in which errors come to be resolved, by name, 200 at most."""
        id_ = organization_id(organization, field="organization")
        async with info.context.house.database.reading(info.context.scope) as db:
            found = await resolution_types.of_organization(db, id_)
        return [ResolutionType.of(each) for each in found]

    @strawberry.field
    async def error_types(self, info: Info, organization: Organization) -> list[ErrorType]:
        """The kinds of failures, by code, 200 at most."""
        id_ = organization_id(organization, field="organization")
        async with info.context.house.database.reading(info.context.scope) as db:
            found = await error_types.of_organization(db, id_)
        return [ErrorType.of(each) for each in found]

    @strawberry.field
    async def severity_levels(self, info: Info, organization: Organization) -> list[SeverityLevel]:
        """The rungs of the ladder, the highest first."""
        id_ = organization_id(organization, field="organization")
        async with info.context.house.database.reading(info.context.scope) as db:
            found = await level_rows.of_organization(db, id_)
        return [SeverityLevel.of(each) for each in found]

    @strawberry.field
    async def triage_settings(self, info: Info, organization: Organization) -> TriageSettings:
        """What else was decided; what was not is null."""
        id_ = organization_id(organization, field="organization")
        async with info.context.house.database.reading(info.context.scope) as db:
            after = await triage_settings.auto_resolve_after(db, id_)
        return TriageSettings(auto_resolve_after_hours=hours_of(after))


def minutes_of(span: timedelta | None) -> int | None:
    """Return a span in whole minutes."""
    return None if span is None else int(span.total_seconds() // 60)


def hours_of(span: timedelta | None) -> int | None:
    """Return a span in whole hours."""
    return None if span is None else int(span.total_seconds() // 3600)


def said_in(
    asked: object, limits: Mapping[str, int], never_null: tuple[str, ...]
) -> dict[str, object]:
    """Return what an input says; what it leaves out stays as it is."""
    said = {name: value for name, value in vars(asked).items() if value is not UNSET}
    for name, value in said.items():
        if value is None and name in never_null:
            raise Invalid("This cannot be null.", field=name)
        if isinstance(value, str) and name in limits:
            text_of(value, field=name, maximum=limits[name])
    return said


def organization_named(id_: strawberry.ID) -> OrganizationId:
    """Return the organization of an argument."""
    return organization_id(id_, field="organization")
