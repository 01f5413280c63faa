"""An installation of real processes over a database of the test's own, which a test may torment."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import asyncpg
import httpx

from persistence.database import Database
from server.parent import dies_with_parent
from tests.conftest import CLOCK
from tests.house import NO_LIMIT, Tenant, a_tenant
from tests.servers import free_port

ROOT = Path(__file__).parents[2]
START_SECONDS = 30.0
STOP_SECONDS = 30.0
LOOK_SECONDS = 0.02

T = TypeVar("T")


async def eventually(
    look: Callable[[], Awaitable[T]], is_so: Callable[[T], object], *, seconds: float = 20.0
) -> T:
    """Look again and again until it is so; return what was seen, also when time has run out."""
    deadline = time.monotonic() + seconds
    while not is_so(seen := await look()) and time.monotonic() < deadline:
        await asyncio.sleep(LOOK_SECONDS)
    return seen


class Process:
    """One process of an installation: started, killed and started again at the same place."""

    def __init__(self, name: str, environment: Mapping[str, str], log: Path, port: int = 0) -> None:
        self.port = port
        self._name = name
        self._environment = {**environment, "TOCSIN_PORT": str(port)}
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it serves."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """The number of the process that was started last."""
        return self._process.pid

    @property
    def status(self) -> int | None:
        """How it ended, None while it runs."""
        return self._process.poll()

    def start(self) -> None:
        """Start it; `ready` says when it serves."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "server", self._name],
                env=self._environment,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=dies_with_parent(signal.SIGKILL),
            )

    async def ready(self) -> None:
        """Wait until it serves."""
        async with httpx.AsyncClient(base_url=self.url) as http:

            async def look() -> int:
                assert self.status is None, self.log()
                try:
                    return (await http.get("/readyz", timeout=2)).status_code
                except httpx.HTTPError:
                    return 0

            found = await eventually(look, lambda status: status == 200, seconds=START_SECONDS)
        assert found == 200, self.log()

    def kill(self) -> None:
        """End it without a word."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def ask_to_stop(self) -> None:
        """Send SIGTERM."""
        self._process.send_signal(signal.SIGTERM)

    async def ended(self, seconds: float = STOP_SECONDS) -> int | None:
        """Wait for its end and return how it ended; None when it still runs."""

        async def look() -> int | None:
            return self.status

        return await eventually(look, lambda status: status is not None, seconds=seconds)

    def log(self) -> str:
        """Return what it said."""
        return self._log.read_text(errors="replace")


@dataclass(slots=True, kw_only=True)
class Installation:
    """Real processes over one database."""

    database_url: str
    data: Path
    environment: Mapping[str, str]
    serve: Sequence[Process]
    work: Sequence[Process]
    http: httpx.AsyncClient

    @property
    def processes(self) -> list[Process]:
        """All of them."""
        return [*self.serve, *self.work]

    async def tenant(self, name: str = "shop", limit: int = NO_LIMIT) -> Tenant:
        """Return a new organization with a service, a key and a token."""
        database = Database(self.database_url, pool_size=2)
        try:
            return await a_tenant(database, CLOCK, name=name, limit=limit)
        finally:
            await database.close()

    def dsn(self, tenant: Tenant, serve: int = 0) -> str:
        """Return the DSN by which a tenant's SDK reaches one of the processes."""
        return tenant.key.dsn(self.serve[serve].url)

    async def sql(self, statement: str, *values: object) -> list[asyncpg.Record]:
        """Return rows, as the database's owner sees them."""
        connection = await asyncpg.connect(
            self.database_url, server_settings={"tocsin.scope": "system"}
        )
        try:
            return await connection.fetch(statement, *values)
        finally:
            await connection.close()

    async def ask(
        self, tenant: Tenant, document: str, serve: int = 0, **variables: object
    ) -> dict[str, object]:
        """Ask GraphQL as a tenant's token, and return the data of an answer without errors."""
        answer = await self.answer(tenant, document, serve, **variables)
        assert "errors" not in answer, answer
        return answer["data"]

    async def answer(
        self, tenant: Tenant, document: str, serve: int = 0, **variables: object
    ) -> dict[str, object]:
        """Ask GraphQL as a tenant's token, and return the whole answer."""
        answer = await self.http.post(
            f"{self.serve[serve].url}/graphql",
            json={"query": document, "variables": variables},
            headers={"authorization": f"Bearer {tenant.token}"},
        )
        return answer.json()


@asynccontextmanager
async def an_installation(
    database_url: str,
    *,
    serve: int = 1,
    work: int = 1,
    redis_url: str | None = None,
    settings: Mapping[str, str] | None = None,
) -> AsyncIterator[Installation]:
    """Run processes for the length of a block; what they said is shown when the block fails."""
    data = Path(tempfile.mkdtemp(prefix="tocsin-flows-"))
    environment = os.environ | {
        "DATABASE_URL": database_url,
        "TOCSIN_DATA": str(data),
        "TOCSIN_LOG_LEVEL": "info",
        **({"REDIS_URL": redis_url} if redis_url else {}),
        **(settings or {}),
    }
    doors = [
        Process("serve", environment, data / f"serve-{n}.log", free_port()) for n in range(serve)
    ]
    hands = [Process("work", environment, data / f"work-{n}.log") for n in range(work)]
    async with AsyncExitStack() as stack:
        stack.callback(shutil.rmtree, data, ignore_errors=True)
        for process in (*doors, *hands):
            stack.callback(process.kill)
            process.start()
        await asyncio.gather(*(process.ready() for process in doors))
        http = await stack.enter_async_context(httpx.AsyncClient(timeout=30))
        yield Installation(
            database_url=database_url,
            data=data,
            environment=environment,
            serve=doors,
            work=hands,
            http=http,
        )
