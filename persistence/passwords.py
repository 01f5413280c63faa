"""Passwords, as hashes, and links that are good once; the caller must have the system scope."""

from datetime import datetime

from sqlalchemy import Boolean, Index, LargeBinary, Table, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from domain.ids import UserId
from domain.links import LinkPurpose, SignInLink
from persistence.database import Reading, Writing
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

passwords = Table(
    "passwords",
    metadata,
    uuid_column("user_id", primary_key=True),
    text_column("hash"),
    *created_columns(),
    names_user("user_id"),
    at_most("hash", 500),
)

sign_in_links = Table(
    "sign_in_links",
    metadata,
    Column("secret_hash", LargeBinary, primary_key=True),
    uuid_column("user_id"),
    text_column("purpose"),
    Column("is_mailed", Boolean, nullable=False),
    time_column("expires_at"),
    time_column("used_at", nullable=True),
    *created_columns(mutable=False),
    names_user("user_id"),
    one_of("purpose", LinkPurpose),
    Index(None, "user_id"),
    Index(None, "expires_at"),
)


async def hash_of(db: Reading, user: UserId) -> str | None:
    """Return the hash of a user's password, None when they have none."""
    rows = await db.execute(select(passwords.c.hash).where(passwords.c.user_id == user))
    found: str | None = rows.scalar_one_or_none()
    return found


async def put(db: Writing, user: UserId, hash_: str, at: datetime) -> None:
    """Set a user's password."""
    values = {"hash": hash_, "updated_at": at}
    await db.execute(
        insert(passwords)
        .values(user_id=user, created_at=at, **values)
        .on_conflict_do_update(index_elements=[passwords.c.user_id], set_=values)
    )


async def exchange(db: Writing, user: UserId, before: str, after: str, at: datetime) -> None:
    """Write the hash anew, unless the password was changed meanwhile."""
    same = (passwords.c.user_id == user) & (passwords.c.hash == before)
    await db.execute(update(passwords).where(same).values(hash=after, updated_at=at))


async def remove(db: Writing, user: UserId) -> None:
    """Take a user's password away."""
    await db.execute(delete(passwords).where(passwords.c.user_id == user))


async def add_link(db: Writing, link: SignInLink, *, secret_hash: bytes, at: datetime) -> None:
    """Add a link, and forget those that are long past."""
    await db.execute(delete(sign_in_links).where(sign_in_links.c.expires_at < at))
    await db.execute(
        insert(sign_in_links).values(
            secret_hash=secret_hash,
            user_id=link.user_id,
            purpose=link.purpose.value,
            is_mailed=link.is_mailed,
            expires_at=link.expires_at,
            created_at=at,
        )
    )


async def link_of(db: Reading, secret_hash: bytes, purpose: LinkPurpose) -> SignInLink | None:
    """Return the link of a secret."""
    rows = await db.execute(
        select(sign_in_links).where(
            (sign_in_links.c.secret_hash == secret_hash)
            & (sign_in_links.c.purpose == purpose.value)
        )
    )
    row = rows.first()
    if row is None:
        return None
    return SignInLink(
        user_id=UserId(row.user_id),
        purpose=purpose,
        is_mailed=row.is_mailed,
        expires_at=row.expires_at,
        used_at=row.used_at,
    )


async def use_link(db: Writing, secret_hash: bytes, at: datetime) -> bool:
    """Use a link up; False if somebody was first."""
    unused = (sign_in_links.c.secret_hash == secret_hash) & sign_in_links.c.used_at.is_(None)
    written = await db.execute(update(sign_in_links).where(unused).values(used_at=at))
    return written.rowcount == 1


async def use_up_links(db: Writing, user: UserId, at: datetime) -> None:
    """Let no link of a user be good any more."""
    unused = (sign_in_links.c.user_id == user) & sign_in_links.c.used_at.is_(None)
    await db.execute(update(sign_in_links).where(unused).values(used_at=at))
