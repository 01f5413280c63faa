"""What an upload writes: its pieces, the bundle that is made of them, and their contents."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.artifacts import Artifact, ArtifactBundle, BundleState, release_key
from domain.ids import OrganizationId, ServiceId
from persistence.database import RawConnection

_ASK_AGAIN = """
INSERT INTO artifact_bundles AS b (
    organization_id, id, checksum, release, dist, release_key, service_ids, chunks, created_at,
    updated_at
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)
ON CONFLICT (organization_id, checksum, release, dist) DO UPDATE SET
    service_ids = ARRAY(
        SELECT DISTINCT s FROM unnest(b.service_ids || excluded.service_ids) AS s ORDER BY s
    ),
    chunks = CASE WHEN b.state = 'error' THEN excluded.chunks ELSE b.chunks END,
    detail = CASE WHEN b.state = 'error' THEN NULL ELSE b.detail END,
    state = CASE WHEN b.state = 'error' THEN 'created' ELSE b.state END,
    updated_at = excluded.updated_at
RETURNING *
"""
_ADD_ARTIFACTS = """
INSERT INTO artifacts (
    organization_id, bundle_id, position, name, kind, debug_id, place, source_map_name,
    source_map_place, sha256, size, created_at
)
SELECT $1, $2, x.* , $11 FROM unnest(
    $3::int[], $4::text[], $5::text[], $6::uuid[], $7::uuid[], $8::text[], $9::uuid[],
    $10::bytea[], $12::bigint[]
) AS x
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a file holds, packed, by the hash of what it is unpacked."""

    sha256: bytes
    size: int
    body_format: int
    body: bytes


async def missing_chunks(
    db: RawConnection, organization: OrganizationId, chunks: Sequence[bytes]
) -> list[bytes]:
    """Return which of these pieces are not here."""
    rows = await db.fetch(
        "SELECT sha1 FROM artifact_chunks WHERE organization_id = $1 AND sha1 = ANY ($2::bytea[])",
        *(organization, list(chunks)),
    )
    here = {row["sha1"] for row in rows}
    return [sha1 for sha1 in chunks if sha1 not in here]


async def add_chunk(
    db: RawConnection, organization: OrganizationId, sha1: bytes, body: bytes, at: datetime
) -> None:
    """Add a piece; one that is here already is kept for longer."""
    await db.execute(
        "INSERT INTO artifact_chunks (organization_id, sha1, size, body, created_at)"
        " VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT (organization_id, sha1) DO UPDATE SET created_at = excluded.created_at",
        *(organization, sha1, len(body), body, at),
    )


async def waiting_bytes(db: RawConnection, organization: OrganizationId) -> int:
    """Return how much an organization has sent that may not be assembled yet."""
    return int(
        await db.fetchval(
            "SELECT coalesce(sum(size), 0) FROM artifact_chunks WHERE organization_id = $1",
            organization,
        )
    )


async def chunk(db: RawConnection, organization: OrganizationId, sha1: bytes) -> bytes | None:
    """Return a piece."""
    body: bytes | None = await db.fetchval(
        "SELECT body FROM artifact_chunks WHERE organization_id = $1 AND sha1 = $2",
        *(organization, sha1),
    )
    return body


async def forget_chunks(db: RawConnection, before: datetime) -> int:
    """Forget the pieces that came before a moment."""
    done = await db.execute("DELETE FROM artifact_chunks WHERE created_at < $1", before)
    return int(done.rpartition(" ")[2])


async def known_bundle(
    db: RawConnection, organization: OrganizationId, checksum: bytes, release: str, dist: str
) -> ArtifactBundle | None:
    """Return the bundle of this content, where it was asked for before."""
    row = await db.fetchrow(
        "SELECT * FROM artifact_bundles WHERE organization_id = $1 AND checksum = $2"
        " AND release = $3 AND dist = $4",
        *(organization, checksum, release, dist),
    )
    return None if row is None else bundle_of(row)


async def ask_for_bundle(db: RawConnection, wish: ArtifactBundle) -> ArtifactBundle:
    """Ask for a bundle; one that could not be made is tried again."""
    row = await db.fetchrow(
        _ASK_AGAIN,
        *(wish.organization_id, wish.id, wish.checksum, wish.release, wish.dist),
        release_key(wish.release, wish.dist) if wish.release else None,
        *(sorted(wish.service_ids), list(wish.chunks), wish.created_at),
    )
    if row is None:
        raise RuntimeError("An upsert always returns its row.")
    return bundle_of(row)


async def claim_bundle(db: RawConnection, id_: UUID) -> ArtifactBundle | None:
    """Return a bundle that is to be made, locked; None if somebody else makes or made it."""
    row = await db.fetchrow(
        "SELECT * FROM artifact_bundles WHERE id = $1 AND state = 'created' FOR UPDATE SKIP LOCKED",
        id_,
    )
    return None if row is None else bundle_of(row)


async def waiting_bundles(db: RawConnection, before: datetime, limit: int) -> list[UUID]:
    """Return the bundles that were asked for before a moment and are not made, oldest first."""
    rows = await db.fetch(
        "SELECT id FROM artifact_bundles WHERE state = 'created' AND updated_at < $1"
        " ORDER BY created_at LIMIT $2",
        *(before, limit),
    )
    return [row["id"] for row in rows]


async def add_contents(
    db: RawConnection, organization: OrganizationId, contents: Sequence[Content], at: datetime
) -> None:
    """Add contents that are not here yet; those that are, are kept."""
    own = sorted(contents, key=lambda content: content.sha256)
    await db.execute(
        "INSERT INTO artifact_blobs (organization_id, sha256, size, body_format, body, created_at)"
        " SELECT $1, x.*, $6 FROM unnest($2::bytea[], $3::bigint[], $4::smallint[], $5::bytea[])"
        " AS x ON CONFLICT (organization_id, sha256)"
        " DO UPDATE SET created_at = excluded.created_at",
        organization,
        [content.sha256 for content in own],
        [content.size for content in own],
        [content.body_format for content in own],
        [content.body for content in own],
        at,
    )


async def finish_bundle(
    db: RawConnection,
    bundle: ArtifactBundle,
    artifacts: Sequence[Artifact],
    places: Sequence[tuple[UUID | None, UUID | None]],
    at: datetime,
) -> None:
    """Write what a bundle holds; from now on it is found. `places` are those of file and map."""
    await db.execute(
        _ADD_ARTIFACTS,
        *(bundle.organization_id, bundle.id, list(range(len(artifacts)))),
        [artifact.name for artifact in artifacts],
        [artifact.kind.value for artifact in artifacts],
        [artifact.debug_id for artifact in artifacts],
        [place for place, _ in places],
        [artifact.source_map_name for artifact in artifacts],
        [of_map for _, of_map in places],
        [artifact.sha256 for artifact in artifacts],
        at,
        [artifact.size for artifact in artifacts],
    )
    await db.execute(
        "UPDATE artifact_bundles SET state = 'ok', detail = NULL, chunks = '{}', size = $3,"
        " artifact_count = $4, assembled_at = $5, updated_at = $5"
        " WHERE organization_id = $1 AND id = $2",
        *(bundle.organization_id, bundle.id, sum(artifact.size for artifact in artifacts)),
        *(len(artifacts), at),
    )


async def refuse_bundle(
    db: RawConnection, bundle: ArtifactBundle, detail: str, at: datetime
) -> None:
    """Say why no bundle can be made."""
    await db.execute(
        "UPDATE artifact_bundles SET state = 'error', detail = $3, chunks = '{}', updated_at = $4"
        " WHERE organization_id = $1 AND id = $2",
        *(bundle.organization_id, bundle.id, detail[:1000], at),
    )


async def delete_bundle(db: RawConnection, organization: OrganizationId, id_: UUID) -> bool:
    """Delete a bundle with its artifacts; False if there is none."""
    done = await db.execute(
        "DELETE FROM artifact_bundles WHERE organization_id = $1 AND id = $2",
        *(organization, id_),
    )
    return done == "DELETE 1"


async def forget_unused(db: RawConnection, before: datetime) -> int:
    """Forget the bundles that were neither used nor uploaded since a moment."""
    done = await db.execute(
        "DELETE FROM artifact_bundles WHERE updated_at < $1 AND coalesce(last_used_at, $1) <= $1",
        before,
    )
    return int(done.rpartition(" ")[2])


async def forget_contents(db: RawConnection, before: datetime) -> int:
    """Forget the contents that no artifact has any more."""
    done = await db.execute(
        "DELETE FROM artifact_blobs b WHERE b.created_at < $1 AND NOT EXISTS ("
        " SELECT 1 FROM artifacts a"
        " WHERE a.organization_id = b.organization_id AND a.sha256 = b.sha256)",
        before,
    )
    return int(done.rpartition(" ")[2])


def bundle_of(row: object) -> ArtifactBundle:
    """Return the bundle of a row."""
    values = dict(row)  # type: ignore[call-overload]
    kept = {name: values[name] for name in ArtifactBundle.__dataclass_fields__}
    kept["service_ids"] = tuple(map(ServiceId, kept["service_ids"]))
    kept["chunks"] = tuple(kept["chunks"])
    kept["state"] = BundleState(kept["state"])
    return ArtifactBundle(**kept)
