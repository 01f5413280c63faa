"""Standing: what a batch changes of how errors stand, beside their counts.

What came back begins anew, and what was ignored for so many occurrences or users is so no more.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from application.clock import Clock
from application.digest.batch import Group
from domain.activities import Activity, ActivityKind
from domain.errors import ErrorStatus, Verdict
from domain.feed import Change, FeedKind
from domain.ids import ActivityId, ErrorId, OrganizationId
from domain.ignoring import IgnoreCondition, ignore_ended
from persistence import activities, resolutions
from persistence.database import RawConnection
from persistence.errors import standings


async def settle(db: RawConnection, clock: Clock, groups: Sequence[Group]) -> list[Change]:
    """Write what follows for the errors of a batch, once their counts are written."""
    came_back = _named(groups, Verdict.REGRESSED)
    if came_back:
        await _begin_anew(db, clock, came_back)
    muted = _named(groups, Verdict.MUTED)
    return await _stop_ignoring(db, clock, muted) if muted else []


async def _begin_anew(
    db: RawConnection, clock: Clock, came_back: Sequence[tuple[OrganizationId, ErrorId]]
) -> None:
    at = clock.now()
    left = await standings.restart_targets(db, came_back, at)
    if left:
        await resolutions.revert(db, left, at)


async def _stop_ignoring(
    db: RawConnection, clock: Clock, muted: Sequence[tuple[OrganizationId, ErrorId]]
) -> list[Change]:
    at = clock.now()
    ended = [
        row
        for row in await standings.under_conditions(db, muted)
        if ignore_ended(
            IgnoreCondition.of_json(row["ignore_condition"]),
            occurrences=row["occurrence_count"],
            users=row["users_affected_count"],
        )
    ]
    if not ended:
        return []
    await standings.stop_ignoring(db, [(row["organization_id"], row["id"]) for row in ended], at)
    told = [
        Activity(
            id=ActivityId(clock.new_id()),
            organization_id=row["organization_id"],
            error_id=row["id"],
            kind=ActivityKind.IGNORE_ENDED,
            actor_id=None,
            at=at,
            data={"before": ErrorStatus.IGNORED.value, "after": ErrorStatus.OPEN.value},
        )
        for row in ended
    ]
    await activities.add_many(db, told)
    return [_opened(row, each) for row, each in zip(ended, told, strict=True)]


def _opened(row: Mapping[str, Any], told: Activity) -> Change:
    people = ("assigned_to", "team_id")
    return Change(
        organization_id=row["organization_id"],
        kind=FeedKind.ERROR_CHANGED,
        subject_id=row["id"],
        at=told.at,
        payload={
            "service_id": str(row["service_id"]),
            "status": ErrorStatus.OPEN.value,
            "level": row["level"],
            "severity": row["severity"],
            "environment": row["environment"],
            "type": row["error_type"],
            **{name: None if row[name] is None else str(row[name]) for name in people},
            "before": {"status": ErrorStatus.IGNORED.value},
            "activities": [str(told.id)],
        },
    )


def _named(groups: Sequence[Group], verdict: Verdict) -> list[tuple[OrganizationId, ErrorId]]:
    return [(group.organization_id, group.error_id) for group in groups if group.verdict is verdict]
