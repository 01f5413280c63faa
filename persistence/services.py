"""Services and the ingest keys that SDKs send with."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Identity,
    Index,
    Integer,
    Row,
    Table,
    UniqueConstraint,
    insert,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TEXT

from domain.ids import IngestKeyId, OrganizationId, ServiceId, TeamId
from domain.services import IngestKey, KeyPurpose, RunbookLink, Service
from persistence.by_ids import RowsByIds
from persistence.database import RawConnection, Reading, Writing
from persistence.organizations import organizations
from persistence.reach import EVERYWHERE, Reach
from persistence.tables import (
    Column,
    at_most,
    created_columns,
    metadata,
    of_tenant,
    one_of,
    organization_column,
    part_of,
    refers_to,
    text,
    text_column,
    time_column,
    uuid_column,
)

services = Table(
    "services",
    metadata,
    organization_column(),
    uuid_column("id", primary_key=True),
    Column("number", BigInteger, Identity(), nullable=False),
    text_column("name"),
    text_column("description", nullable=True),
    Column("is_business_critical", Boolean, nullable=False, server_default=text("false")),
    Column("is_external", Boolean, nullable=False, server_default=text("false")),
    Column("is_active", Boolean, nullable=False, server_default=text("true")),
    *created_columns(),
    uuid_column("owner_team_id", nullable=True),
    Column("runbook_links", JSONB, nullable=False, server_default=text("'[]'")),
    UniqueConstraint("organization_id", "name"),
    UniqueConstraint("organization_id", "number"),
    of_tenant(),
    refers_to("owner_team_id", "teams"),
    Index("services_owner_team_idx", "organization_id", "owner_team_id"),
    at_most("name", 100),
    at_most("description", 2000),
)

ingest_keys = Table(
    "ingest_keys",
    metadata,
    organization_column(),
    uuid_column("id", primary_key=True),
    uuid_column("service_id"),
    text_column("public_key"),
    text_column("purpose", default="ingest"),
    Column("allowed_origins", ARRAY(TEXT), nullable=False, server_default=text("'{}'")),
    Column("rate_limit_per_minute", Integer),
    Column("is_active", Boolean, nullable=False, server_default=text("true")),
    time_column("last_used_at", nullable=True),
    *created_columns(),
    part_of("service_id", "services"),
    Index(None, "public_key"),
    Index(None, "organization_id", "service_id"),
    at_most("public_key", 64),
    one_of("purpose", KeyPurpose),
)

_KEY = (
    ingest_keys.c.id,
    ingest_keys.c.organization_id,
    ingest_keys.c.service_id,
    ingest_keys.c.public_key,
    ingest_keys.c.purpose,
    ingest_keys.c.allowed_origins,
    ingest_keys.c.rate_limit_per_minute,
    (ingest_keys.c.is_active & services.c.is_active).label("is_active"),
    ingest_keys.c.is_active.label("is_enabled"),
    ingest_keys.c.last_used_at,
    ingest_keys.c.created_at,
    services.c.number,
    services.c.name,
    organizations.c.error_rate_limit_per_minute,
)
_KEYS = ingest_keys.join(
    services,
    (services.c.organization_id == ingest_keys.c.organization_id)
    & (services.c.id == ingest_keys.c.service_id),
).join(organizations, organizations.c.id == ingest_keys.c.organization_id)

_NOTE_USE = """
UPDATE ingest_keys k SET last_used_at = u.at
FROM unnest($1::uuid[], $2::timestamptz[]) AS u (id, at)
WHERE k.id = u.id AND (k.last_used_at IS NULL OR k.last_used_at < u.at)
"""

_BY_IDS = RowsByIds(services, tuple(services.c))


def of_row(row: Row[tuple[object, ...]]) -> Service:
    """Return the service of a row."""
    return _service(row._mapping)  # noqa: SLF001 public name of SQLAlchemy


def _service(row: Mapping[Any, Any]) -> Service:
    owner = row["owner_team_id"]
    return Service(
        id=ServiceId(row["id"]),
        organization_id=OrganizationId(row["organization_id"]),
        number=row["number"],
        name=row["name"],
        description=row["description"],
        is_business_critical=row["is_business_critical"],
        is_active=row["is_active"],
        created_at=row["created_at"],
        is_external=row["is_external"],
        owner_team_id=None if owner is None else TeamId(owner),
        runbook_links=tuple(RunbookLink(one["title"], one["url"]) for one in row["runbook_links"]),
    )


def _key(row: Row[tuple[object, ...]]) -> IngestKey:
    return IngestKey(
        id=IngestKeyId(row.id),
        organization_id=OrganizationId(row.organization_id),
        service_id=ServiceId(row.service_id),
        service_number=row.number,
        service_name=row.name,
        public_key=row.public_key,
        purpose=KeyPurpose(row.purpose),
        is_active=row.is_active,
        is_enabled=row.is_enabled,
        allowed_origins=tuple(row.allowed_origins),
        rate_limit_per_minute=row.rate_limit_per_minute,
        error_limit_per_minute=row.error_rate_limit_per_minute,
        last_used_at=row.last_used_at,
        created_at=row.created_at,
    )


async def add(db: Writing, service: Service) -> Service:
    """Add a service and return it with the number that its DSN carries."""
    added = await db.execute(
        insert(services)
        .values(
            id=service.id,
            organization_id=service.organization_id,
            name=service.name,
            description=service.description,
            is_business_critical=service.is_business_critical,
            is_external=service.is_external,
            owner_team_id=service.owner_team_id,
            runbook_links=[asdict(link) for link in service.runbook_links],
            created_at=service.created_at,
        )
        .returning(services)
    )
    return of_row(added.one())


async def by_ids(
    db: Reading, ids: Sequence[ServiceId], reach: Reach = EVERYWHERE
) -> dict[ServiceId, Service]:
    """Return the services of these ids that the caller may see."""
    wanted = reach.condition(services), services.c.id.in_(ids)
    rows = await db.execute(select(services).where(*wanted), reach.values())
    return {(found := of_row(row)).id: found for row in rows}


async def loaded(
    db: RawConnection, ids: Sequence[ServiceId], reach: Reach
) -> dict[ServiceId, Service]:
    """Return the same, as loaders read it."""
    return {(found := _service(row)).id: found for row in await _BY_IDS.read(db, ids, reach)}


async def of_organization(db: Reading, organization: OrganizationId) -> list[Service]:
    """Return an organization's services, in the order of their names."""
    rows = await db.execute(
        select(services).where(services.c.organization_id == organization).order_by(services.c.name)
    )
    return [of_row(row) for row in rows]


