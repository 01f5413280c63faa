"""The shapes of answers that sentry-cli and the plug-ins read.

What we have no place for is empty.
"""

from typing import Any

from application.artifacts.uploads import Asked
from domain.artifacts import (
    MAX_BUNDLE_BYTES,
    MAX_CHUNK_BYTES,
    Artifact,
    ArtifactBundle,
    BundleState,
)
from domain.organizations import Organization
from domain.releases import Release
from domain.services import Service

MAX_REQUEST_BYTES = 32 * 1024 * 1024
CHUNKS_PER_REQUEST = 64


def upload_options(url: str) -> dict[str, Any]:
    """Return how pieces are to be sent."""
    return {
        "url": url,
        "chunkSize": MAX_CHUNK_BYTES,
        "chunksPerRequest": CHUNKS_PER_REQUEST,
        "maxFileSize": MAX_BUNDLE_BYTES,
        "maxRequestSize": MAX_REQUEST_BYTES,
        "maxWait": 0,
        "concurrency": 4,
        "hashAlgorithm": "sha1",
        "compression": ["gzip"],
        "accept": ["release_files", "artifact_bundles", "artifact_bundles_v2"],
    }


def assembly(asked: Asked) -> dict[str, Any]:
    """Return how far a bundle is."""
    if asked.bundle is None:
        missing = [sha1.hex() for sha1 in asked.missing]
        return {"state": "not_found", "missingChunks": missing, "detail": None}
    detail = asked.bundle.detail if asked.bundle.state is BundleState.ERROR else None
    return {"state": asked.bundle.state.value, "missingChunks": [], "detail": detail}


def organization(one: Organization) -> dict[str, Any]:
    """Return an organization."""
    return {
        "id": str(one.id),
        "slug": one.slug,
        "name": one.name,
        "dateCreated": one.created_at.isoformat(),
        "isEarlyAdopter": False,
        "require2FA": False,
        "requireEmailVerification": False,
        "features": [],
    }


def project(one: Service) -> dict[str, Any]:
    """Return a service, which is called a project there."""
    return {
        "id": str(one.number),
        "slug": one.slug,
        "name": one.name,
        "team": None,
        "dateCreated": one.created_at.isoformat(),
        "status": "active" if one.is_active else "disabled",
    }


def release(one: Release, services: list[Service]) -> dict[str, Any]:
    """Return a release with its services."""
    own = [service for service in services if service.id in one.service_ids]
    return {
        "version": one.version,
        "shortVersion": one.version,
        "url": one.url,
        "dateCreated": one.created_at.isoformat(),
        "dateReleased": one.finalized_at and one.finalized_at.isoformat(),
        "projects": [{"id": s.number, "slug": s.slug, "name": s.name} for s in own],
        "newGroups": 0,
        "commitCount": 0,
        "deployCount": 0,
        "lastEvent": None,
        "lastCommit": None,
        "authors": [],
    }


def file(bundle: ArtifactBundle, artifact: Artifact) -> dict[str, Any]:
    """Return a file of a release."""
    return {
        "id": str(bundle.id),
        "sha1": bundle.checksum.hex(),
        "name": artifact.name,
        "dist": bundle.dist or None,
        "size": artifact.size,
        "headers": {"Sourcemap": artifact.source_map_name} if artifact.source_map_name else {},
        "dateCreated": bundle.created_at.isoformat(),
    }
