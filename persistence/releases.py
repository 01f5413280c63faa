"""Releases and the services that they are of."""

from sqlalchemy import Table, UniqueConstraint

from domain.ids import OrganizationId, ServiceId
from domain.releases import Release
from persistence.database import RawConnection
from persistence.tables import (
    at_most,
    created_columns,
    metadata,
    of_tenant,
    organization_column,
    part_of,
    text_column,
    time_column,
    uuid_column,
)

releases = Table(
    "releases",
    metadata,
    organization_column(),
    uuid_column("id", primary_key=True),
    text_column("version"),
    text_column("url", nullable=True),
    time_column("finalized_at", nullable=True),
    *created_columns(),
    UniqueConstraint("organization_id", "version"),
    of_tenant(),
    at_most("version", 255),
    at_most("url", 2000),
)

release_services = Table(
    "release_services",
    metadata,
    organization_column(),
    uuid_column("release_id", primary_key=True),
    uuid_column("service_id", primary_key=True),
    part_of("release_id", "releases"),
    part_of("service_id", "services"),
)

# What is not said the second time stays as it was.
_SAVE = """
INSERT INTO releases AS r (organization_id, id, version, url, finalized_at, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $6)
ON CONFLICT (organization_id, version) DO UPDATE SET
    url = coalesce(excluded.url, r.url),
    finalized_at = coalesce(excluded.finalized_at, r.finalized_at),
    updated_at = excluded.updated_at
RETURNING id
"""
_SHOW = """
SELECT r.id, r.organization_id, r.version, r.url, r.finalized_at, r.created_at, ARRAY(
    SELECT s.service_id FROM release_services s
    WHERE s.organization_id = r.organization_id AND s.release_id = r.id ORDER BY s.service_id
) AS service_ids
FROM releases r
WHERE r.organization_id = $1 AND ($2::text IS NULL OR r.version = $2)
    AND ($3::uuid IS NULL OR EXISTS (
        SELECT 1 FROM release_services s
        WHERE s.organization_id = r.organization_id AND s.release_id = r.id AND s.service_id = $3
    ))
ORDER BY r.created_at DESC, r.id DESC LIMIT $4
"""


async def save(db: RawConnection, release: Release) -> None:
    """Add a release, or say more of the one of this version."""
    id_ = await db.fetchval(
        _SAVE,
        *(release.organization_id, release.id, release.version, release.url),
        *(release.finalized_at, release.created_at),
    )
    await db.execute(
        "INSERT INTO release_services (organization_id, release_id, service_id)"
        " SELECT $1, $2, s FROM unnest($3::uuid[]) AS s ON CONFLICT DO NOTHING",
        *(release.organization_id, id_, sorted(release.service_ids)),
    )


async def named(db: RawConnection, organization: OrganizationId, version: str) -> Release | None:
    """Return the release of a version."""
    row = await db.fetchrow(_SHOW, organization, version, None, 1)
    return None if row is None else _release(row)


async def newest(
    db: RawConnection, organization: OrganizationId, service: ServiceId | None, limit: int
) -> list[Release]:
    """Return an organization's newest releases, or those of one service."""
    rows = await db.fetch(_SHOW, organization, None, service, limit)
    return [_release(row) for row in rows]


def _release(row: object) -> Release:
    values = dict(row)  # type: ignore[call-overload]
    return Release(**{**values, "service_ids": tuple(map(ServiceId, values["service_ids"]))})
