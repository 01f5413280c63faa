"""What people send of a suppression rule."""

from datetime import datetime, timedelta
from uuid import UUID

import strawberry

from application.suppression_rules import RuleDraft
from domain.failures import Invalid
from domain.levels import Severity
from domain.schedules import Schedule, Weekday, WeeklyWindow, time_of
from domain.suppression import (
    LONGEST_DESCRIPTION,
    LONGEST_NAME,
    SuppressionAction,
    SuppressionScope,
)
from domain.suppression_text import LONGEST_EXPRESSION, together
from graph.matchers import MatcherInput, matchers_of
from graph.texts import text_of


@strawberry.input
class SuppressionWindowInput:
    """From a time to another on some days; one that ends before it begins runs past midnight."""

    days: list[Weekday] = strawberry.field(description="The days on which it begins.")
    begins: str = strawberry.field(description="The time of day, such as 22:30.")
    ends: str = strawberry.field(description="The time of day, such as 06:00.")


@strawberry.input
class SuppressionScheduleInput:
    """The hours of the week in which a rule is on."""

    timezone: str = strawberry.field(description="Whose clocks count, such as Europe/Berlin.")
    windows: list[SuppressionWindowInput] = strawberry.field(description="The hours, 20 at most.")

    def schedule(self) -> Schedule:
        """Return what is meant."""
        return Schedule(
            timezone=text_of(self.timezone, field="timezone", maximum=64),
            windows=tuple(
                WeeklyWindow(
                    days=tuple(dict.fromkeys(window.days)),
                    begins=time_of(window.begins),
                    ends=time_of(window.ends),
                )
                for window in self.windows
            ),
        )


@strawberry.input
class SuppressionRuleInput:
    """Everything that a person decides of a suppression rule."""

    name: str = strawberry.field(description="What it is called, 200 characters at most.")
    action: SuppressionAction = strawberry.field(description="What happens to what it is for.")
    scope: SuppressionScope = strawberry.field(
        default=SuppressionScope.ERROR, description="What it suppresses."
    )
    description: str | None = strawberry.field(default=None, description="Why it is there.")
    matchers: list[MatcherInput] = strawberry.field(
        default_factory=list, description="What it is for: all must hold; 20 at most."
    )
    expression: str | None = strawberry.field(
        default=None, description="More matchers, one on each line, such as `type = TimeoutError`."
    )
    alert_rule: strawberry.ID | None = strawberry.field(
        default=None, description="Only alerts of this rule, by its UUID; of the scope ALERT."
    )
    downgrade_to: Severity | None = strawberry.field(
        default=None, description="What a downgrade leaves; one rung less when not said."
    )
    max_per_window: int | None = strawberry.field(
        default=None, description="How many of each window a rate limit lets pass."
    )
    window_seconds: int | None = strawberry.field(
        default=None, description="How long a window of a rate limit is, 1 to 86,400."
    )
    active_from: datetime | None = strawberry.field(
        default=None, description="It is on from this moment."
    )
    active_until: datetime | None = strawberry.field(
        default=None, description="It is on until this moment."
    )
    schedule: SuppressionScheduleInput | None = strawberry.field(
        default=None, description="The hours of the week in which it is on; always when null."
    )
    never_in_critical_window: bool = strawberry.field(
        default=True, description="Whether it does nothing while a critical window is open."
    )
    never_above: Severity = strawberry.field(
        default=Severity.EMERGENCY,
        description="It does nothing to what is of this severity or a higher one.",
    )
    expires_at: datetime | None = strawberry.field(
        default=None, description="After this moment it is off for good."
    )
    is_active: bool = strawberry.field(default=True, description="Whether it is switched on.")

    def draft(self) -> RuleDraft:
        """Return what is meant, or refuse what cannot be stored."""
        written = _text(self.expression, "expression", LONGEST_EXPRESSION)
        seconds = self.window_seconds
        return RuleDraft(
            scope=self.scope,
            name=text_of(self.name, field="name", maximum=LONGEST_NAME).strip(),
            description=_text(self.description, "description", LONGEST_DESCRIPTION),
            matchers=together(matchers_of(self.matchers).all, written),
            expression=written,
            alert_rule_id=_uuid(self.alert_rule),
            action=self.action,
            downgrade_to=self.downgrade_to,
            max_per_window=self.max_per_window,
            window=None if seconds is None else timedelta(seconds=seconds),
            active_from=self.active_from,
            active_until=self.active_until,
            schedule=None if self.schedule is None else self.schedule.schedule(),
            never_in_critical_window=self.never_in_critical_window,
            never_above=self.never_above,
            expires_at=self.expires_at,
            is_active=self.is_active,
        )


def _text(text: str | None, field: str, maximum: int) -> str | None:
    return text_of(text, field=field, maximum=maximum) if text else None


def _uuid(text: str | None) -> UUID | None:
    if text is None:
        return None
    try:
        return UUID(text)
    except ValueError as error:
        raise Invalid("An alert rule is named by its UUID.", field="alertRule") from error
