"""The doctor: says in plain sentences what is wrong with an installation."""

import asyncio
import logging
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from application.health import Health, HealthUseCases
from application.ports import BELL_CALL
from application.roll_call import call
from domain.source_maps.originals import MapBroken, MapsAway
from outbound.bus import Bus
from outbound.source_maps import MapReader
from outbound.spool import Spool
from persistence import schema
from persistence.database import APPLICATION_ROLE, Database
from persistence.heartbeats import Heartbeat
from server.settings import Settings
from server.wiring.base import CLOCK

CLOCK_TOLERANCE = timedelta(seconds=2)
BACKLOG_TOLERANCE = timedelta(minutes=1)
SILENCE_TOLERANCE = timedelta(minutes=1)
LEAST_FREE_BYTES = 1 << 30
BUS_PATIENCE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at, and the sentence about it."""

    is_well: bool
    sentence: str


async def examine(settings: Settings) -> list[Finding]:
    """Look at everything; what cannot be reached is a finding, never an exception."""
    # What the parts log while they cannot reach something is said below in plain sentences.
    logging.getLogger().setLevel(logging.ERROR)
    database, health = await _database(settings)
    # Without a database there is no bus on it either: one finding is enough.
    has_bus = settings.redis_url is not None or database[0].is_well
    return [
        *database,
        *(await _bus(settings, health) if has_bus else []),
        _disk(settings),
        *_spool(settings),
        await _source_maps(),
    ]


async def _database(settings: Settings) -> tuple[list[Finding], Health | None]:
    try:
        current = await schema.current(settings.needed_database_url)
    except Exception as error:
        why = str(error) or type(error).__name__
        return [Finding(False, f"The database cannot be reached: {why}.")], None
    needed = schema.newest()
    if current != needed:
        had = f"at {current}" if current else "empty"
        sentence = f"The schema is {had}, this version needs {needed}: run `tocsin migrate`."
        return [Finding(True, "The database answers."), Finding(False, sentence)], None
    database = Database(settings.needed_database_url, pool_size=2)
    try:
        health = await HealthUseCases(database=database, clock=CLOCK).look()
    except Exception as error:
        return [Finding(False, f"The role {APPLICATION_ROLE} cannot read: {error}")], None
    finally:
        await database.close()
    findings = [
        Finding(True, f"The database answers (PostgreSQL {health.server_version})."),
        Finding(True, f"The schema is at {current}, as this version needs."),
        _clock(health),
        _backlog(health),
        _dead_letters(health),
        *_processes(health),
    ]
    return findings, health


def _clock(health: Health) -> Finding:
    apart = abs(health.database_time - datetime.now(UTC))
    if apart > CLOCK_TOLERANCE:
        return Finding(
            False, f"The clocks here and at the database are {apart.total_seconds():.0f} s apart."
        )
    return Finding(True, "The clocks here and at the database agree.")


def _backlog(health: Health) -> Finding:
    oldest = health.oldest_waiting_at
    if oldest is not None and datetime.now(UTC) - oldest > BACKLOG_TOLERANCE:
        age = (datetime.now(UTC) - oldest).total_seconds()
        return Finding(
            False,
            f"{health.waiting_items} accepted items wait, the oldest for {age:.0f} s: "
            "is a `work` process running?",
        )
    return Finding(True, f"{health.waiting_items} accepted items wait to be digested.")


def _dead_letters(health: Health) -> Finding:
    if health.dead_letters:
        return Finding(
            False,
            f"{health.dead_letters} items could not be digested: see `tocsin dead-letters list`.",
        )
    return Finding(True, "There are no dead letters.")


def _processes(health: Health) -> list[Finding]:
    findings = []
    for kind in ("serve", "work"):
        living = _living(health, kind)
        sentence = (
            f"{len(living)} `{kind}` process{'es are' if len(living) > 1 else ' is'} running."
            if living
            else f"No `{kind}` process is running."
        )
        findings.append(Finding(bool(living), sentence))
    return findings


def _living(health: Health, kind: str) -> list[Heartbeat]:
    now = datetime.now(UTC)
    return [
        process
        for process in health.processes
        if process.kind == kind and now - process.seen_at < SILENCE_TOLERANCE
    ]


async def _bus(settings: Settings, health: Health | None) -> list[Finding]:
    name = "Redis" if settings.redis_url else "The bus on PostgreSQL"
    role = None if settings.redis_url else {"role": APPLICATION_ROLE}
    try:
        async with Bus.open(settings.bus_url, channels=[BELL_CALL], server_settings=role) as bus:
            took = await _there_and_back(bus)
            findings = [Finding(True, f"{name} carries messages: there and back in {took}.")]
            return [*findings, *(await _live_feeds(bus, health) if health else [])]
    except Exception as error:
        why = str(error) or "no message came back"
        return [Finding(False, f"{name} does not carry messages: {why}.")]


async def _there_and_back(bus: Bus) -> str:
    """Return how long a bell takes; TimeoutError when none is heard."""
    loop = asyncio.get_running_loop()
    token, heard = CLOCK.new_id().hex, asyncio.Event()
    channel = f"doctor-{token}"
    bus.on(channel, lambda message: heard.set() if message == token else None)
    async with asyncio.timeout(BUS_PATIENCE_SECONDS):
        while True:
            rung_at = loop.time()
            await bus.publish(channel, token)
            with suppress(TimeoutError):
                async with asyncio.timeout(1):
                    await heard.wait()
                    return _milliseconds(loop.time() - rung_at)


async def _live_feeds(bus: Bus, health: Health) -> list[Finding]:
    """Ask every `serve` process that lives whether it hears the bus, and how its watchers do."""
    living = {process.id: process for process in _living(health, "serve")}
    if not living:
        return []
    answers = await call(
        bus, CLOCK.new_id(), wanted=len(living), patience_seconds=BUS_PATIENCE_SECONDS
    )
    found = [
        Finding(
            False,
            f"The `serve` process {process.pid} on {process.host} does not answer over the bus:"
            " who watches there hears of changes seconds late.",
        )
        for process in (living[id_] for id_ in living.keys() - {a.process for a in answers})
    ]
    if not answers:
        return found
    slowest = _milliseconds(max(each.after_seconds for each in answers))
    watchers = sum(each.state.subscribers for each in answers)
    sentence = f"Live feeds: {watchers} subscriptions; `serve` answers over the bus in {slowest}"
    if lags := [each.state.lag_seconds for each in answers if each.state.lag_seconds is not None]:
        sentence += f"; the latest changes were told {_milliseconds(max(lags))} after they happened"
    return [*found, Finding(all(each.state.is_bus_up for each in answers), f"{sentence}.")]


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"


async def _source_maps() -> Finding:
    reader = MapReader()
    try:
        await reader.open(b"doctor", b"", b'{"version":3,"sources":[],"names":[],"mappings":""}')
    except (MapBroken, MapsAway) as error:
        return Finding(False, f"Source maps cannot be read, so stacks stay minified: {error}")
    finally:
        await reader.close()
    return Finding(True, "Source maps can be read.")


def _disk(settings: Settings) -> Finding:
    try:
        settings.data.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.data):
            pass
        free = shutil.disk_usage(settings.data).free
    except OSError as error:
        return Finding(False, f"The data directory {settings.data} cannot be written: {error}.")
    gigabytes = free / (1 << 30)
    if free < LEAST_FREE_BYTES:
        return Finding(False, f"Only {gigabytes:.1f} GiB are free in {settings.data}.")
    return Finding(True, f"{gigabytes:.0f} GiB are free in {settings.data}.")


def _spool(settings: Settings) -> list[Finding]:
    spool = Spool(settings.data / "spool", settings.spool_bytes)
    findings = []
    if waiting := spool.records:
        findings.append(
            Finding(False, f"{waiting} accepted items wait on the disk for the database.")
        )
    else:
        findings.append(Finding(True, "Nothing waits on the disk for the database."))
    if aside := spool.set_aside_files:
        findings.append(
            Finding(False, f"{aside} items were set aside in {settings.data / 'spool'} (*.bad).")
        )
    return findings
