"""Identities: who somebody is at the provider that they sign in with; for the system alone."""

from datetime import datetime

from sqlalchemy import Index, Table, select
from sqlalchemy.dialects.postgresql import insert

from domain.ids import UserId
from persistence.database import Reading, Writing
from persistence.tables import (
    Column,
    at_most,
    created_columns,
    metadata,
    names_user,
    text_column,
    time_column,
    uuid_column,
)

identities = Table(
    "identities",
    metadata,
    Column("issuer", text_column("issuer").type, primary_key=True),
    Column("subject", text_column("subject").type, primary_key=True),
    uuid_column("user_id"),
    time_column("last_used_at"),
    *created_columns(mutable=False),
    names_user("user_id"),
    at_most("issuer", 500),
    at_most("subject", 255),
    Index(None, "user_id"),
)


async def user_of(db: Reading, issuer: str, subject: str) -> UserId | None:
    """Return the user whom a provider knows as this subject."""
    rows = await db.execute(
        select(identities.c.user_id).where(
            (identities.c.issuer == issuer) & (identities.c.subject == subject)
        )
    )
    found = rows.scalar_one_or_none()
    return None if found is None else UserId(found)


async def put(db: Writing, issuer: str, subject: str, user: UserId, at: datetime) -> None:
    """Remember who a subject is, and that they came."""
    await db.execute(
        insert(identities)
        .values(issuer=issuer, subject=subject, user_id=user, last_used_at=at, created_at=at)
        .on_conflict_do_update(
            index_elements=[identities.c.issuer, identities.c.subject],
            set_={"last_used_at": at},
        )
    )
