"""Secrets of the installation: made once, kept in the database, the same in every process."""

from sqlalchemy import LargeBinary, Table

from persistence.database import RawConnection
from persistence.tables import Column, at_most, created_columns, metadata, text_column

installation_secrets = Table(
    "installation_secrets",
    metadata,
    Column("name", text_column("name").type, primary_key=True),
    Column("value", LargeBinary, nullable=False),
    *created_columns(mutable=False),
    at_most("name", 50),
)


async def secret_named(db: RawConnection, name: str, proposed: bytes) -> bytes:
    """Return the secret of a name; the proposed one becomes it where there is none yet."""
    await db.execute(
        "INSERT INTO installation_secrets (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        name,
        proposed,
    )
    return bytes(await db.fetchval("SELECT value FROM installation_secrets WHERE name = $1", name))
