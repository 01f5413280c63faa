"""Sightings: when each release of a service was met first."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Index, Table, Text, text

from domain.ids import OrganizationId, ServiceId
from persistence.database import RawConnection, Reading, raw_of
from persistence.tables import (
    Column,
    at_most,
    metadata,
    organization_column,
    time_column,
    uuid_column,
)

# The newest is looked for among so many: a release for each commit of some years.
LOOKED_AT = 500

release_sightings = Table(
    "release_sightings",
    metadata,
    organization_column(),
    uuid_column("service_id", primary_key=True),
    Column("release", Text, primary_key=True),
    time_column("first_seen_at"),
    at_most("release", 255),
    Index(
        "release_sightings_newest_idx",
        "organization_id",
        "service_id",
        text("first_seen_at DESC"),
    ),
)

Sighting = tuple[OrganizationId, ServiceId, str]

# A row that is there is not written again; `kept` sees the table as it was before the statement.
_NOTE = """
WITH asked AS (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[])
        AS x (organization_id, service_id, release, first_seen_at)
), kept AS (
    SELECT a.*, s.first_seen_at AS known_at FROM asked a
    LEFT JOIN release_sightings s USING (organization_id, service_id, release)
), added AS (
    INSERT INTO release_sightings (organization_id, service_id, release, first_seen_at)
    SELECT organization_id, service_id, release, first_seen_at FROM kept WHERE known_at IS NULL
    ORDER BY organization_id, service_id, release
    ON CONFLICT (organization_id, service_id, release) DO NOTHING
)
SELECT organization_id, service_id, release, first_seen_at, known_at FROM kept
"""


async def note(
    db: RawConnection, met: Mapping[Sighting, datetime]
) -> tuple[dict[Sighting, datetime], set[Sighting]]:
    """Note releases that were met; return when each was met first, and which were known before."""
    rows = await db.fetch(
        _NOTE,
        [organization for organization, _, _ in met],
        [service for _, service, _ in met],
        [release for _, _, release in met],
        list(met.values()),
    )
    first: dict[Sighting, datetime] = {}
    known: set[Sighting] = set()
    for row in rows:
        key = (
            OrganizationId(row["organization_id"]),
            ServiceId(row["service_id"]),
            str(row["release"]),
        )
        first[key] = row["known_at"] or row["first_seen_at"]
        if row["known_at"] is not None:
            known.add(key)
    return first, known


async def of_services(
    db: RawConnection, organization: OrganizationId, services: Collection[ServiceId]
) -> dict[ServiceId, dict[str, datetime]]:
    """Return the releases of each service that were met last, with when they were met first."""
    rows = await db.fetch(
        """
        SELECT s.id, r.release, r.first_seen_at FROM unnest($2::uuid[]) AS s (id)
        CROSS JOIN LATERAL (
            SELECT release, first_seen_at FROM release_sightings
            WHERE organization_id = $1 AND service_id = s.id
            ORDER BY first_seen_at DESC LIMIT $3
        ) r
        """,
        organization,
        list(services),
        LOOKED_AT,
    )
    found: dict[ServiceId, dict[str, datetime]] = {service: {} for service in services}
    for row in rows:
        found[ServiceId(row["id"])][row["release"]] = row["first_seen_at"]
    return found


async def first_seen(
    db: RawConnection, organization: OrganizationId, release: str, services: Collection[ServiceId]
) -> dict[ServiceId, datetime]:
    """Return when each service had a release first."""
    rows = await db.fetch(
        "SELECT service_id, first_seen_at FROM release_sightings"
        " WHERE organization_id = $1 AND service_id = ANY ($2::uuid[]) AND release = $3",
        organization,
        list(services),
        release,
    )
    return {ServiceId(row["service_id"]): row["first_seen_at"] for row in rows}


async def since(
    db: Reading, of: tuple[OrganizationId, ServiceId], moment: datetime, most: int
) -> list[tuple[str, datetime]]:
    """Return the releases that a service had first since a moment, newest first."""
    rows = await (await raw_of(db)).fetch(
        "SELECT release, first_seen_at FROM release_sightings"
        " WHERE organization_id = $1 AND service_id = $2 AND first_seen_at >= $3"
        " ORDER BY first_seen_at DESC, release LIMIT $4",
        *of,
        moment,
        most,
    )
    return [(row["release"], row["first_seen_at"]) for row in rows]
