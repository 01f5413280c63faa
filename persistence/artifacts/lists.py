"""Artifacts as people look at them: bundles, and the files in them."""

from collections.abc import Sequence
from uuid import UUID

from domain.artifacts import Artifact, ArtifactBundle, ArtifactKind
from domain.ids import ArtifactBundleId, OrganizationId, ServiceId
from persistence.artifacts.uploads import bundle_of
from persistence.database import RawConnection

_OF_RELEASE = """
SELECT b.*, a.name AS a_name, a.kind, a.debug_id, a.source_map_name, a.sha256, a.size AS a_size
FROM artifact_bundles b
JOIN artifacts a ON a.organization_id = b.organization_id AND a.bundle_id = b.id
WHERE b.organization_id = $1 AND b.release = $2
ORDER BY b.created_at DESC, b.id DESC, a.position LIMIT $3
"""


async def by_ids(db: RawConnection, ids: Sequence[UUID]) -> dict[ArtifactBundleId, ArtifactBundle]:
    """Return the bundles of these ids that the caller may see."""
    rows = await db.fetch("SELECT * FROM artifact_bundles WHERE id = ANY ($1::uuid[])", list(ids))
    return {(found := bundle_of(row)).id: found for row in rows}


async def bundles(
    db: RawConnection,
    *,
    organization: OrganizationId | None,
    service: ServiceId | None,
    release: str | None,
    limit: int,
) -> list[ArtifactBundle]:
    """Return the newest bundles that the caller may see, or only some of them."""
    rows = await db.fetch(
        "SELECT * FROM artifact_bundles WHERE ($1::uuid IS NULL OR organization_id = $1)"
        " AND ($2::uuid IS NULL OR $2 = ANY (service_ids)) AND ($3::text IS NULL OR release = $3)"
        " ORDER BY created_at DESC, id DESC LIMIT $4",
        *(organization, service, release, limit),
    )
    return [bundle_of(row) for row in rows]


async def files_of_release(
    db: RawConnection, organization: OrganizationId, release: str, limit: int
) -> list[tuple[ArtifactBundle, Artifact]]:
    """Return the files of a release with their bundles, the newest first."""
    rows = await db.fetch(_OF_RELEASE, organization, release, limit)
    return [(bundle_of(row), _artifact(row, "a_name", "a_size")) for row in rows]


async def files_of(
    db: RawConnection, bundles: Sequence[ArtifactBundleId], limit: int
) -> dict[ArtifactBundleId, list[Artifact]]:
    """Return the first files of each bundle in the order of its manifest."""
    rows = await db.fetch(
        "SELECT a.* FROM unnest($1::uuid[]) AS b (id) CROSS JOIN LATERAL ("
        " SELECT * FROM artifacts a WHERE a.organization_id = ("
        "  SELECT k.organization_id FROM artifact_bundles k WHERE k.id = b.id)"
        " AND a.bundle_id = b.id ORDER BY a.position LIMIT $2) a",
        *(list(bundles), limit),
    )
    found: dict[ArtifactBundleId, list[Artifact]] = {id_: [] for id_ in bundles}
    for row in rows:
        found[ArtifactBundleId(row["bundle_id"])].append(_artifact(row, "name", "size"))
    return found


def _artifact(row: object, name: str, size: str) -> Artifact:
    values = dict(row)  # type: ignore[call-overload]
    return Artifact(
        name=values[name],
        kind=ArtifactKind(values["kind"]),
        debug_id=values["debug_id"],
        source_map_name=values["source_map_name"],
        sha256=values["sha256"],
        size=values[size],
    )