async def add_key(db: Writing, key: IngestKey) -> None:
    """Add a key to a service."""
    await db.execute(
        insert(ingest_keys).values(
            id=key.id,
            organization_id=key.organization_id,
            service_id=key.service_id,
            public_key=key.public_key,
            purpose=key.purpose,
            allowed_origins=list(key.allowed_origins),
            rate_limit_per_minute=key.rate_limit_per_minute,
        )
    )


async def keys_of(
    db: Reading, ids: Sequence[ServiceId], reach: Reach = EVERYWHERE
) -> dict[ServiceId, list[IngestKey]]:
    """Return the keys of these services, oldest first."""
    rows = await db.execute(
        select(*_KEY)
        .select_from(_KEYS)
        .where(reach.condition(ingest_keys), ingest_keys.c.service_id.in_(ids))
        .order_by(ingest_keys.c.created_at, ingest_keys.c.id),
        reach.values(),
    )
    found: dict[ServiceId, list[IngestKey]] = {id_: [] for id_ in ids}
    for row in rows:
        found[ServiceId(row.service_id)].append(_key(row))
    return found


async def key_named(db: Reading, public_key: str) -> IngestKey | None:
    """Return the key that a client names; the caller must have the system scope."""
    rows = await db.execute(
        select(*_KEY).select_from(_KEYS).where(ingest_keys.c.public_key == public_key)
    )
    row = rows.first()
    return None if row is None else _key(row)


async def set_key_active(db: Writing, id_: IngestKeyId, *, is_active: bool) -> bool:
    """Open or close a key; False if there is no such key."""
    written = await db.execute(
        update(ingest_keys)
        .where(ingest_keys.c.id == id_)
        .values(is_active=is_active, updated_at=text("now()"))
    )
    return written.rowcount == 1


async def note_use(db: RawConnection, used: Mapping[IngestKeyId, datetime]) -> None:
    """Note when these keys were used last."""
    keys = sorted(used)
    await db.execute(_NOTE_USE, keys, [used[key] for key in keys])


async def set_key_limit(db: Writing, id_: IngestKeyId, per_minute: int | None) -> bool:
    """Set how much a key may send in a minute; False if there is no such key."""
    written = await db.execute(
        update(ingest_keys)
        .where(ingest_keys.c.id == id_)
        .values(rate_limit_per_minute=per_minute, updated_at=text("now()"))
    )
    return written.rowcount == 1


async def names(db: RawConnection, ids: Collection[ServiceId]) -> dict[ServiceId, str]:
    """Return the names of these services."""
    rows = await db.fetch("SELECT id, name FROM services WHERE id = ANY ($1::uuid[])", list(ids))
    return {ServiceId(row["id"]): row["name"] for row in rows}


async def keys_by_ids(
    db: Reading, ids: Sequence[IngestKeyId], reach: Reach
) -> dict[IngestKeyId, IngestKey]:
    """Return the keys of these ids that the caller may see."""
    wanted = reach.condition(ingest_keys), ingest_keys.c.id.in_(ids)
    rows = await db.execute(select(*_KEY).select_from(_KEYS).where(*wanted), reach.values())
    return {(found := _key(row)).id: found for row in rows}


async def listed(db: Reading, reach: Reach, limit: int) -> list[Service]:
    """Return the services of a reach in the order of their names, at most so many."""
    rows = await db.execute(
        select(services)
        .where(reach.condition(services))
        .order_by(services.c.name, services.c.id)
        .limit(limit),
        reach.values(),
    )
    return [of_row(row) for row in rows]
