"""A real server for the GraphQL door, in the loop of the test, and a house behind it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from application.access import AccessUseCases
from application.access_bell import AccessBell
from application.artifacts import ArtifactUploads
from application.attachments import AttachmentLinks
from application.capture import CaptureUseCases
from application.dead_letters import DeadLetterUseCases
from application.digest import Digest
from application.errors import ErrorUseCases
from application.feed import Hub
from application.feed_log import FeedLog
from application.grouping_preview import PreviewUseCases
from application.grouping_rules import GroupingRuleUseCases
from application.inbox import Inbox
from application.keys import KeyRing
from application.limit_notices import LimitNotices
from application.limits import LimitUseCases
from application.merging import Merging
from application.notifications import NotificationUseCases
from application.outcomes import Tally
from application.people import People
from application.policies import Policies
from application.ports import Mailer
from application.presence import Presence
from application.pressure import Pressure
from application.rates import ApiRates
from application.report_queue import ReportQueue
from application.report_writing import ReportWriting
from application.saved_views import SavedViewUseCases
from application.scrubbing import ScrubbingUseCases
from application.suppression_rules import SuppressionRuleUseCases
from application.tokens import TokenUseCases
from graph.context import House
from graph.transport_limits import MAXIMUM_FRAME_BYTES
from ingest.limiting import Gate
from ingest.reception import Reception
from outbound.limits import MemoryLimiter
from outbound.passwords import Argon2Hasher
from persistence.database import Database
from server.wiring.access import people_of
from server.wiring.capturing import handing_over
from tests.application.digesting import accept, an_event, an_item, digest_all
from tests.application.doubles import HeardBus, MemorySpool
from tests.building import HeldJobs
from tests.conftest import CLOCK
from tests.house import NO_LIMIT, Tenant
from tests.servers import free_port

# As weak as it can be: tests sign in often.
HASHER = Argon2Hasher(memory_kib=8, passes=1, lanes=1)
PATH = "/graphql"

PUBLIC_URL = "https://tocsin.example"


@dataclass
class Served:
    """A server that runs."""

    server: uvicorn.Server
    task: asyncio.Task[None]
    port: int
    clients: list[httpx.AsyncClient] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{PATH}"

    @property
    def socket_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}{PATH}"

    def client(self, token: str | None = None) -> httpx.AsyncClient:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        client = httpx.AsyncClient(headers=headers, timeout=30, trust_env=False)
        self.clients.append(client)
        return client

    async def ask(self, token: str | None, query: str, **variables: Any) -> httpx.Response:
        """Ask as most clients do."""
        return await self.client(token).post(
            self.url, json={"query": query, "variables": variables}
        )

    async def stop(self) -> None:
        """Stop as SIGTERM does."""
        self.server.should_exit = True
        await self.task


class _Quiet(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self):
        yield


@asynccontextmanager
async def serving(
    routes: list[BaseRoute], *, port: int | None = None, **settings: Any
) -> AsyncIterator[Served]:
    """Serve routes with real uvicorn, set as in production, for the length of a block."""
    port = port or free_port()
    config = uvicorn.Config(
        Starlette(routes=routes),
        host="127.0.0.1",
        port=port,
        ws_per_message_deflate=False,
        ws_max_size=MAXIMUM_FRAME_BYTES,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=2,
        **{"ws": "websockets-sansio", **settings},
    )
    server = _Quiet(config)
    served = Served(server, asyncio.create_task(server.serve()), port)
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield served
    finally:
        for client in served.clients:
            await client.aclose()
        await served.stop()


@asynccontextmanager
async def a_house(database: Database, mailer: Mailer | None = None) -> AsyncIterator[House]:
    """A house over a real database, with a bus in memory."""
    hub = Hub(HeardBus(), FeedLog(database=database), look_seconds=0.2)
    await hub.start()
    inbox = Inbox(database=database, bus=HeardBus(), spool=MemorySpool())
    await inbox.start()
    presence = Presence(HeardBus(), CLOCK)
    await presence.start()
    keys = KeyRing(database=database, clock=CLOCK)
    people = people_of(database, HASHER, public_url=PUBLIC_URL, mailer=mailer)
    capture = CaptureUseCases(
        database=database,
        keys=keys,
        hand_over=handing_over(_reception(database, hub, inbox, keys)),
        clock=CLOCK,
    )
    access_bell = AccessBell()
    database.access_changed.append(access_bell.ring)
    try:
        yield House(
            database=database,
            hub=hub,
            access_bell=access_bell,
            access=AccessUseCases(database=database, clock=CLOCK),
            sign_ins=people.sign_ins,
            passwords=people.passwords,
            tokens=TokenUseCases(database=database, clock=CLOCK),
            rates=ApiRates(limiter=MemoryLimiter(), clock=CLOCK, per_minute=NO_LIMIT),
            invitations=people.invitations,
            errors=ErrorUseCases(database=database, hub=hub, clock=CLOCK),
            merging=Merging.of(database, hub, CLOCK),
            presence=presence,
            notifications=NotificationUseCases(database=database, hub=hub, clock=CLOCK),
            capture=capture,
            report_writing=ReportWriting(
                database=database,
                hub=hub,
                clock=CLOCK,
                policies=Policies(database=database, clock=CLOCK),
            ),
            report_queue=ReportQueue(database=database, hub=hub, clock=CLOCK, capture=capture),
            links=AttachmentLinks(database=database, clock=CLOCK, public_url=PUBLIC_URL),
            limits=LimitUseCases(database=database, clock=CLOCK),
            suppression_rules=SuppressionRuleUseCases(database=database, clock=CLOCK),
            dead_letters=DeadLetterUseCases(
                database=database,
                bus=HeardBus(),
                clock=CLOCK,
                policies=Policies(database=database, clock=CLOCK),
            ),
            saved_views=SavedViewUseCases(database=database, clock=CLOCK),
            artifacts=ArtifactUploads(database=database, clock=CLOCK, jobs=HeldJobs()),
            people=People.of(database, hub, CLOCK),
            public_url=PUBLIC_URL,
            grouping_rules=GroupingRuleUseCases(database=database, clock=CLOCK),
            previews=PreviewUseCases(database=database, clock=CLOCK),
            scrubbing=ScrubbingUseCases(database=database, clock=CLOCK),
        )
    finally:
        await presence.close()
        database.access_changed.remove(access_bell.ring)
        await inbox.stop()
        await hub.close()


def _reception(database: Database, hub: Hub, inbox: Inbox, keys: KeyRing) -> Reception:
    """The reception that the machine doors have, with limits in memory."""
    tally = Tally(database=database, clock=CLOCK)
    notices = LimitNotices(database=database, hub=hub, clock=CLOCK)
    return Reception(
        inbox=inbox,
        keys=keys,
        tally=tally,
        gate=Gate(limiter=MemoryLimiter(), tally=tally, notices=notices),
        pressure=Pressure(inbox=inbox, database=database),
        clock=CLOCK,
    )


async def happens(house: House, tenant: Tenant, *places: str, **fields: object) -> None:
    """Let something fail in each of these functions, and digest it: one batch, one commit."""
    items = [an_item(tenant, an_event(place, **fields)) for place in places]
    await accept(house.database, *items)
    await digest_all(a_digest(house))


def a_digest(house: House) -> Digest:
    """A digest whose changes the house tells of."""
    return Digest(
        database=house.database,
        hub=house.hub,
        clock=CLOCK,
        policies=Policies(database=house.database, clock=CLOCK),
    )
