"""Grouping rules: what the people of an organization decided about grouping, and in which order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.failures import Invalid
from domain.grouping.config import LOOKED_BACK, MOST_BEFORE, VERSION, VERSIONS, GroupingConfig
from domain.grouping.rules import Rule
from domain.ids import OrganizationId, UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupingRule:
    """A rule with its place in the order of its organization's rules."""

    organization_id: OrganizationId
    rule: Rule
    position: int
    is_active: bool
    created_by: UserId | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerGrouping:
    """How an organization's events grouped until a change; its hashes are looked up for a while."""

    version: int
    rules: tuple[Rule, ...]
    ended_at: datetime


def config_of(
    version: int, rules: Sequence[Rule], former: Iterable[FormerGrouping], *, at: datetime
) -> GroupingConfig:
    """Return how an organization's events group at a moment, with what is still looked up."""
    return GroupingConfig(
        version=version,
        rules=tuple(rules),
        before=tuple(
            GroupingConfig(version=was.version, rules=was.rules) for was in _looked_up(former, at)
        ),
    )


def _looked_up(former: Iterable[FormerGrouping], at: datetime) -> list[FormerGrouping]:
    """Return the newest of the former ways, and the oldest, under which most errors began."""
    fresh = [was for was in former if at - was.ended_at < LOOKED_BACK]
    newest = sorted(fresh, key=lambda was: was.ended_at, reverse=True)
    return newest if len(newest) <= MOST_BEFORE else [*newest[: MOST_BEFORE - 1], newest[-1]]


def next_version(version: int, wanted: int = VERSION) -> int:
    """Return the version to move to, or refuse to go back or to what does not exist."""
    if wanted not in VERSIONS:
        raise Invalid(f"There is no grouping version {wanted}.", field="version")
    if wanted <= version:
        raise Invalid(f"The organization is at version {version} already.", field="version")
    return wanted
