"""What a `serve` process is made of: the doors for people and for machines."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from application.access import AccessUseCases
from application.capture import CaptureUseCases
from application.headcount import Headcount
from application.inbox import Inbox
from application.keys import KeyRing
from application.last_used import LastUsedWriter
from application.limit_notices import LimitNotices
from application.outcomes import Tally
from application.presence import Presence
from application.pressure import Pressure
from application.rates import ApiRates
from application.roll_call import Answering, LiveState
from graph.context import House
from ingest.app import IngestApp
from ingest.artifacts.door import ArtifactsDoor
from ingest.limiting import Gate
from ingest.otlp.door import OtlpDoor
from ingest.reception import Reception
from ingest.routes import Route
from ingest.sentry.doors import routes_of
from ingest.webhook.door import WebhookDoor
from outbound.encryption import Cipher, cipher_of
from outbound.limits import MemoryLimiter, RedisLimiter
from outbound.passwords import Argon2Hasher
from outbound.spool import Spool
from server.settings import Settings
from server.wiring.access import Oidc, mailer_of, oidc_of, people_of
from server.wiring.base import CLOCK, Base, base
from server.wiring.capturing import handing_over
from server.wiring.house import house_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """What a `serve` process is made of."""

    base: Base
    house: House
    ingest: IngestApp
    inbox: Inbox
    tally: Tally
    gate: Gate
    pressure: Pressure
    oidc: Oidc | None
    cipher: Cipher


@dataclass(frozen=True, slots=True, kw_only=True)
class _Intake:
    """What stands between the doors for machines and the queue."""

    inbox: Inbox
    tally: Tally
    notices: LimitNotices
    pressure: Pressure
    gate: Gate
    keys: KeyRing
    reception: Reception


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[Serving]:
    """Build a `serve` process; what was accepted is stored before it ends."""
    async with base(settings, "serve") as own, AsyncExitStack() as stack:
        spool = Spool(settings.data / "spool", settings.spool_bytes)
        stack.callback(spool.close)
        limiter = _limiter(settings)
        stack.push_async_callback(limiter.close)
        intake = _intake(own, spool, limiter)
        access = AccessUseCases(database=own.database, clock=CLOCK)
        people = people_of(
            own.database,
            Argon2Hasher(),
            public_url=settings.public_url,
            mailer=mailer_of(settings),
        )
        last_used = LastUsedWriter(database=own.database, used=access.used)
        writers = (people.background, last_used, intake.tally, intake.notices, intake.inbox)
        for part in (*writers, intake.pressure):
            await part.start()
            stack.push_async_callback(part.stop)
        presence = Presence(own.bus, CLOCK)
        await presence.start()
        stack.push_async_callback(presence.close)
        headcount = Headcount(own.bus)
        await headcount.start()
        stack.push_async_callback(headcount.close)
        per_minute = settings.api_requests_per_minute
        house = house_of(
            settings,
            own,
            access=access,
            rates=ApiRates(limiter=limiter, clock=CLOCK, per_minute=per_minute),
            people=people,
            presence=presence,
            headcount=headcount,
            capture=_capture(own, intake),
        )
        Answering(own.bus, own.heartbeat.id, lambda: _live_state(house))
        yield Serving(
            base=own,
            house=house,
            ingest=IngestApp(routes=_routes(settings, intake.reception, house)),
            inbox=intake.inbox,
            tally=intake.tally,
            gate=intake.gate,
            pressure=intake.pressure,
            oidc=oidc_of(settings, own.database, people),
            cipher=cipher_of(settings.secret_keys, settings.data),
        )


def _live_state(house: House) -> LiveState:
    return LiveState(
        is_bus_up=house.hub.is_bus_up,
        subscribers=house.live.subscribers,
        lag_seconds=max(house.live.lag.latest.values(), default=None),
    )


def _intake(own: Base, spool: Spool, limiter: MemoryLimiter | RedisLimiter) -> _Intake:
    tally = Tally(database=own.database, clock=CLOCK)
    inbox = Inbox(database=own.database, bus=own.bus, spool=spool)
    notices = LimitNotices(database=own.database, hub=own.hub, clock=CLOCK)
    pressure = Pressure(inbox=inbox, database=own.database)
    gate = Gate(limiter=limiter, tally=tally, notices=notices)
    keys = KeyRing(database=own.database, clock=CLOCK)
    return _Intake(
        inbox=inbox,
        tally=tally,
        notices=notices,
        pressure=pressure,
        gate=gate,
        keys=keys,
        reception=Reception(
            inbox=inbox, keys=keys, tally=tally, gate=gate, pressure=pressure, clock=CLOCK
        ),
    )


def _capture(own: Base, intake: _Intake) -> CaptureUseCases:
    hand_over = handing_over(intake.reception)
    return CaptureUseCases(
        database=own.database, keys=intake.keys, hand_over=hand_over, clock=CLOCK
    )


def _routes(settings: Settings, reception: Reception, house: House) -> tuple[Route, ...]:
    """Return the doors for machines."""
    artifacts = ArtifactsDoor(
        uploads=house.artifacts, access=house.access, public_url=settings.public_url
    )
    webhooks = WebhookDoor(
        reception=reception,
        vercel_secrets=settings.vercel_secrets,
        vercel_verify=settings.vercel_verify,
    )
    return (
        *routes_of(reception),
        *OtlpDoor(reception=reception).routes(),
        *artifacts.routes(),
        *webhooks.routes(),
    )


def _limiter(settings: Settings) -> MemoryLimiter | RedisLimiter:
    """Return the limits of all processes where there is a Redis, else those of this one."""
    if settings.redis_url is None:
        return MemoryLimiter()
    return RedisLimiter(settings.redis_url, prefix="tocsin")
