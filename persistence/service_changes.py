"""What people change of services and ingest keys, and services that are made by their name."""

from dataclasses import asdict

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from domain.ids import IngestKeyId, OrganizationId, ServiceId
from domain.services import IngestKey, Service
from persistence.database import Reading, Writing
from persistence.services import by_ids, ingest_keys, of_row, services
from persistence.tables import text


async def named(db: Reading, organization: OrganizationId, name: str) -> Service | None:
    """Return the service of a name."""
    rows = await db.execute(
        select(services).where(services.c.organization_id == organization, services.c.name == name)
    )
    row = rows.first()
    return None if row is None else of_row(row)


async def hold(db: Writing, id_: ServiceId) -> Service | None:
    """Return a service, which nobody else changes until the transaction ends."""
    await db.execute(
        select(services.c.id).where(services.c.id == id_).with_for_update(key_share=True)
    )
    return (await by_ids(db, [id_])).get(id_)


async def count(db: Reading, organization: OrganizationId) -> int:
    """Return how many services an organization has."""
    rows = await db.execute(select(func.count()).where(services.c.organization_id == organization))
    return int(rows.scalar_one())


async def replace(db: Writing, after: Service) -> None:
    """Write what people decide of a service."""
    await db.execute(
        update(services)
        .where(services.c.organization_id == after.organization_id, services.c.id == after.id)
        .values(
            name=after.name,
            description=after.description,
            is_business_critical=after.is_business_critical,
            is_external=after.is_external,
            is_active=after.is_active,
            owner_team_id=after.owner_team_id,
            runbook_links=[asdict(link) for link in after.runbook_links],
            updated_at=text("now()"),
        )
    )


async def close_all(db: Writing, organization: OrganizationId) -> None:
    """Let no service and no key of an organization take anything any more."""
    for table in (services, ingest_keys):
        await db.execute(
            update(table)
            .where(table.c.organization_id == organization)
            .values(is_active=False, updated_at=text("now()"))
        )


async def count_keys(db: Reading, service: ServiceId) -> int:
    """Return how many keys a service has."""
    rows = await db.execute(select(func.count()).where(ingest_keys.c.service_id == service))
    return int(rows.scalar_one())


async def add_key(db: Writing, key: IngestKey) -> bool:
    """Add a key to a service; False if its id is there already, because the call was repeated."""
    added = await db.execute(
        upsert(ingest_keys)
        .values(
            id=key.id,
            organization_id=key.organization_id,
            service_id=key.service_id,
            public_key=key.public_key,
            purpose=key.purpose,
            allowed_origins=list(key.allowed_origins),
            rate_limit_per_minute=key.rate_limit_per_minute,
            created_at=key.created_at,
        )
        .on_conflict_do_nothing(index_elements=["organization_id", "id"])
    )
    return added.rowcount == 1


async def replace_key(db: Writing, after: IngestKey) -> bool:
    """Write what people decide of a key; False if it is gone."""
    written = await db.execute(
        update(ingest_keys)
        .where(ingest_keys.c.organization_id == after.organization_id, ingest_keys.c.id == after.id)
        .values(
            purpose=after.purpose,
            allowed_origins=list(after.allowed_origins),
            rate_limit_per_minute=after.rate_limit_per_minute,
            updated_at=text("now()"),
        )
    )
    return written.rowcount == 1


async def remove_key(db: Writing, organization: OrganizationId, id_: IngestKeyId) -> bool:
    """Remove a key for good; False if it is gone already."""
    gone = await db.execute(
        delete(ingest_keys).where(
            ingest_keys.c.organization_id == organization, ingest_keys.c.id == id_
        )
    )
    return gone.rowcount == 1
