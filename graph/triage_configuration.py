"""Mutations on what an organization decides about triage: types, severity levels, quiet period."""

from datetime import timedelta
from typing import Annotated

import strawberry
from strawberry import UNSET

from domain.errors import Priority
from domain.failures import Invalid as Refused
from domain.levels import Severity
from graph.context import Info
from graph.error_types import ErrorType
from graph.failures import Conflict, Forbidden, Invalid, NotFound
from graph.ids import error_type_id, resolution_type_id
from graph.resolutions import ResolutionType
from graph.triage_settings import (
    Organization,
    SeverityLevel,
    TriageSettings,
    hours_of,
    organization_named,
    said_in,
)

_WAY = {"name": 50, "description": 500}
_KIND = {"code": 100, "name": 255, "description": 1000, "response_hint": 2000}
_RUNG = {"label": 100, "description": 500}
# What cannot be taken back by null.
_SAID = (
    "name",
    "description",
    "requires_testing",
    "is_active",
    "default_severity",
    "auto_capture",
)
_MOST_MINUTES = 366 * 24 * 60


@strawberry.input
class ResolutionTypeInput:
    """What is said of a resolution type; what is left out stays, or takes its default."""

    name: str | None = strawberry.field(default=UNSET, description="At most 50 characters.")
    description: str | None = strawberry.field(default=UNSET, description="At most 500 characters.")
    requires_testing: bool | None = strawberry.field(
        default=UNSET, description="Whether closing needs a test that passed."
    )
    is_active: bool | None = strawberry.field(
        default=UNSET, description="Whether it may be chosen."
    )


@strawberry.input
class ErrorTypeInput:
    """What is said of an error type; what is left out stays, or takes its default."""

    name: str | None = strawberry.field(default=UNSET, description="What people call it.")
    description: str | None = strawberry.field(default=UNSET, description="What belongs to it.")
    response_hint: str | None = strawberry.field(
        default=UNSET, description="What to do when it happens, at most 2,000 characters."
    )
    default_severity: Severity | None = strawberry.field(
        default=UNSET, description="How much a new error of it matters."
    )
    auto_capture: bool | None = strawberry.field(
        default=UNSET, description="Whether SDKs catch it."
    )
    is_active: bool | None = strawberry.field(
        default=UNSET, description="Whether it may be chosen."
    )


@strawberry.input
class SeverityLevelInput:
    """What a rung promises; what is left out stays, and null takes a promise back."""

    label: str | None = strawberry.field(default=UNSET, description="What people call it.")
    description: str | None = strawberry.field(default=UNSET, description="What belongs to it.")
    response_target_minutes: int | None = strawberry.field(
        default=UNSET, description="How soon somebody acts on an error of it."
    )
    resolve_target_minutes: int | None = strawberry.field(
        default=UNSET, description="How soon an error of it is resolved."
    )
    pages: bool | None = strawberry.field(default=UNSET, description="Whether it wakes people.")
    default_priority: Priority | None = strawberry.field(
        default=UNSET, description="The priority that a new error of it gets."
    )


@strawberry.type
class AddResolutionTypeSuccess:
    """It is added."""

    resolution_type: ResolutionType = strawberry.field(description="The new type.")


@strawberry.type
class ChangeResolutionTypeSuccess:
    """It is changed."""

    resolution_type: ResolutionType = strawberry.field(description="The type as it is now.")


@strawberry.type
class AddErrorTypeSuccess:
    """It is added."""

    error_type: ErrorType = strawberry.field(description="The new type.")


@strawberry.type
class ChangeErrorTypeSuccess:
    """It is changed."""

    error_type: ErrorType = strawberry.field(description="The type as it is now.")


@strawberry.type
class ChangeSeverityLevelSuccess:
    """It is changed."""

    severity_level: SeverityLevel = strawberry.field(description="The rung as it is now.")


@strawberry.type
class SetQuietPeriodSuccess:
    """It is set."""

    settings: TriageSettings = strawberry.field(description="The settings as they are now.")


AddResolutionTypeResult = Annotated[
    AddResolutionTypeSuccess | NotFound | Invalid | Conflict | Forbidden,
    strawberry.union("AddResolutionTypeResult", description="The new type, or why there is none."),
]
ChangeResolutionTypeResult = Annotated[
    ChangeResolutionTypeSuccess | NotFound | Invalid | Conflict | Forbidden,
    strawberry.union("ChangeResolutionTypeResult", description="The type, or why it stays."),
]
AddErrorTypeResult = Annotated[
    AddErrorTypeSuccess | NotFound | Invalid | Conflict | Forbidden,
    strawberry.union("AddErrorTypeResult", description="The new type, or why there is none."),
]
ChangeErrorTypeResult = Annotated[
    ChangeErrorTypeSuccess | NotFound | Invalid | Conflict | Forbidden,
    strawberry.union("ChangeErrorTypeResult", description="The type, or why it stays."),
]
ChangeSeverityLevelResult = Annotated[
    ChangeSeverityLevelSuccess | NotFound | Invalid | Conflict | Forbidden,
    strawberry.union("ChangeSeverityLevelResult", description="The rung, or why it stays."),
]
SetQuietPeriodResult = Annotated[
    SetQuietPeriodSuccess | NotFound | Invalid | Conflict | Forbidden,
    strawberry.union("SetQuietPeriodResult", description="The settings, or why they stay."),
]


