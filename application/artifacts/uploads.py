"""What a build's tools do here: send pieces, ask for bundles, announce releases."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from application.artifacts.jobs import ASSEMBLE, RESOLVE_LATE, Queue
from application.artifacts.unpacking import Unpacked, unpack_file
from application.auditing import Changed, record, record_alike
from application.clock import Clock
from domain.artifacts import (
    MAX_CHUNK_BYTES,
    MAX_CHUNKS,
    MAX_FILE_BYTES,
    MAX_RELEASE,
    Artifact,
    ArtifactBundle,
    BundleState,
    map_name_of,
    places_in,
)
from domain.failures import Conflict, Invalid, NotFound
from domain.ids import ArtifactBundleId, OrganizationId, ReleaseId, ServiceId
from domain.manifests import Entry, checked_name
from domain.organizations import Organization
from domain.releases import Release
from domain.services import Service
from domain.source_maps.hints import kind_of
from domain.viewers import Viewer
from persistence import organizations, releases, services
from persistence.artifacts import lists, uploads
from persistence.database import Database, RawConnection, raw_of, scope_of_viewer

MAX_WAITING_BYTES = 2 * 1024 * 1024 * 1024
LISTED = 100
_MAX_URL = 2000
# For so long a tool that asks again wants to know how it went; later it wants another try.
_VERDICT_STANDS = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How far a bundle is that was asked for, and which pieces of it are missing."""

    bundle: ArtifactBundle | None
    missing: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtifactUploads:
    """What the tools of builds may do, each on behalf of a token's owner."""

    database: Database
    clock: Clock
    jobs: Queue

    async def organizations(self, viewer: Viewer) -> list[Organization]:
        """Return the organizations that a token opens."""
        async with self.database.reading(scope_of_viewer(viewer)) as db:
            found = await organizations.by_ids(db, sorted(viewer.organizations))
        return list(found.values())

    async def organization(self, viewer: Viewer, slug: str) -> Organization:
        """Return the organization of a slug, or raise NotFound."""
        for organization in await self.organizations(viewer):
            if organization.slug == slug:
                return organization
        raise NotFound(f"There is no organization {slug[:100]!r} for this token.")

    async def services(self, viewer: Viewer, organization: OrganizationId) -> list[Service]:
        """Return an organization's services."""
        async with self.database.reading(scope_of_viewer(viewer)) as db:
            return await services.of_organization(db, organization)

    async def services_called(
        self, viewer: Viewer, organization: OrganizationId, names: Sequence[str]
    ) -> list[Service]:
        """Return the services of these names, slugs or numbers, or raise NotFound."""
        known = await self.services(viewer, organization)
        found = []
        for name in dict.fromkeys(names):
            own = next((service for service in known if service.is_called(name)), None)
            if own is None:
                raise NotFound(f"There is no service {name[:100]!r} in this organization.")
            found.append(own)
        return found

    async def add_chunks(
        self, viewer: Viewer, organization: OrganizationId, chunks: Sequence[tuple[str, bytes]]
    ) -> None:
        """Keep pieces of bundles to come, each under the SHA-1 that it has."""
        viewer.must_upload(organization)
        checked = []
        for name, body in chunks:
            sha1 = hashlib.sha1(body, usedforsecurity=False).digest()
            if len(body) > MAX_CHUNK_BYTES:
                raise Invalid(f"A piece is larger than {MAX_CHUNK_BYTES} bytes.")
            if sha1.hex() != name.lower():
                raise Invalid(f"The piece {name[:100]!r} has the SHA-1 {sha1.hex()}.")
            checked.append((sha1, body))
        async with self.database.raw_writing(scope_of_viewer(viewer)) as db:
            waiting = await uploads.waiting_bytes(db, organization)
            if waiting + sum(len(body) for _, body in checked) > MAX_WAITING_BYTES:
                raise Conflict("Too much is uploaded that was never assembled; try tomorrow.")
            for sha1, body in sorted(checked):
                await uploads.add_chunk(db, organization, sha1, body, self.clock.now())

    async def ask_for_bundle(
        self,
        viewer: Viewer,
        organization: OrganizationId,
        checksum: bytes,
        chunks: Sequence[bytes],
        *,
        release: str,
        dist: str,
        services: Sequence[ServiceId],
    ) -> Asked:
        """Ask for the bundle of these pieces; it is made by a job, and asked for again by name."""
        viewer.must_upload(organization)
        _check_release(release, dist)
        if len(chunks) > MAX_CHUNKS:
            raise Invalid(f"A bundle has at most {MAX_CHUNKS} pieces.")
        async with self.database.raw_writing(scope_of_viewer(viewer)) as db:
            known = await uploads.known_bundle(db, organization, checksum, release, dist)
            if known and not self._is_worth_another_try(known):
                return Asked(bundle=known, missing=())
            missing = await uploads.missing_chunks(db, organization, chunks)
            if missing or not chunks:
                return Asked(bundle=None, missing=tuple(dict.fromkeys(missing)))
            wish = self._wish(organization, checksum, release, dist, services, chunks)
            bundle = await uploads.ask_for_bundle(db, wish)
            await self._note_upload(db, bundle, viewer)
            await self._save_release(db, organization, release, services=services)
        await self.jobs.enqueue(ASSEMBLE, bundle.id.bytes, once=f"{ASSEMBLE}:{bundle.id}")
        return Asked(bundle=bundle, missing=())

    async def add_file(
        self,
        viewer: Viewer,
        organization: OrganizationId,
        *,
        release: str,
        dist: str,
        name: str,
        content: bytes,
        reference: str | None,
        service: ServiceId | None,
    ) -> ArtifactBundle:
        """Keep one file of a release, as the tools did before there were bundles."""
        viewer.must_upload(organization)
        _check_release(release, dist)
        if not release:
            raise Invalid("A file is of a release.")
        entry = _entry_of(name, content, reference)
        unpacked = await asyncio.to_thread(unpack_file, entry, content)
        told = f"{name}\0".encode() + unpacked[0][0].sha256
        async with self.database.raw_writing(scope_of_viewer(viewer)) as db:
            services = [] if service is None else [service]
            checksum = hashlib.sha1(told, usedforsecurity=False).digest()
            wish = self._wish(organization, checksum, release, dist, services, ())
            bundle = await uploads.ask_for_bundle(db, wish)
            if bundle.state is BundleState.CREATED:
                await self._fill(db, bundle, unpacked)
                await self._note_upload(db, bundle, viewer)
            await self._save_release(db, organization, release, services=services)
        await self.jobs.enqueue(RESOLVE_LATE, once=RESOLVE_LATE)
        return bundle

    async def files_of(
        self, viewer: Viewer, organization: OrganizationId, release: str
    ) -> list[tuple[ArtifactBundle, Artifact]]:
        """Return the newest files of a release."""
        async with self.database.raw_reading(scope_of_viewer(viewer)) as db:
            return await lists.files_of_release(db, organization, release, LISTED)

    async def save_release(
        self,
        viewer: Viewer,
        organization: OrganizationId,
        version: str,
        *,
        url: str | None,
        released_at: datetime | None,
        services: Sequence[ServiceId],
    ) -> Release:
        """Announce a release, or say more of one."""
        viewer.must_upload(organization)
        _check_release(version, "")
        if not version:
            raise Invalid("A release has a version.", field="version")
        if url is not None and len(url) > _MAX_URL:
            raise Invalid(f"The url of a release has at most {_MAX_URL} characters.", field="url")
        async with self.database.raw_writing(scope_of_viewer(viewer)) as db:
            await self._save_release(
                db, organization, version, services=services, url=url, released_at=released_at
            )
            found = await releases.named(db, organization, version)
            if found is None:
                raise RuntimeError("A release that was saved is there.")
            saved = Changed(
                organization_id=organization,
                action="release.saved",
                object_kind="release",
                object_id=found.id,
                after={"version": version, "url": url, "released_at": released_at},
            )
            await record_alike(db, self.clock, viewer, [saved])
        return found

    async def release(self, viewer: Viewer, organization: OrganizationId, version: str) -> Release:
        """Return a release, or raise NotFound."""
        async with self.database.raw_reading(scope_of_viewer(viewer)) as db:
            found = await releases.named(db, organization, version)
        if found is None:
            raise NotFound(f"There is no release {version[:100]!r}.")
        return found

    async def releases(
        self, viewer: Viewer, organization: OrganizationId, service: ServiceId | None
    ) -> list[Release]:
        """Return the newest releases of an organization or of one service."""
        async with self.database.raw_reading(scope_of_viewer(viewer)) as db:
            return await releases.newest(db, organization, service, LISTED)

    async def delete_bundle(self, viewer: Viewer, id_: ArtifactBundleId) -> ArtifactBundle:
        """Forget a bundle with its artifacts; stacks that were read stay as they are."""
        async with self.database.writing(scope_of_viewer(viewer)) as db:
            raw = await raw_of(db)
            found = (await lists.by_ids(raw, [id_])).get(id_)
            if found is None:
                raise NotFound("No such artifact bundle.")
            viewer.must_upload(found.organization_id)
            if not await uploads.delete_bundle(raw, found.organization_id, id_):
                raise Conflict("Someone else deleted this artifact bundle first.")
            was = {"release": found.release, "dist": found.dist, "size": found.size}
            deleted = Changed(
                organization_id=found.organization_id,
                action="artifact_bundle.deleted",
                object_kind="artifact_bundle",
                object_id=id_,
                before=was,
            )
            await record(db, self.clock, viewer, deleted)
        return found

    def _is_worth_another_try(self, bundle: ArtifactBundle) -> bool:
        """Say whether a bundle that failed is asked for anew, and not only after its verdict."""
        is_old = self.clock.now() - bundle.updated_at > _VERDICT_STANDS
        return bundle.state is BundleState.ERROR and is_old

    def _wish(
        self,
        organization: OrganizationId,
        checksum: bytes,
        release: str,
        dist: str,
        services: Sequence[ServiceId],
        chunks: Sequence[bytes],
    ) -> ArtifactBundle:
        at = self.clock.now()
        return ArtifactBundle(
            id=ArtifactBundleId(self.clock.new_id()),
            organization_id=organization,
            checksum=checksum,
            release=release,
            dist=dist,
            service_ids=tuple(services),
            chunks=tuple(chunks),
            created_at=at,
            updated_at=at,
        )

    async def _fill(
        self,
        db: RawConnection,
        bundle: ArtifactBundle,
        unpacked: Unpacked,
    ) -> None:
        """Keep what was unpacked as the whole of a bundle."""
        at = self.clock.now()
        contents = [content for _, content in unpacked]
        artifacts = [artifact for artifact, _ in unpacked]
        await uploads.add_contents(db, bundle.organization_id, contents, at)
        places = [places_in(bundle, artifact) for artifact in artifacts]
        await uploads.finish_bundle(db, bundle, artifacts, places, at)

    async def _note_upload(self, db: RawConnection, bundle: ArtifactBundle, viewer: Viewer) -> None:
        uploaded = Changed(
            organization_id=bundle.organization_id,
            action="artifact_bundle.uploaded",
            object_kind="artifact_bundle",
            object_id=bundle.id,
            after={"release": bundle.release, "dist": bundle.dist},
        )
        await record_alike(db, self.clock, viewer, [uploaded])

    async def _save_release(
        self,
        db: RawConnection,
        organization: OrganizationId,
        version: str,
        *,
        services: Sequence[ServiceId],
        url: str | None = None,
        released_at: datetime | None = None,
    ) -> None:
        if version:
            await releases.save(
                db,
                Release(
                    id=ReleaseId(self.clock.new_id()),
                    organization_id=organization,
                    version=version,
                    url=url,
                    finalized_at=released_at,
                    service_ids=tuple(services),
                    created_at=self.clock.now(),
                ),
            )


def _entry_of(name: str, content: bytes, reference: str | None) -> Entry:
    """Return what an uploaded file says of itself; Invalid when it is none of ours."""
    if len(content) > MAX_FILE_BYTES:
        raise Invalid(f"The file is larger than {MAX_FILE_BYTES} bytes.")
    kind = kind_of(checked_name(name), content)
    if kind is None:
        raise Invalid(f"{name[:200]!r} is neither a source map nor JavaScript.")
    return Entry(
        path=name,
        name=name,
        kind=kind,
        debug_id=None,
        source_map_name=map_name_of(name, reference) if reference else None,
    )


def _check_release(release: str, dist: str) -> None:
    for name, text in (("version", release), ("dist", dist)):
        if len(text) > MAX_RELEASE or "\0" in text or text != text.strip():
            raise Invalid(f"A {name} is a text of at most {MAX_RELEASE} characters.", field=name)
