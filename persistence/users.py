"""Users: global rows; the application sees those who share an organization with the caller."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Boolean, Row, Table, UniqueConstraint, insert, select, update
from sqlalchemy.exc import IntegrityError

from domain.ids import UserId
from domain.users import User
from persistence.database import Reading, Writing, note_access_changed
from persistence.tables import (
    Column,
    at_most,
    created_columns,
    metadata,
    text,
    text_column,
    time_column,
    uuid_column,
)

users = Table(
    "users",
    metadata,
    uuid_column("id", primary_key=True),
    text_column("email"),
    text_column("name"),
    Column("is_system_admin", Boolean, nullable=False, server_default=text("false")),
    Column("is_active", Boolean, nullable=False, server_default=text("true")),
    time_column("anonymized_at", nullable=True),
    *created_columns(),
    time_column("email_verified_at", nullable=True),
    UniqueConstraint("email"),
    at_most("email", 255),
    at_most("name", 255),
)


def user_of(row: Row[tuple[object, ...]]) -> User:
    """Return the user of a row."""
    return User(
        id=UserId(row.id),
        email=row.email,
        name=row.name,
        is_system_admin=row.is_system_admin,
        is_active=row.is_active,
        created_at=row.created_at,
        email_verified_at=row.email_verified_at,
    )


async def add(db: Writing, user: User) -> None:
    """Add a person."""
    await db.execute(
        insert(users).values(
            id=user.id,
            email=user.email,
            name=user.name,
            is_system_admin=user.is_system_admin,
            is_active=user.is_active,
            created_at=user.created_at,
            email_verified_at=user.email_verified_at,
        )
    )


async def add_if_absent(db: Writing, user: User) -> bool:
    """Add a person; False if there is somebody with this address."""
    try:
        async with db.begin_nested():
            await add(db, user)
    except IntegrityError:
        return False
    return True


async def by_ids(db: Reading, ids: Sequence[UserId]) -> dict[UserId, User]:
    """Return the users of these ids that the caller may see."""
    rows = await db.execute(select(users).where(users.c.id.in_(ids)))
    return {(found := user_of(row)).id: found for row in rows}


async def by_email(db: Reading, email: str) -> User | None:
    """Return the user who signs in with this address."""
    row = (await db.execute(select(users).where(users.c.email == email))).first()
    return None if row is None else user_of(row)


async def verified(db: Writing, id_: UserId, at: datetime) -> None:
    """Note that a user's address is theirs."""
    unknown = (users.c.id == id_) & users.c.email_verified_at.is_(None)
    await db.execute(update(users).where(unknown).values(email_verified_at=at))


async def rename(db: Writing, id_: UserId, name: str) -> None:
    """Note what a person is called."""
    changed = {"name": name, "updated_at": text("now()")}
    await db.execute(update(users).where(users.c.id == id_).values(changed))


async def set_active(db: Writing, id_: UserId, *, is_active: bool) -> None:
    """Let a person sign in, or not."""
    note_access_changed(db)
    await db.execute(
        update(users).where(users.c.id == id_).values(is_active=is_active, updated_at=text("now()"))
    )


async def set_system_admin(db: Writing, id_: UserId, *, is_system_admin: bool) -> None:
    """Let a person administer the whole installation, or no more."""
    note_access_changed(db)
    await db.execute(
        update(users)
        .where(users.c.id == id_)
        .values(is_system_admin=is_system_admin, updated_at=text("now()"))
    )


async def held_administrators(db: Writing) -> set[UserId]:
    """Return who administers the installation and may sign in; nobody else changes that now."""
    rows = await db.execute(
        select(users.c.id)
        .where(users.c.is_system_admin, users.c.is_active)
        .order_by(users.c.id)
        .with_for_update()
    )
    return {UserId(row.id) for row in rows}