@strawberry.type
class TriageConfigurationMutations:
    """What can be decided about how an organization triages."""

    @strawberry.mutation
    async def add_resolution_type(
        self,
        info: Info,
        organization: Organization,
        said: Annotated[
            ResolutionTypeInput, strawberry.argument(description="A name and a description.")
        ],
    ) -> AddResolutionTypeResult:
        """Add a way in which errors come to be resolved."""
        parts = said_in(said, _WAY, _SAID)
        _needs(parts, "name", "description")
        configuration = info.context.house.errors.configuration
        new = await configuration.add_resolution_type(
            organization_named(organization), parts, by=info.context.viewer
        )
        return AddResolutionTypeSuccess(resolution_type=ResolutionType.of(new))

    @strawberry.mutation
    async def change_resolution_type(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The type.")],
        said: Annotated[ResolutionTypeInput, strawberry.argument(description="What is new.")],
    ) -> ChangeResolutionTypeResult:
        """Change a resolution type; what was resolved before keeps the rule of its time."""
        configuration = info.context.house.errors.configuration
        after = await configuration.change_resolution_type(
            resolution_type_id(id), said_in(said, _WAY, _SAID), by=info.context.viewer
        )
        return ChangeResolutionTypeSuccess(resolution_type=ResolutionType.of(after))

    @strawberry.mutation
    async def add_error_type(
        self,
        info: Info,
        organization: Organization,
        code: Annotated[
            str,
            strawberry.argument(
                description="The name that events carry: small letters, digits, _, . and -."
            ),
        ],
        said: Annotated[
            ErrorTypeInput, strawberry.argument(description="A name and a default severity.")
        ],
    ) -> AddErrorTypeResult:
        """Add an error type of the organization's own."""
        parts = {"code": code, **said_in(said, _KIND, _SAID[:1] + _SAID[2:])}
        _needs(parts, "name", "default_severity")
        configuration = info.context.house.errors.configuration
        new = await configuration.add_error_type(
            organization_named(organization), parts, by=info.context.viewer
        )
        return AddErrorTypeSuccess(error_type=ErrorType.of(new))

    @strawberry.mutation
    async def change_error_type(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The type.")],
        said: Annotated[ErrorTypeInput, strawberry.argument(description="What is new.")],
    ) -> ChangeErrorTypeResult:
        """Change an error type, for events that come from now on."""
        configuration = info.context.house.errors.configuration
        after = await configuration.change_error_type(
            error_type_id(id), said_in(said, _KIND, _SAID[:1] + _SAID[2:]), by=info.context.viewer
        )
        return ChangeErrorTypeSuccess(error_type=ErrorType.of(after))

    @strawberry.mutation
    async def change_severity_level(
        self,
        info: Info,
        organization: Organization,
        severity: Annotated[Severity, strawberry.argument(description="The rung.")],
        said: Annotated[SeverityLevelInput, strawberry.argument(description="What is new.")],
    ) -> ChangeSeverityLevelResult:
        """Change what a rung promises, for errors that are new or get it from now on."""
        parts = said_in(said, _RUNG, ("label", "pages"))
        for name in ("response_target", "resolve_target"):
            if f"{name}_minutes" in parts:
                parts[name] = _span(parts.pop(f"{name}_minutes"), name)
        configuration = info.context.house.errors.configuration
        after = await configuration.change_severity_level(
            organization_named(organization), severity, parts, by=info.context.viewer
        )
        return ChangeSeverityLevelSuccess(severity_level=SeverityLevel.of(after))

    @strawberry.mutation
    async def set_quiet_period(
        self,
        info: Info,
        organization: Organization,
        hours: Annotated[
            int | None,
            strawberry.argument(description="1 to 8,784 hours; null: errors stay until resolved."),
        ] = None,
    ) -> SetQuietPeriodResult:
        """Set after how long a quiet error that nobody works on counts as resolved."""
        if hours is not None and not 1 <= hours <= 366 * 24:
            raise Refused("A quiet period is of an hour to 366 days.", field="hours")
        after = await info.context.house.errors.configuration.set_quiet_period(
            organization_named(organization),
            None if hours is None else timedelta(hours=hours),
            by=info.context.viewer,
        )
        settings = TriageSettings(auto_resolve_after_hours=hours_of(after))
        return SetQuietPeriodSuccess(settings=settings)


def _needs(said: dict[str, object], *names: str) -> None:
    for name in names:
        if name not in said:
            raise Refused("This must be said of a new one.", field=name)


def _span(minutes: object, name: str) -> timedelta | None:
    if minutes is None:
        return None
    if not isinstance(minutes, int) or not 1 <= minutes <= _MOST_MINUTES:
        raise Refused("A target is of a minute to 366 days.", field=f"{name}_minutes")
    return timedelta(minutes=minutes)
