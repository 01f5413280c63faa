"""What a `serve` process is made of: the doors for people and for machines."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from application.access import AccessUseCases
from application.artifacts import ArtifactUploads
from application.attachments import AttachmentLinks
from application.capture import CaptureUseCases
from application.dead_letters import DeadLetterUseCases
from application.errors import ErrorUseCases
from application.grouping_preview import PreviewUseCases
from application.grouping_rules import GroupingRuleUseCases
from application.headcount import Headcount
from application.inbox import Inbox
from application.keys import KeyRing
from application.last_used import LastUsedWriter
from application.limit_notices import LimitNotices
from application.limits import LimitUseCases
from application.merging import Merging
from application.notifications import NotificationUseCases
from application.outcomes import Tally
from application.people import People
from application.policies import Policies
from application.presence import Presence
from application.pressure import Pressure
from application.rates import ApiRates
from application.report_queue import ReportQueue
from application.report_writing import ReportWriting
from application.roll_call import Answering, LiveState
from application.saved_views import SavedViewUseCases
from application.scrubbing import ScrubbingUseCases
from application.suppression_rules import SuppressionRuleUseCases
from application.tokens import TokenUseCases
from graph.context import House
from ingest.app import IngestApp
from ingest.artifacts.door import ArtifactsDoor
from ingest.limiting import Gate
from ingest.otlp.door import OtlpDoor
from ingest.reception import Reception
from ingest.sentry.doors import routes_of
from ingest.webhook.door import WebhookDoor
from outbound.encryption import Cipher, cipher_of
from outbound.limits import MemoryLimiter, RedisLimiter
from outbound.passwords import Argon2Hasher
from outbound.spool import Spool
from server.settings import Settings
from server.wiring.access import Oidc, mailer_of, oidc_of, people_of
from server.wiring.asking import JobsOnDemand
from server.wiring.base import CLOCK, Base, base
from server.wiring.capturing import handing_over


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


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[Serving]:
    """Build a `serve` process; what was accepted is stored before it ends."""
    async with base(settings, "serve") as own, AsyncExitStack() as stack:
        tally = Tally(database=own.database, clock=CLOCK)
        spool = Spool(settings.data / "spool", settings.spool_bytes)
        stack.callback(spool.close)
        inbox = Inbox(database=own.database, bus=own.bus, spool=spool)
        limiter = _limiter(settings)
        stack.push_async_callback(limiter.close)
        notices = LimitNotices(database=own.database, hub=own.hub, clock=CLOCK)
        pressure = Pressure(inbox=inbox, database=own.database)
        access = AccessUseCases(database=own.database, clock=CLOCK)
        people = people_of(
            own.database,
            Argon2Hasher(),
            public_url=settings.public_url,
            mailer=mailer_of(settings),
        )
        last_used = LastUsedWriter(database=own.database, used=access.used)
        for part in (people.background, last_used, tally, notices, inbox, pressure):
            await part.start()
            stack.push_async_callback(part.stop)
        keys = KeyRing(database=own.database, clock=CLOCK)
        gate = Gate(limiter=limiter, tally=tally, notices=notices)
        reception = Reception(
            inbox=inbox, keys=keys, tally=tally, gate=gate, pressure=pressure, clock=CLOCK
        )
        capture = CaptureUseCases(
            database=own.database, keys=keys, hand_over=handing_over(reception), clock=CLOCK
        )
        presence = Presence(own.bus, CLOCK)
        await presence.start()
        stack.push_async_callback(presence.close)
        headcount = Headcount(own.bus)
        await headcount.start()
        stack.push_async_callback(headcount.close)
        house = House(
            database=own.database,
            hub=own.hub,
            access_bell=own.access_bell,
            live_limits=settings.live_limits,
            access=access,
            sign_ins=people.sign_ins,
            passwords=people.passwords,
            tokens=TokenUseCases(database=own.database, clock=CLOCK),
            rates=ApiRates(
                limiter=limiter, clock=CLOCK, per_minute=settings.api_requests_per_minute
            ),
            invitations=people.invitations,
            errors=ErrorUseCases(database=own.database, hub=own.hub, clock=CLOCK),
            merging=Merging.of(own.database, own.hub, CLOCK),
            notifications=NotificationUseCases(database=own.database, hub=own.hub, clock=CLOCK),
            presence=presence,
            headcount=headcount,
            capture=capture,
            report_writing=ReportWriting(
                database=own.database,
                hub=own.hub,
                clock=CLOCK,
                policies=Policies(database=own.database, clock=CLOCK),
            ),
            report_queue=ReportQueue(
                database=own.database, hub=own.hub, clock=CLOCK, capture=capture
            ),
            links=AttachmentLinks(
                database=own.database, clock=CLOCK, public_url=settings.public_url
            ),
            limits=LimitUseCases(database=own.database, clock=CLOCK),
            saved_views=SavedViewUseCases(database=own.database, clock=CLOCK),
            suppression_rules=SuppressionRuleUseCases(database=own.database, clock=CLOCK),
            dead_letters=DeadLetterUseCases(
                database=own.database,
                bus=own.bus,
                clock=CLOCK,
                policies=Policies(database=own.database, clock=CLOCK),
            ),
            artifacts=ArtifactUploads(
                database=own.database, clock=CLOCK, jobs=JobsOnDemand(own.database)
            ),
            grouping_rules=GroupingRuleUseCases(database=own.database, clock=CLOCK),
            previews=PreviewUseCases(database=own.database, clock=CLOCK),
            scrubbing=ScrubbingUseCases(database=own.database, clock=CLOCK),
            people=People.of(own.database, own.hub, CLOCK),
            public_url=settings.public_url,
            provider=None if settings.oidc is None else settings.oidc.host,
            sends_mail=settings.smtp_url is not None,
        )
        Answering(own.bus, own.heartbeat.id, lambda: _live_state(house))
        artifacts = ArtifactsDoor(
            uploads=house.artifacts, access=house.access, public_url=settings.public_url
        )
        routes = (
            *routes_of(reception),
            *OtlpDoor(reception=reception).routes(),
            *artifacts.routes(),
            *WebhookDoor(
                reception=reception,
                vercel_secrets=settings.vercel_secrets,
                vercel_verify=settings.vercel_verify,
            ).routes(),
        )
        yield Serving(
            base=own,
            house=house,
            ingest=IngestApp(routes=routes),
            inbox=inbox,
            tally=tally,
            gate=gate,
            pressure=pressure,
            oidc=oidc_of(settings, own.database, people),
            cipher=cipher_of(settings.secret_keys, settings.data),
        )


def _live_state(house: House) -> LiveState:
    return LiveState(
        is_bus_up=house.hub.is_bus_up,
        subscribers=house.live.subscribers,
        lag_seconds=max(house.live.lag.latest.values(), default=None),
    )


def _limiter(settings: Settings) -> MemoryLimiter | RedisLimiter:
    """Return the limits of all processes where there is a Redis, else those of this one."""
    if settings.redis_url is None:
        return MemoryLimiter()
    return RedisLimiter(settings.redis_url, prefix="tocsin")
