"""Artifacts: what a build leaves for us, so that its minified stacks can be read again.

An artifact is found by the debug id that its build gave it, or else by its place: the release, the
distribution and the name that browsers know it by. Such a place is kept as a UUID that is made of
these three, for a name may be longer than an index takes.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import urljoin, urlsplit
from uuid import UUID

from domain.ids import ArtifactBundleId, OrganizationId, ServiceId

MAX_CHUNK_BYTES = 8 * 1024 * 1024
MAX_BUNDLE_BYTES = 200 * 1024 * 1024
MAX_UNPACKED_BYTES = 200 * 1024 * 1024
MAX_FILE_BYTES = 64 * 1024 * 1024
MAX_FILES = 20_000
MAX_CHUNKS = 1_000
MAX_NAME = 1_000
MAX_RELEASE = 255

_DEBUG_ID = re.compile(r"[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}")


class ArtifactKind(StrEnum):
    """What an artifact is for."""

    MINIFIED_SOURCE = "minified_source"
    SOURCE_MAP = "source_map"


class BundleState(StrEnum):
    """How far a bundle has come."""

    CREATED = "created"
    OK = "ok"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtifactBundle:
    """What one upload brought: the artifacts of a build, or one file of it."""

    id: ArtifactBundleId
    organization_id: OrganizationId
    checksum: bytes
    release: str
    dist: str
    service_ids: tuple[ServiceId, ...]
    chunks: tuple[bytes, ...]
    created_at: datetime
    updated_at: datetime
    state: BundleState = BundleState.CREATED
    detail: str | None = None
    size: int = 0
    artifact_count: int = 0
    assembled_at: datetime | None = None
    last_used_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """One file of a bundle, by what it can be found by; its content is elsewhere."""

    name: str
    kind: ArtifactKind
    debug_id: UUID | None
    source_map_name: str | None
    sha256: bytes
    size: int


def debug_id_of(value: object) -> UUID | None:
    """Return the debug id that a text begins with, or None (some append an age)."""
    if not isinstance(value, str) or not (found := _DEBUG_ID.match(value)):
        return None
    return UUID(found[0])


def release_key(release: str, dist: str) -> UUID:
    """Return what stands for all artifacts of a release's distribution."""
    return _key(release, dist)


def place_of(release: str, dist: str, name: str) -> UUID:
    """Return what stands for the artifact of this name in a release's distribution."""
    return _key(release, dist, name)


def places_in(bundle: ArtifactBundle, artifact: Artifact) -> tuple[UUID | None, UUID | None]:
    """Return the places of an artifact and of its map; without a release there are none."""
    if not bundle.release:
        return None, None
    of_map = artifact.source_map_name
    return (
        place_of(bundle.release, bundle.dist, artifact.name),
        place_of(bundle.release, bundle.dist, of_map) if of_map else None,
    )


def _key(*parts: str) -> UUID:
    told = "\0".join(parts).encode("utf-8", "replace")
    return UUID(bytes=hashlib.blake2b(told, digest_size=16).digest())


def names_for(url: str) -> tuple[str, ...]:
    """Return the names under which the file of a URL may have been uploaded, the surest first."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return (url,)
    bare = url.partition("#")[0].partition("?")[0]
    names = [url, bare]
    path = parts.path if parts.path.startswith("/") else f"/{parts.path}"
    if parts.query:
        names.append(f"~{path}?{parts.query}")
    names.append(f"~{path}")
    return tuple(dict.fromkeys(names))


def map_name_of(name: str, reference: str) -> str | None:
    """Return the name of the map that a file of this name refers to; None if it carries it."""
    if reference.startswith("data:"):
        return None
    try:
        if name.startswith("~/"):
            joined = urljoin(f"http://tilde{name[1:]}", reference)
            return (
                f"~{joined.removeprefix('http://tilde')}"
                if joined.startswith("http://tilde/")
                else joined
            )
        return urljoin(name, reference)
    except ValueError:
        return None
