"""Notifications: each person's inbox. Row-level security shows everybody their own alone."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Index,
    Integer,
    RowMapping,
    Table,
    bindparam,
    func,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import UUID

from domain.ids import ErrorId, NotificationId, OrganizationId, TeamId, UserId
from domain.notifications import MAX_TITLE, Notification, NotificationKind, SubjectKind
from persistence.database import RawConnection, Reading, Writing
from persistence.pages import Found, Keyset, Page, Place, found_on, one_more
from persistence.reach import Reach
from persistence.tables import (
    Column,
    at_most,
    created_columns,
    metadata,
    names_user,
    of_tenant,
    organization_column,
    text_column,
    time_column,
    uuid_column,
)

KEYSET = Keyset("nt", "created_at")

notifications = Table(
    "notifications",
    metadata,
    organization_column(),
    uuid_column("id", primary_key=True),
    uuid_column("user_id"),
    text_column("kind"),
    text_column("subject_kind"),
    uuid_column("subject_id"),
    text_column("title"),
    Column("quantity", Integer, nullable=False, server_default=text("1")),
    uuid_column("actor_id", nullable=True),
    *created_columns(mutable=False),
    time_column("read_at", nullable=True),
    of_tenant(),
    names_user("user_id"),
    names_user("actor_id"),
    at_most("kind", 50),
    at_most("subject_kind", 50),
    at_most("title", MAX_TITLE),
    Index(
        "notifications_listed_idx",
        "organization_id",
        "user_id",
        text("created_at DESC"),
        text("id DESC"),
    ),
    Index(
        "notifications_unread_idx",
        "organization_id",
        "user_id",
        postgresql_where=text("read_at IS NULL"),
    ),
)

_USER = bindparam("user", type_=UUID(as_uuid=True))

# What they are about is named as it is called now: both kinds of it have a title.
_ADD = """
INSERT INTO notifications (
    organization_id, id, user_id, kind, subject_kind, subject_id, quantity, actor_id, created_at,
    title
)
SELECT x.o, x.i, x.u, x.k, x.sk, x.s, x.q, x.a, x.t, left(coalesce(
    (SELECT e.title FROM errors e WHERE e.organization_id = x.o AND e.id = x.s),
    (SELECT r.title FROM user_reports r WHERE r.organization_id = x.o AND r.id = x.s), ''
), $10)
FROM unnest(
    $1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::uuid[], $7::int[], $8::uuid[],
    $9::timestamptz[]
) AS x (o, i, u, k, sk, s, q, a, t)
"""
_FOLLOWERS = """
SELECT error_id, user_id FROM error_subscriptions
WHERE organization_id = $1 AND error_id = ANY ($2::uuid[]) AND is_subscribed
"""
_IN_TEAMS = """
SELECT team_id, user_id FROM team_members
WHERE organization_id = $1 AND team_id = ANY ($2::uuid[])
"""
_MEMBERS = """
SELECT m.user_id FROM memberships m JOIN users u ON u.id = m.user_id
WHERE m.organization_id = $1 AND m.user_id = ANY ($2::uuid[]) AND u.is_active
"""
_FORGET = """
DELETE FROM notifications n USING (
    SELECT organization_id, id FROM notifications
    WHERE read_at < $1 OR created_at < $2 LIMIT $3
) x
WHERE n.organization_id = x.organization_id AND n.id = x.id
"""
# Those that were read go first, then the oldest.
_TRIM = """
DELETE FROM notifications n USING (
    SELECT organization_id, id FROM (
        SELECT organization_id, id, row_number() OVER (
            PARTITION BY organization_id, user_id
            ORDER BY read_at IS NULL DESC, created_at DESC, id DESC
        ) AS place
        FROM notifications
    ) placed
    WHERE place > $1 LIMIT $2
) x
WHERE n.organization_id = x.organization_id AND n.id = x.id
"""


async def add(db: RawConnection, new: Sequence[Notification]) -> None:
    """Add notifications, for whomever they are, under the titles of what they are about."""
    await db.execute(
        _ADD,
        [one.organization_id for one in new],
        [one.id for one in new],
        [one.user_id for one in new],
        [one.kind.value for one in new],
        [one.subject_kind.value for one in new],
        [one.subject_id for one in new],
        [one.quantity for one in new],
        [one.actor_id for one in new],
        [one.created_at for one in new],
        MAX_TITLE,
    )


async def followers_of(
    db: RawConnection, organization: OrganizationId, errors: Collection[ErrorId]
) -> dict[ErrorId, list[UserId]]:
    """Return who hears of each of these errors."""
    rows = await db.fetch(_FOLLOWERS, organization, list(errors)) if errors else []
    found: dict[ErrorId, list[UserId]] = {error: [] for error in errors}
    for row in rows:
        found[ErrorId(row["error_id"])].append(UserId(row["user_id"]))
    return found


async def in_teams(
    db: RawConnection, organization: OrganizationId, teams: Collection[TeamId]
) -> dict[TeamId, list[UserId]]:
    """Return who is in each of these teams."""
    rows = await db.fetch(_IN_TEAMS, organization, list(teams)) if teams else []
    found: dict[TeamId, list[UserId]] = {team: [] for team in teams}
    for row in rows:
        found[TeamId(row["team_id"])].append(UserId(row["user_id"]))
    return found


async def members_among(
    db: RawConnection, organization: OrganizationId, people: Collection[UserId]
) -> set[UserId]:
    """Return those of these people who belong to an organization and may sign in."""
    rows = await db.fetch(_MEMBERS, organization, list(people)) if people else []
    return {UserId(row["user_id"]) for row in rows}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which of somebody's notifications: all of these together."""

    user: UserId
    is_unread: bool | None = None
    kinds: tuple[NotificationKind, ...] | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return the conditions that they keep."""
        own = notifications.c
        found: list[ColumnElement[bool]] = [own.user_id == _USER]
        if self.is_unread is not None:
            found.append(own.read_at.is_(None) if self.is_unread else own.read_at.is_not(None))
        if self.kinds is not None:
            found.append(own.kind.in_(self.kinds))
        return found

    def values(self) -> Mapping[str, object]:
        """Return the values of the names that the conditions bind."""
        return {"user": self.user}


async def page_of(db: Reading, wanted: Wanted, page: Page, reach: Reach) -> Found[Notification]:
    """Return a page of somebody's notifications, newest first."""
    rows = await db.execute(
        select(notifications)
        .where(reach.condition(notifications), *wanted.conditions())
        .where(*page.conditions(KEYSET, notifications))
        .order_by(*page.order(KEYSET, notifications))
        .limit(one_more()),
        {**reach.values(), **wanted.values(), **page.values()},
    )
    found = [_notification(row) for row in rows.mappings()]
    return found_on(page, [(Place(each.created_at, each.id), each) for each in found])


