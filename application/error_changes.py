"""The feed's word of an error: what everybody who watches is told, and what they filter by.

A change also says what was otherwise before it: who shows only some of the errors learns so that
one has left.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from domain.activities import Activity, ActivityKind
from domain.deadlines import TOLD_AS
from domain.errors import ErrorStatus
from domain.feed import Change, FeedKind
from domain.ids import ErrorId, OrganizationId, ServiceId, TeamId, UserId
from domain.levels import LogLevel, Severity


class Described(Protocol):
    """As much of an error as subscribers filter by."""

    @property
    def service_id(self) -> ServiceId:
        """The service that it goes wrong in."""
        ...

    @property
    def status(self) -> ErrorStatus:
        """Where it stands in its life."""
        ...

    @property
    def level(self) -> LogLevel:
        """How loudly the source reported it last."""
        ...

    @property
    def severity(self) -> Severity:
        """How much it matters."""
        ...

    @property
    def environment(self) -> str | None:
        """Where it happens."""
        ...

    @property
    def error_type(self) -> str:
        """The code of its type."""
        ...

    @property
    def assigned_to(self) -> UserId | None:
        """Who has it."""
        ...

    @property
    def team_id(self) -> TeamId | None:
        """The team that has it."""
        ...


class Told(Described, Protocol):
    """An error, or as much of one as the word needs."""

    @property
    def id(self) -> ErrorId:
        """Which error it is."""
        ...

    @property
    def organization_id(self) -> OrganizationId:
        """Whose it is."""
        ...


def words_of(error: Described) -> dict[str, object]:
    """Return what subscribers filter by, as it is now."""
    return {
        "service_id": str(error.service_id),
        "status": error.status.value,
        "level": error.level.value,
        "severity": error.severity.value,
        "environment": error.environment,
        "type": error.error_type,
        "assigned_to": None if error.assigned_to is None else str(error.assigned_to),
        "team_id": None if error.team_id is None else str(error.team_id),
    }


def change_of(
    error: Told,
    at: datetime,
    kind: FeedKind = FeedKind.ERROR_CHANGED,
    *,
    before: Described | None = None,
    more: Mapping[str, object] | None = None,
) -> Change:
    """Return the feed's word of an error as it stands now, with what stood otherwise before."""
    words = words_of(error)
    was = {} if before is None else told_before(words_of(before), words)
    return Change(
        organization_id=error.organization_id,
        kind=kind,
        subject_id=error.id,
        at=at,
        payload={**words, **was, **(more or {})},
    )


def told_before(before: Mapping[str, object], after: Mapping[str, object]) -> dict[str, object]:
    """Return the words that stood otherwise, under the name that they have in an entry."""
    was = {name: value for name, value in before.items() if value != after[name]}
    return {"before": was} if was else {}


_PEOPLE = {ActivityKind.ASSIGNED: "given", ActivityKind.UNASSIGNED: "taken"}
_DUE = {activity: kind for kind, activity in TOLD_AS.items()}


def words_of_people(told: Sequence[Activity]) -> dict[str, object]:
    """Return which activities tell of a change, and what they say of who has the error.

    That is whom it was given to, from whom it was taken, and that it is due soon or overdue.
    """
    words: dict[str, object] = {"activities": [str(each.id) for each in told]}
    people: dict[str, list[str]] = defaultdict(list)
    for each in told:
        word = _PEOPLE.get(each.kind)
        if word is not None and each.data.get("assignee") is not None:
            people[word].append(str(each.data["assignee"]))
        elif each.kind in _DUE:
            words["due"] = str(_DUE[each.kind])
    return words | people
