"""Suppression: what people decided not to hear of, and what happens to it instead (PAT-05).

A rule is for what its matchers say, within the time that it is on. It never touches what is as bad
as `never_above` or worse, so that nobody silences an emergency by an old rule.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from domain.failures import Invalid
from domain.ids import OrganizationId, SuppressionRuleId, UserId
from domain.levels import SEVERITY_RANK, Severity
from domain.matching import Facts, Matchers
from domain.schedules import Schedule

MAX_RULES = 200
LONGEST_NAME = 200
LONGEST_DESCRIPTION = 2000
LONGEST_WINDOW = timedelta(days=1)
SHORTEST_WINDOW = timedelta(seconds=1)
MAX_PER_WINDOW = 1_000_000


class SuppressionScope(StrEnum):
    """What a rule suppresses."""

    ERROR = "error"
    ALERT = "alert"
    NOTIFICATION = "notification"


class SuppressionAction(StrEnum):
    """What happens to what a rule is for; of several rules the first in this order decides."""

    DROP = "drop"
    RATE_LIMIT = "rate_limit"
    STORE_ONLY = "store_only"
    MUTE = "mute"
    DOWNGRADE = "downgrade"


_STRENGTH = {action: rank for rank, action in enumerate(SuppressionAction)}


@dataclass(frozen=True, slots=True, kw_only=True)
class SuppressionRule:
    """A rule as it stands; `expression` is how its matchers were written, if as a text."""

    id: SuppressionRuleId
    organization_id: OrganizationId
    scope: SuppressionScope
    name: str
    description: str | None
    matchers: Matchers
    expression: str | None
    alert_rule_id: UUID | None
    action: SuppressionAction
    downgrade_to: Severity | None
    max_per_window: int | None
    window: timedelta | None
    active_from: datetime | None
    active_until: datetime | None
    schedule: Schedule | None
    never_in_critical_window: bool
    never_above: Severity
    expires_at: datetime | None
    is_active: bool
    created_by: UserId | None
    created_at: datetime
    updated_at: datetime
    hit_count: int = 0
    last_hit_at: datetime | None = None

    def __post_init__(self) -> None:
        """Refuse a rule that means nothing."""
        _check_texts(self.name, self.description)
        if not self.matchers.all:
            raise Invalid(
                "A rule says what it is for: give at least one matcher.", field="matchers"
            )
        _check_window(self.action, self.max_per_window, self.window)
        if self.downgrade_to is not None and self.action is not SuppressionAction.DOWNGRADE:
            raise Invalid("Only a downgrade has a severity to go to.", field="downgradeTo")
        begin, end = self.active_from, self.active_until
        if begin is not None and end is not None and end <= begin:
            raise Invalid("A rule ends after it begins.", field="activeUntil")
        if self.alert_rule_id is not None and self.scope is not SuppressionScope.ALERT:
            raise Invalid("Only a rule for alerts may name an alert rule.", field="alertRule")

    def is_on(self, at: datetime) -> bool:
        """Say whether the rule is in force at a moment."""
        return (
            self.is_active
            and (self.active_from is None or self.active_from <= at)
            and (self.active_until is None or at < self.active_until)
            and (self.expires_at is None or at < self.expires_at)
            and (self.schedule is None or self.schedule.holds(at))
        )

    def spares(self, severity: Severity) -> bool:
        """Say whether something is too bad for this rule."""
        return SEVERITY_RANK[severity] >= SEVERITY_RANK[self.never_above]


@dataclass(frozen=True, slots=True)
class Suppression:
    """What a rule decided: the action, and what it needs to be carried out."""

    rule_id: SuppressionRuleId
    action: SuppressionAction
    severity: Severity
    max_per_window: int | None = None
    window: timedelta | None = None


def verdict(
    rules: Iterable[SuppressionRule],
    facts: Facts,
    severity: Severity,
    at: datetime,
    *,
    scope: SuppressionScope = SuppressionScope.ERROR,
    is_critical_window: bool = False,
) -> Suppression | None:
    """Return what the rules of an organization decide, or None; the strongest action wins."""
    fitting = (rule for rule in rules if rule.scope is scope and rule.matchers.hold(facts))
    return decided(fitting, severity, at, is_critical_window=is_critical_window)


def decided(
    fitting: Iterable[SuppressionRule],
    severity: Severity,
    at: datetime,
    *,
    is_critical_window: bool = False,
) -> Suppression | None:
    """Return what rules decide whose matchers hold, or None; the strongest action wins.

    `severity` of a suppression is the one that is left: lower only after a downgrade.
    """
    found = [
        rule
        for rule in fitting
        if not rule.spares(severity)
        and not (is_critical_window and rule.never_in_critical_window)
        and rule.is_on(at)
    ]
    if not found:
        return None
    rule = min(found, key=lambda one: (_STRENGTH[one.action], one.created_at, one.id))
    left = severity
    if rule.action is SuppressionAction.DOWNGRADE:
        left = downgraded(severity, rule.downgrade_to)
    return Suppression(rule.id, rule.action, left, rule.max_per_window, rule.window)


def downgraded(severity: Severity, to: Severity | None = None) -> Severity:
    """Return one rung less, or what is named if that is less; never more."""
    ladder = list(Severity)
    rank = SEVERITY_RANK[severity]
    wanted = rank - 1 if to is None else SEVERITY_RANK[to]
    return ladder[max(0, min(rank, wanted))]


def window_of(at: datetime, window: timedelta) -> datetime:
    """Return when the window began that a moment is in: windows follow one another in time."""
    seconds = window.total_seconds()
    return datetime.fromtimestamp(at.timestamp() // seconds * seconds, at.tzinfo)


def _check_texts(name: str, description: str | None) -> None:
    if not name.strip() or len(name) > LONGEST_NAME:
        raise Invalid(f"A name has 1 to {LONGEST_NAME} characters.", field="name")
    if description is not None and len(description) > LONGEST_DESCRIPTION:
        raise Invalid(
            f"A description has at most {LONGEST_DESCRIPTION} characters.", field="description"
        )


def _check_window(
    action: SuppressionAction, max_per_window: int | None, window: timedelta | None
) -> None:
    if action is not SuppressionAction.RATE_LIMIT:
        if max_per_window is not None or window is not None:
            raise Invalid("Only a rate limit has a window.", field="maxPerWindow")
        return
    if max_per_window is None or not 0 <= max_per_window <= MAX_PER_WINDOW:
        raise Invalid(
            f"A rate limit says how many it lets pass, 0 to {MAX_PER_WINDOW:,}.",
            field="maxPerWindow",
        )
    if window is None or not SHORTEST_WINDOW <= window <= LONGEST_WINDOW:
        raise Invalid("A window is between a second and a day.", field="windowSeconds")