async def count_of(db: Reading, wanted: Wanted, reach: Reach) -> int:
    """Return how many of somebody's notifications there are."""
    asked = select(func.count()).select_from(notifications)
    found = await db.execute(
        asked.where(reach.condition(notifications), *wanted.conditions()),
        {**reach.values(), **wanted.values()},
    )
    return int(found.scalar_one())


async def by_ids(
    db: Reading, user: UserId, ids: Sequence[NotificationId], reach: Reach
) -> dict[NotificationId, Notification]:
    """Return those of these notifications that are somebody's."""
    rows = await db.execute(
        select(notifications).where(
            reach.condition(notifications),
            notifications.c.user_id == _USER,
            notifications.c.id.in_(ids),
        ),
        {**reach.values(), "user": user},
    )
    return {(found := _notification(row)).id: found for row in rows.mappings()}


async def mark(
    db: Writing,
    wanted: Wanted,
    ids: Sequence[NotificationId] | None,
    *,
    read_at: datetime | None,
    reach: Reach,
) -> list[tuple[OrganizationId, NotificationId]]:
    """Note that somebody's notifications were read, or were not; return those that it changed."""
    own = notifications.c
    is_new = own.read_at.is_not(None) if read_at is None else own.read_at.is_(None)
    statement = (
        update(notifications)
        .where(reach.condition(notifications), *wanted.conditions(), is_new)
        .values(read_at=read_at)
        .returning(own.organization_id, own.id)
    )
    if ids is not None:
        statement = statement.where(own.id.in_(ids))
    rows = await db.execute(statement, {**reach.values(), **wanted.values()})
    return [(OrganizationId(row.organization_id), NotificationId(row.id)) for row in rows]


async def forget(
    db: RawConnection, *, read_before: datetime, created_before: datetime, limit: int
) -> int:
    """Forget notifications that were read or written so long ago; return how many."""
    done = await db.execute(_FORGET, read_before, created_before, limit)
    return int(done.rpartition(" ")[2])


async def trim(db: RawConnection, most: int, limit: int) -> int:
    """Forget what somebody has more of than so many; return how many."""
    done = await db.execute(_TRIM, most, limit)
    return int(done.rpartition(" ")[2])


def _notification(row: RowMapping | Mapping[str, Any]) -> Notification:
    return Notification(
        id=NotificationId(row["id"]),
        organization_id=OrganizationId(row["organization_id"]),
        user_id=UserId(row["user_id"]),
        kind=NotificationKind(row["kind"]),
        subject_kind=SubjectKind(row["subject_kind"]),
        subject_id=row["subject_id"],
        title=row["title"],
        quantity=row["quantity"],
        actor_id=None if row["actor_id"] is None else UserId(row["actor_id"]),
        created_at=row["created_at"],
        read_at=row["read_at"],
    )
