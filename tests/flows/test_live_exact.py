"""The live feeds over a real PostgreSQL and a real Redis: whatever is lost, killed or trimmed, what
every client was sent equals the table.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from random import Random
from uuid import UUID

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from application.feed import Hub
from application.feed_log import FeedLog
from application.ports import BELL_FEED
from domain.feed import Change, FeedEntry, FeedKind
from domain.ids import OrganizationId
from outbound.bus import Bus
from persistence import feed
from persistence.database import SYSTEM, Database
from tests.application.feed_doubles import Table
from tests.application.feed_world import MOVE_BYTES, SUBJECTS, World, moves_of
from tests.conftest import CLOCK
from tests.graph.live_world import LiveMoves, a_live
from tests.house import a_tenant
from tests.servers import RedisServer

MOVES = [
    *("commit", "commit", "commit", "commit", "commit_many", "commit_many"),
    *("join", "join", "join", "leave", "resume", "resume", "stall", "renew"),
    *("lose", "lose", "restart", "cut_database", "restart_redis", "trim"),
]
LOOK_SECONDS = 0.05


class LossyBus:
    """A bus of a process that loses what it hears, and hears some of it twice, when told to."""

    def __init__(self, bus: Bus) -> None:
        self.to_lose = self.to_repeat = 0
        self.heard: Callable[[str | None], None] = lambda _: None
        self._bus = bus
        bus.on(BELL_FEED, self._hear)

    async def publish(self, channel: str, message: str) -> None:
        await self._bus.publish(channel, message)

    def on(self, _: str, heard: Callable[[str | None], None]) -> None:
        self.heard = heard

    def _hear(self, message: str | None) -> None:
        if message is not None and self.to_lose:
            self.to_lose -= 1
            return
        self.heard(message)
        if message is not None and self.to_repeat:
            self.to_repeat -= 1
            self.heard(message)


class RealWorld(LiveMoves, World):
    """Two processes in one loop, as `serve` has them, over real servers."""

    settle_seconds = 30.0

    def __init__(
        self,
        databases: list[Database],
        buses: list[LossyBus],
        redis: RedisServer,
        organizations: list[OrganizationId],
    ) -> None:
        self.organizations = organizations
        self._databases = databases
        self._buses = buses
        self._redis = redis
        super().__init__(Table(), [self._hub(0), self._hub(1)], can_overflow=False)
        self.lives = [a_live(hub, own) for hub, own in zip(self.hubs, databases, strict=False)]

    async def append(self, count: int, organization: OrganizationId) -> list[FeedEntry]:
        """Commit changes to the table, having noted them: a hub may read them at once."""
        first = self.table.head(organization) + 1
        changes = [
            Change(
                organization_id=organization,
                kind=FeedKind.ERROR_AGAIN,
                subject_id=UUID(int=position % SUBJECTS),
                at=CLOCK.now(),
            )
            for position in range(first, first + count)
        ]
        async with self._databases[-1].raw_writing(SYSTEM) as db:
            entries = await feed.append_raw(db, changes)
            self.table.entries[organization] += entries
        return entries

    async def begin(self, number: int) -> None:
        self.hubs[number] = self._hub(number)
        self.lives[number] = a_live(self.hubs[number], self._databases[number])
        await self.hubs[number].start()

    async def lose(self, process: int, count: int) -> None:
        """Lose the next messages of a process, or hear them twice."""
        bus = self._buses[process % 2]
        bus.to_lose, bus.to_repeat = (count % 5, 0) if count % 3 else (0, count % 5)

    async def restart_redis(self, *_: int) -> None:
        """Let Redis forget everything, in the middle of whatever it does."""
        self._redis.kill()
        await asyncio.sleep(0)
        await asyncio.to_thread(self._redis.start)

    async def cut_database(self, process: int, _: int) -> None:
        """End the connections that a process has to its database."""
        async with self._databases[-1].raw_writing(SYSTEM) as db:
            await db.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                " AND state = 'idle'"
            )

    async def trim(self, count: int, _: int) -> None:
        """Forget the oldest entries, at most so many of each organization."""
        for organization in self.organizations:
            head = self.table.head(organization)
            trimmed = self.table.trimmed_to[organization] + count % 40
            self.table.trimmed_to[organization] = min(trimmed, head)
        async with self._databases[-1].raw_writing(SYSTEM) as db:
            await feed.trim(db, CLOCK.now() + timedelta(hours=1), count % 40)

    async def logged(self) -> dict[OrganizationId, list[int]]:
        """Return the positions that the table holds."""
        async with self._databases[-1].raw_reading(SYSTEM) as db:
            rows = await db.fetch(
                "SELECT organization_id, position FROM feed"
                " WHERE organization_id = ANY ($1::uuid[]) ORDER BY position",
                list(self.organizations),
            )
        return {
            id_: [row["position"] for row in rows if row["organization_id"] == id_]
            for id_ in self.organizations
        }

    def _hub(self, number: int) -> Hub:
        reader = FeedLog(database=self._databases[number])
        return Hub(self._buses[number], reader, look_seconds=LOOK_SECONDS, retry_seconds=0.001)


@asynccontextmanager
async def a_world(database_url: str, redis: RedisServer) -> AsyncIterator[RealWorld]:
    """Open all of it for the length of a block."""
    async with AsyncExitStack() as stack:
        databases = [Database(database_url, pool_size=3) for _ in range(3)]
        for database in databases:
            stack.push_async_callback(database.close)
        tenants = [await a_tenant(databases[-1], CLOCK, name=name) for name in ("shop", "bank")]
        opened = [
            await stack.enter_async_context(
                Bus.open(redis.url, channels=[BELL_FEED], patience_seconds=0.5)
            )
            for _ in range(2)
        ]
        buses = [LossyBus(bus) for bus in opened]
        world = RealWorld(databases, buses, redis, [tenant.organization for tenant in tenants])
        for hub in world.hubs:
            await hub.start()
        try:
            yield world
        finally:
            for hub in world.hubs:
                await hub.close()


async def play(database_url: str, redis: RedisServer, chosen: bytes, may_trim: bool) -> None:
    async with a_world(database_url, redis) as world:
        for name, *arguments, pause in moves_of(chosen, MOVES):
            if name == "trim" and not may_trim:
                continue
            await getattr(world, name)(*arguments)
            await asyncio.sleep(pause / 1_000)
        await world.finish()
        logged = await world.logged()
        for organization in world.organizations:
            entries = [entry.position for entry in world.table.entries[organization]]
            trimmed = world.table.trimmed_to[organization]
            assert logged[organization] == entries[trimmed:]


# An example takes a second, so each is a rich one: moves are made from a number, not shrunk.
@settings(
    max_examples=5,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(number=st.integers(min_value=0, max_value=1 << 32), may_trim=st.booleans())
def test_what_every_client_is_sent_is_what_the_table_holds(flow_database, redis, number, may_trim):
    moves = Random(number).randbytes(50 * MOVE_BYTES)
    asyncio.run(play(flow_database, redis, moves, may_trim))
