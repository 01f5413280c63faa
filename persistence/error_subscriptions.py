"""Subscriptions: who wants to hear of an error."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Boolean, Table, select

from domain.ids import ErrorId, OrganizationId, UserId
from domain.subscriptions import SubscriptionReason
from persistence.database import RawConnection, Reading
from persistence.reach import Reach
from persistence.tables import (
    Column,
    created_columns,
    metadata,
    names_user,
    one_of,
    organization_column,
    part_of,
    text_column,
    uuid_column,
)

MAX_SUBSCRIBERS = 1000

error_subscriptions = Table(
    "error_subscriptions",
    metadata,
    organization_column(),
    uuid_column("error_id", primary_key=True),
    uuid_column("user_id", primary_key=True),
    Column("is_subscribed", Boolean, nullable=False),
    text_column("reason"),
    *created_columns(),
    part_of("error_id", "errors"),
    names_user("user_id"),
    one_of("reason", SubscriptionReason),
)

_SAY = """
INSERT INTO error_subscriptions AS s
    (organization_id, error_id, user_id, is_subscribed, reason, created_at, updated_at)
SELECT $1, e, u, $4, $5, $6, $6
FROM unnest($2::uuid[]) AS e, unnest($3::uuid[]) AS u
ORDER BY e, u
ON CONFLICT (organization_id, error_id, user_id) {conflict}
"""
_ASKED = _SAY.format(
    conflict="DO UPDATE SET is_subscribed = excluded.is_subscribed, reason = excluded.reason,"
    " updated_at = excluded.updated_at WHERE s.is_subscribed <> excluded.is_subscribed"
    " RETURNING s.error_id"
)
# Who has decided before is not asked again by what they do.
_IMPLIED = _SAY.format(conflict="DO NOTHING RETURNING s.error_id")


async def say(
    db: RawConnection,
    organization: OrganizationId,
    errors: Sequence[ErrorId],
    users: Sequence[UserId],
    *,
    reason: SubscriptionReason,
    at: datetime,
    is_subscribed: bool = True,
) -> list[ErrorId]:
    """Let people hear of errors, or no more; return the errors for which that is news."""
    statement = _ASKED if reason is SubscriptionReason.ASKED else _IMPLIED
    rows = await db.fetch(
        statement, organization, list(errors), list(users), is_subscribed, reason.value, at
    )
    return [ErrorId(row["error_id"]) for row in rows]


async def subscribers_of(
    db: Reading, ids: Sequence[ErrorId], reach: Reach
) -> dict[ErrorId, list[UserId]]:
    """Return who hears of each of these errors, at most a thousand in all of each."""
    rows = error_subscriptions.c
    found = await db.execute(
        select(rows.error_id, rows.user_id)
        .where(reach.condition(error_subscriptions), rows.error_id.in_(ids), rows.is_subscribed)
        .order_by(rows.error_id, rows.created_at, rows.user_id)
        .limit(MAX_SUBSCRIBERS * len(ids)),
        reach.values(),
    )
    of: dict[ErrorId, list[UserId]] = {id_: [] for id_ in ids}
    for row in found:
        of[ErrorId(row.error_id)].append(UserId(row.user_id))
    return of
