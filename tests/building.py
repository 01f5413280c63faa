"""A build in front of the artifacts door, in-process, and the workers behind it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import orjson

from application.access import AccessUseCases
from application.artifacts import ASSEMBLE, ArtifactJobs, ArtifactUploads, Assembling
from application.clock import Clock
from application.digest import Digest
from application.feed import Hub
from application.feed_log import FeedLog
from application.policies import Policies
from application.source_maps import LateMaps, SourceMapResolver, SourceMaps
from ingest.app import IngestApp
from ingest.artifacts.door import ArtifactsDoor
from outbound.source_maps import MapReader
from persistence import bodies
from persistence.database import SYSTEM, Database
from persistence.inbox import queue
from tests.application.doubles import HeardBus
from tests.artifacts import a_bundle, sha1
from tests.conftest import CLOCK
from tests.house import Tenant


class HeldJobs:
    """A queue whose jobs a test does when it likes."""

    def __init__(self) -> None:
        self.waiting: list[tuple[str, bytes]] = []
        self.at_once: Callable[[], Awaitable[None]] | None = None

    async def enqueue(self, name: str, payload: bytes = b"", *, once: str | None = None) -> bool:
        self.waiting.append((name, payload))
        if self.at_once is not None:
            await self.at_once()
        return True


@dataclass(slots=True, kw_only=True)
class Build:
    """A tool with a token, and everything that follows from what it sends."""

    tenant: Tenant
    database: Database
    http: httpx.AsyncClient
    queue: HeldJobs
    jobs: ArtifactJobs
    digest: Digest
    reader: MapReader
    app: IngestApp

    @property
    def path(self) -> str:
        return f"/api/0/organizations/{self.tenant.slug}"

    async def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Call the API with the tenant's token, unless other headers are given."""
        more.setdefault("headers", {"authorization": f"Bearer {self.tenant.token}"})
        return await self.http.request(method, path, **more)

    async def send_chunk(self, content: bytes, **more: Any) -> httpx.Response:
        """Send one piece under its name."""
        files = {"file": (sha1(content), content)}
        return await self.ask("POST", f"{self.path}/chunk-upload/", files=files, **more)

    async def assemble(self, content: bytes, **more: Any) -> dict[str, Any]:
        """Ask for the bundle of one piece, and return the answer."""
        wish = {"checksum": sha1(content), "chunks": [sha1(content)], "projects": [], **more}
        answer = await self.ask("POST", f"{self.path}/artifactbundle/assemble/", json=wish)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def upload(self, content: bytes | None = None, **more: Any) -> dict[str, Any]:
        """Upload a bundle as sentry-cli does, do the jobs, and return what it is told at last."""
        content = a_bundle() if content is None else content
        assert (await self.assemble(content, **more))["missingChunks"] == [sha1(content)]
        assert (await self.send_chunk(content)).status_code == 200
        assert (await self.assemble(content, **more))["state"] == "created"
        await self.work()
        return await self.assemble(content, **more)

    async def work(self) -> None:
        """Do the jobs that wait."""
        while self.queue.waiting:
            name, payload = self.queue.waiting.pop(0)
            if name == ASSEMBLE:
                await self.jobs.assemble(UUID(bytes=payload))
            else:
                await self.jobs.resolve_late()

    async def digest_all(self) -> None:
        """Digest what is in the inbox."""
        for shard in await self.digest.waiting():
            await self.digest.run(shard)

    async def accept(self, *items: Any) -> None:
        """Put accepted items into the inbox and digest them."""
        async with self.database.raw_writing(SYSTEM) as db:
            await queue.append(db, list(items))
        await self.digest_all()

    async def rows(self, statement: str, *values: Any) -> list[Any]:
        """Return rows of the tenant, which is the first value."""
        async with self.database.raw_reading(SYSTEM) as db:
            return await db.fetch(statement, self.tenant.organization, *values)

    async def stored(self) -> list[dict[str, Any]]:
        """Return the bodies of the tenant's occurrences, oldest first."""
        rows = await self.rows(
            "SELECT body_format, body FROM occurrences WHERE organization_id = $1"
            " ORDER BY occurred_at, id"
        )
        return [orjson.loads(bodies.unpack(row["body_format"], row["body"])) for row in rows]

    async def errors(self) -> list[Any]:
        """Return the tenant's errors."""
        return await self.rows("SELECT * FROM errors WHERE organization_id = $1 ORDER BY number")


@asynccontextmanager
async def a_build(
    tenant: Tenant, database: Database, *, clock: Clock = CLOCK, reader: Any = None
) -> AsyncIterator[Build]:
    """Lend a build, whose workers have met nothing yet."""
    held, maps = HeldJobs(), reader or MapReader()
    door = ArtifactsDoor(
        uploads=ArtifactUploads(database=database, clock=clock, jobs=held),
        access=AccessUseCases(database=database, clock=clock),
        public_url="http://tocsin.test",
    )
    hub = Hub(HeardBus(), FeedLog(database=database))
    source_maps = SourceMaps(database=database, reader=maps, clock=clock)
    jobs = ArtifactJobs(
        assembling=Assembling(database=database, clock=clock),
        late=LateMaps(
            source_maps=source_maps, hub=hub, policies=Policies(database=database, clock=clock)
        ),
        retention=timedelta(days=90),
        jobs=held,
    )
    digest = Digest(
        database=database,
        hub=hub,
        clock=clock,
        policies=Policies(database=database, clock=clock),
        resolver=SourceMapResolver(source_maps=source_maps),
    )
    app = IngestApp(routes=door.routes())
    transport = httpx.ASGITransport(app=app)
    try:
        async with httpx.AsyncClient(transport=transport, base_url="http://tocsin.test") as http:
            yield Build(
                tenant=tenant,
                database=database,
                http=http,
                queue=held,
                jobs=jobs,
                digest=digest,
                reader=maps,
                app=app,
            )
    finally:
        await maps.close()
