"""What is done with artifacts after the answer: bundles are made, old ones forgotten."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from application.artifacts.assembling import Assembling
from application.source_maps.late import LateMaps
from persistence.artifacts import missing, uploads
from persistence.database import SYSTEM

ASSEMBLE = "assemble_artifacts"
RESOLVE_LATE = "resolve_late_artifacts"

_CHUNKS_WAIT = timedelta(hours=24)
# A content that an upload has just found here must not go before its bundle is made.
_CONTENTS_WAIT = timedelta(hours=6)


class Queue(Protocol):
    """Where work for later is put; `persistence.jobs` fits it."""

    async def enqueue(self, name: str, payload: bytes = b"", *, once: str | None = None) -> bool:
        """Enqueue a job; False when one with the same `once` waits or runs already."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtifactJobs:
    """The jobs of artifacts; each may be begun again at any time."""

    assembling: Assembling
    late: LateMaps
    retention: timedelta
    jobs: Queue

    async def assemble(self, id_: UUID) -> None:
        """Make one bundle, and look at the events that came before it."""
        if await self.assembling.assemble(id_):
            await self.jobs.enqueue(RESOLVE_LATE, once=RESOLVE_LATE)

    async def tend(self) -> None:
        """Make the bundles whose job was lost."""
        await self.assembling.give_up()
        for id_ in await self.assembling.overdue():
            await self.jobs.enqueue(ASSEMBLE, id_.bytes, once=f"{ASSEMBLE}:{id_}")

    async def resolve_late(self) -> None:
        """Read the stacks of events that came before their maps."""
        await self.late.resolve()

    async def forget(self) -> None:
        """Forget pieces that nobody assembled, bundles that nobody uses, and their contents."""
        at = self.assembling.clock.now()
        async with self.assembling.database.raw_writing(SYSTEM) as db:
            await uploads.forget_chunks(db, at - _CHUNKS_WAIT)
            await uploads.forget_unused(db, at - self.retention)
            await missing.forget_before(db, at - self.late.days)
        async with self.assembling.database.raw_writing(SYSTEM) as db:
            await uploads.forget_contents(db, at - _CONTENTS_WAIT)
