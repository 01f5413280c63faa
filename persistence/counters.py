"""Counters: per-organization numbers that people see, such as the number of an error."""

from sqlalchemy import BigInteger, Table, Text

from domain.ids import OrganizationId
from persistence.database import RawConnection
from persistence.tables import Column, metadata, of_tenant, organization_column

counters = Table(
    "counters",
    metadata,
    organization_column(),
    Column("name", Text, primary_key=True),
    Column("value", BigInteger, nullable=False),
    of_tenant(),
)

ERROR_NUMBER = "error_number"


async def take(db: RawConnection, organization: OrganizationId, name: str, amount: int) -> int:
    """Take the next `amount` numbers and return the first; gaps only where a transaction failed."""
    last = await db.fetchval(
        "INSERT INTO counters AS c (organization_id, name, value) VALUES ($1, $2, $3)"
        " ON CONFLICT (organization_id, name) DO UPDATE SET value = c.value + excluded.value"
        " RETURNING value",
        organization,
        name,
        amount,
    )
    return int(last) - amount + 1
