"""Sign-ins, found by the hash of their secret; the caller must have the system scope."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Index,
    LargeBinary,
    Row,
    Table,
    UniqueConstraint,
    delete,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import INET

from domain.ids import SignInId, UserId
from domain.sign_ins import IDLE, MOST_OF_A_USER, SignIn, SignInMethod
from persistence.database import RawConnection, Reading, Writing, note_access_changed
from persistence.tables import (
    Column,
    at_most,
    created_columns,
    metadata,
    names_user,
    one_of,
    text_column,
    time_column,
    uuid_column,
)

sign_ins = Table(
    "sign_ins",
    metadata,
    uuid_column("id", primary_key=True),
    uuid_column("user_id"),
    Column("secret_hash", LargeBinary, nullable=False),
    text_column("method"),
    text_column("user_agent", nullable=True),
    Column("address", INET),
    time_column("last_seen_at"),
    time_column("expires_at"),
    time_column("revoked_at", nullable=True),
    *created_columns(mutable=False),
    UniqueConstraint("secret_hash"),
    names_user("user_id"),
    one_of("method", SignInMethod),
    at_most("user_agent", 500),
    Index(None, "user_id", text("created_at DESC")),
    Index(None, "last_seen_at"),
)


def _sign_in(row: Row[tuple[object, ...]]) -> SignIn:
    return SignIn(
        id=SignInId(row.id),
        user_id=UserId(row.user_id),
        method=SignInMethod(row.method),
        user_agent=row.user_agent,
        address=None if row.address is None else str(row.address),
        last_seen_at=row.last_seen_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        created_at=row.created_at,
    )


async def add(db: Writing, sign_in: SignIn, *, secret_hash: bytes) -> None:
    """Add a sign-in; its secret is known only by its hash."""
    await db.execute(
        insert(sign_ins).values(
            id=sign_in.id,
            user_id=sign_in.user_id,
            secret_hash=secret_hash,
            method=sign_in.method.value,
            user_agent=sign_in.user_agent,
            address=sign_in.address,
            last_seen_at=sign_in.last_seen_at,
            expires_at=sign_in.expires_at,
            created_at=sign_in.created_at,
        )
    )


async def by_hashes(db: Reading, hashes: Sequence[bytes]) -> dict[bytes, SignIn]:
    """Return the sign-ins of these secrets."""
    rows = await db.execute(select(sign_ins).where(sign_ins.c.secret_hash.in_(hashes)))
    return {bytes(row.secret_hash): _sign_in(row) for row in rows}


async def by_ids(db: Reading, ids: Sequence[SignInId]) -> dict[SignInId, SignIn]:
    """Return the sign-ins of these ids."""
    rows = await db.execute(select(sign_ins).where(sign_ins.c.id.in_(ids)))
    return {(found := _sign_in(row)).id: found for row in rows}


async def open_of(db: Reading, user: UserId, at: datetime) -> list[SignIn]:
    """Return a user's sign-ins that still open the door, newest first."""
    rows = await db.execute(
        select(sign_ins)
        .where(sign_ins.c.user_id == user, *_is_open(at))
        .order_by(sign_ins.c.created_at.desc(), sign_ins.c.id.desc())
        .limit(MOST_OF_A_USER)
    )
    return [_sign_in(row) for row in rows]


async def revoke(db: Writing, id_: SignInId, user: UserId, at: datetime) -> bool:
    """End a user's sign-in; False if there is no such open one."""
    note_access_changed(db)
    own = (sign_ins.c.id == id_) & (sign_ins.c.user_id == user) & sign_ins.c.revoked_at.is_(None)
    written = await db.execute(update(sign_ins).where(own).values(revoked_at=at))
    return written.rowcount == 1


async def revoke_all(
    db: Writing, user: UserId, at: datetime, *, but: SignInId | None = None
) -> int:
    """End a user's open sign-ins, all or all but one; return how many."""
    note_access_changed(db)
    own = [sign_ins.c.user_id == user, *_is_open(at)]
    if but is not None:
        own.append(sign_ins.c.id != but)
    written = await db.execute(update(sign_ins).where(*own).values(revoked_at=at))
    return written.rowcount


async def keep_newest(db: Writing, user: UserId, at: datetime) -> None:
    """End the oldest of too many sign-ins."""
    note_access_changed(db)
    newest = (
        select(sign_ins.c.id)
        .where(sign_ins.c.user_id == user, *_is_open(at))
        .order_by(sign_ins.c.created_at.desc(), sign_ins.c.id.desc())
        .limit(MOST_OF_A_USER)
    )
    too_many = [sign_ins.c.user_id == user, *_is_open(at), sign_ins.c.id.not_in(newest)]
    await db.execute(update(sign_ins).where(*too_many).values(revoked_at=at))


async def forget_before(db: Writing, before: datetime, most: int) -> int:
    """Forget sign-ins that were last seen before a moment."""
    old = select(sign_ins.c.id).where(sign_ins.c.last_seen_at < before).limit(most)
    written = await db.execute(delete(sign_ins).where(sign_ins.c.id.in_(old)))
    return written.rowcount


async def note_use(db: RawConnection, seen: Mapping[SignInId, datetime]) -> None:
    """Write when sign-ins were last seen."""
    ordered = sorted(seen)
    await db.execute(
        "UPDATE sign_ins s SET last_seen_at = u.at "
        "FROM unnest($1::uuid[], $2::timestamptz[]) AS u (id, at) "
        "WHERE s.id = u.id AND s.last_seen_at < u.at",
        ordered,
        [seen[id_] for id_ in ordered],
    )


def _is_open(at: datetime) -> list[ColumnElement[bool]]:
    return [
        sign_ins.c.revoked_at.is_(None),
        sign_ins.c.expires_at > at,
        sign_ins.c.last_seen_at > at - IDLE,
    ]
