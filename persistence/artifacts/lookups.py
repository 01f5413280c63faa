"""How artifacts are found: many at once, by debug id or by place."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from domain.ids import OrganizationId, ServiceId
from persistence.bodies import unpack
from persistence.database import RawConnection


class Found(NamedTuple):
    """The contents that explain one minified file; without its source only positions are known."""

    bundle_id: UUID
    map_sha256: bytes
    source_sha256: bytes | None
    size: int


class Place(NamedTuple):
    """A file of a release, as one service's events name it; the surest place comes first."""

    organization_id: OrganizationId
    service_id: ServiceId
    places: tuple[UUID, ...]


# Of several uploads the newest counts.
_BY_DEBUG_ID = """
SELECT w.n, m.bundle_id, m.sha256 AS map, s.sha256 AS source, m.size + coalesce(s.size, 0) AS size
FROM unnest($1::int[], $2::uuid[], $3::uuid[]) AS w (n, organization_id, debug_id)
CROSS JOIN LATERAL (
    SELECT a.bundle_id, a.sha256, a.size FROM artifacts a
    WHERE a.organization_id = w.organization_id AND a.debug_id = w.debug_id
        AND a.kind = 'source_map'
    ORDER BY a.created_at DESC, a.bundle_id DESC LIMIT 1
) m
LEFT JOIN LATERAL (
    SELECT a.sha256, a.size FROM artifacts a
    WHERE a.organization_id = w.organization_id AND a.debug_id = w.debug_id
        AND a.kind = 'minified_source'
    ORDER BY a.created_at DESC, a.bundle_id DESC LIMIT 1
) s ON true
"""
# A release may be of several services, and each may have a file of the same name.
_BY_PLACE = """
SELECT DISTINCT ON (w.n)
    w.n, m.bundle_id, m.sha256 AS map, f.sha256 AS source, m.size + f.size AS size
FROM unnest($1::int[], $2::int[], $3::uuid[], $4::uuid[], $5::uuid[])
    AS w (n, rank, organization_id, service_id, place)
JOIN artifacts f ON f.organization_id = w.organization_id AND f.place = w.place
    AND f.kind = 'minified_source'
JOIN artifact_bundles b ON b.organization_id = f.organization_id AND b.id = f.bundle_id
    AND (b.service_ids = '{}' OR w.service_id = ANY (b.service_ids))
CROSS JOIN LATERAL (
    SELECT a.bundle_id, a.sha256, a.size, a.created_at, a.bundle_id = f.bundle_id AS is_beside
    FROM artifacts a
    WHERE a.organization_id = f.organization_id AND a.kind = 'source_map' AND (
        a.place = f.source_map_place OR a.debug_id = f.debug_id
    )
    ORDER BY is_beside DESC, a.created_at DESC LIMIT 1
) m
ORDER BY w.n, w.rank, f.created_at DESC, f.bundle_id DESC
"""


async def by_debug_ids(
    db: RawConnection, wanted: Sequence[tuple[OrganizationId, UUID]]
) -> dict[tuple[OrganizationId, UUID], Found]:
    """Return what explains the files of these debug ids, where it is known."""
    rows = await db.fetch(
        _BY_DEBUG_ID,
        list(range(len(wanted))),
        [organization for organization, _ in wanted],
        [debug_id for _, debug_id in wanted],
    )
    return {wanted[row["n"]]: _found(row) for row in rows}


async def by_places(db: RawConnection, wanted: Sequence[Place]) -> dict[Place, Found]:
    """Return what explains the files of these places, where it is known."""
    asked = [
        (number, rank, one.organization_id, one.service_id, place)
        for number, one in enumerate(wanted)
        for rank, place in enumerate(one.places)
    ]
    rows = await db.fetch(_BY_PLACE, *([each[column] for each in asked] for column in range(5)))
    return {wanted[row["n"]]: _found(row) for row in rows}


def _found(row: object) -> Found:
    values = dict(row)  # type: ignore[call-overload]
    return Found(values["bundle_id"], values["map"], values["source"], values["size"])


async def organizations_with_artifacts(
    db: RawConnection, organizations: Sequence[OrganizationId]
) -> set[OrganizationId]:
    """Return those of the organizations that have any bundle that can be used."""
    rows = await db.fetch(
        "SELECT o FROM unnest($1::uuid[]) AS o WHERE EXISTS (SELECT 1 FROM artifact_bundles b"
        " WHERE b.organization_id = o AND b.state = 'ok')",
        list(organizations),
    )
    return {OrganizationId(row["o"]) for row in rows}


async def content(db: RawConnection, organization: OrganizationId, sha256: bytes) -> bytes | None:
    """Return what a file holds."""
    row = await db.fetchrow(
        "SELECT body_format, body FROM artifact_blobs WHERE organization_id = $1 AND sha256 = $2",
        *(organization, sha256),
    )
    return None if row is None else unpack(row["body_format"], row["body"])


async def used(
    db: RawConnection, bundles: Sequence[tuple[OrganizationId, UUID]], at: datetime
) -> None:
    """Remember that bundles are used, at a grain of a day; who cannot get a row leaves it."""
    own = sorted(bundles)
    await db.execute(
        """
        UPDATE artifact_bundles b SET last_used_at = $3::timestamptz
        FROM (
            SELECT k.organization_id, k.id FROM artifact_bundles k
            JOIN unnest($1::uuid[], $2::uuid[]) AS w (organization_id, id)
                USING (organization_id, id)
            WHERE k.last_used_at IS NULL OR k.last_used_at < $3::timestamptz - interval '1 day'
            ORDER BY k.organization_id, k.id FOR UPDATE OF k SKIP LOCKED
        ) x
        WHERE b.organization_id = x.organization_id AND b.id = x.id
        """,
        *([organization for organization, _ in own], [id_ for _, id_ in own], at),
    )
