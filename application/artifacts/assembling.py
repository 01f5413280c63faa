"""Assembling: the pieces of an upload become a bundle whose artifacts are found from then on."""

import asyncio
import hashlib
import logging
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import IO
from uuid import UUID

from application.artifacts.unpacking import Bundle, Unpacked
from application.clock import Clock
from domain.artifacts import (
    MAX_BUNDLE_BYTES,
    MAX_UNPACKED_BYTES,
    Artifact,
    ArtifactBundle,
    places_in,
)
from domain.failures import Invalid
from persistence.artifacts import uploads
from persistence.artifacts.uploads import Content
from persistence.database import SYSTEM, Database, RawConnection

log = logging.getLogger(__name__)

_IN_MEMORY = 8 * 1024 * 1024
_WRITE_AT_ONCE = 4 * 1024 * 1024
# A job that nobody does any more (its queue entry was lost, its worker died) is found again.
_OVERDUE = timedelta(seconds=30)
_GIVE_UP = timedelta(minutes=30)
_AT_ONCE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembling:
    """Makes the bundles that uploads asked for."""

    database: Database
    clock: Clock

    async def assemble(self, id_: UUID) -> bool:
        """Make one bundle; False if it is made already, or by somebody else now."""
        async with self.database.raw_writing(SYSTEM) as db:
            bundle = await uploads.claim_bundle(db, id_)
            if bundle is None:
                return False
            try:
                artifacts = await self._unpack(db, bundle)
            except Invalid as failure:
                await uploads.refuse_bundle(db, bundle, failure.message, self.clock.now())
                log.info("a bundle is refused", extra={"bundle": str(id_), "why": failure.message})
                return True
            places = [places_in(bundle, artifact) for artifact in artifacts]
            await uploads.finish_bundle(db, bundle, artifacts, places, self.clock.now())
        return True

    async def overdue(self) -> list[UUID]:
        """Return bundles that wait for longer than their job should have taken."""
        async with self.database.raw_reading(SYSTEM) as db:
            return await uploads.waiting_bundles(db, self.clock.now() - _OVERDUE, _AT_ONCE)

    async def give_up(self) -> None:
        """Say of bundles that wait for far too long that they cannot be made."""
        at = self.clock.now()
        async with self.database.raw_writing(SYSTEM) as db:
            for id_ in await uploads.waiting_bundles(db, at - _GIVE_UP, _AT_ONCE):
                if bundle := await uploads.claim_bundle(db, id_):
                    await uploads.refuse_bundle(db, bundle, "It could not be assembled.", at)

    async def _unpack(self, db: RawConnection, bundle: ArtifactBundle) -> list[Artifact]:
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
            await _fetch(db, bundle, file)
            opened = await asyncio.to_thread(Bundle, file)
            release = opened.manifest.release
            if bundle.release and release and release != bundle.release:
                raise Invalid(f"The bundle is of the release {release!r}, not {bundle.release!r}.")
            return await self._keep(db, bundle, opened.files())

    async def _keep(
        self, db: RawConnection, bundle: ArtifactBundle, files: Iterator[Unpacked]
    ) -> list[Artifact]:
        """Write the contents some at a time: a bundle is larger than what we may hold of it."""
        artifacts: list[Artifact] = []
        contents: dict[bytes, Content] = {}
        size = 0
        while (unpacked := await asyncio.to_thread(next, files, None)) is not None:
            for artifact, content in unpacked:
                artifacts.append(artifact)
                contents[content.sha256] = content
                size += content.size
            if size > MAX_UNPACKED_BYTES:
                raise Invalid(f"The bundle unpacks to more than {MAX_UNPACKED_BYTES} bytes.")
            if sum(len(content.body) for content in contents.values()) > _WRITE_AT_ONCE:
                await self._write(db, bundle, contents)
        if not artifacts:
            raise Invalid("The bundle has neither source maps nor minified code.")
        await self._write(db, bundle, contents)
        return artifacts

    async def _write(
        self, db: RawConnection, bundle: ArtifactBundle, contents: dict[bytes, Content]
    ) -> None:
        await uploads.add_contents(
            db, bundle.organization_id, list(contents.values()), self.clock.now()
        )
        contents.clear()


async def _fetch(db: RawConnection, bundle: ArtifactBundle, file: IO[bytes]) -> None:
    """Put the pieces together, and see that they are what was announced."""
    size, told = 0, hashlib.sha1(usedforsecurity=False)
    for sha1 in bundle.chunks:
        chunk = await uploads.chunk(db, bundle.organization_id, sha1)
        if chunk is None:
            raise Invalid(f"The piece {sha1.hex()} is gone; upload it again.")
        size += len(chunk)
        if size > MAX_BUNDLE_BYTES:
            raise Invalid(f"The bundle is larger than {MAX_BUNDLE_BYTES} bytes.")
        told.update(chunk)
        await asyncio.to_thread(file.write, chunk)
    if told.digest() != bundle.checksum:
        raise Invalid("The pieces do not add up to the checksum of the bundle.")
    file.seek(0)
