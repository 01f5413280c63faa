"""Live: many watchers of one feed, and what a delivery costs beside what others would write.

The server has one core to itself; PostgreSQL, Redis, the process that makes the changes and the
watchers (one C program) share the other. Every watcher has a socket of its own.

A delivery is one change that one watcher was sent. What was left out for a later change of the same
error is no delivery, but it is not missed either: a watcher is told how many these are.
"""

import asyncio
import os
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from application.setup import SetupUseCases
from benchmarks.feed import a_redis
from benchmarks.installation import Installation, cpu_seconds, pss_of_tree, running
from benchmarks.live_changes import Made, Maker, making
from benchmarks.live_peers import Server, cores_divided, node, pin, plain_strawberry
from benchmarks.live_watchers import Seen, Watchers, watching
from benchmarks.reader import fill
from benchmarks.seed import Sizes
from domain.organizations import MembershipRole
from persistence.database import Database
from server.wiring.base import CLOCK

SECONDS = float(os.environ.get("TOCSIN_BENCH_LIVE", "10"))
ROUNDS = int(os.environ.get("TOCSIN_BENCH_ROUNDS", "3"))
SIZES = Sizes(errors=400, occurrences=2_000, users=50)
PEOPLE = 20
STRAGGLERS_SECONDS = 10.0
# Watchers and changes/s: at the first a frame holds one change, if the process keeps up.
SATURATED = ((500, 82), (500, 150), (1_000, 45))
# Changes/s beside the peers: as asked for; and so few that nobody puts two into a frame.
BESIDE = (50, 10)
# Nothing may be refused because the benchmark is one organization of a few people.
UNBOUNDED = {
    "TOCSIN_LIVE_PER_TOKEN": "1000000",
    "TOCSIN_LIVE_PER_ORGANIZATION": "1000000",
    "TOCSIN_LIVE_SUBSCRIPTIONS_PER_TOKEN": "1000000",
    "TOCSIN_LIVE_SUBSCRIPTIONS_PER_ORGANIZATION": "1000000",
}

DOCUMENT = """
subscription {
  errorFeed { omitted changes { at error {
    id title culprit status severity level environment occurrenceCount lastSeenAt
    service { id name }
  } } }
}
"""
_FIELDS = (
    *("title", "culprit", "status", "severity", "level", "environment"),
    *("occurrenceCount", "usersAffectedCount", "firstSeenAt", "lastSeenAt"),
)


def twenty_selections() -> list[str]:
    """Return documents of which each leaves out another field, in two orders."""
    left_out = [[f for f in _FIELDS if f != without] for without in _FIELDS]
    chosen = [*left_out, *(fields[::-1] for fields in left_out)]
    return [
        "subscription { errorFeed { kind cursor omitted changes { kind at count"
        f" error {{ id {' '.join(fields)} service {{ id name }} }} }} }} }}"
        for fields in chosen
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one window measured, with the time that the stragglers needed to come in."""

    made: Made
    seen: Seen
    cpu: float
    seconds: float
    missed: int

    @property
    def deliveries_per_second(self) -> float:
        """How many changes reached somebody, each second."""
        return self.seen.changes / self.seconds

    @property
    def micros(self) -> float:
        """Processor time of the server for each delivery, in microseconds."""
        return self.cpu / max(self.seen.changes, 1) * 1e6

    @property
    def micros_of_frame(self) -> float:
        """Processor time of the server for each frame, however many changes are in it."""
        return self.cpu / max(self.seen.frames, 1) * 1e6

    @property
    def changes_of_frame(self) -> float:
        """How many changes a frame held."""
        return self.seen.changes / max(self.seen.frames, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """An installation, what makes its changes, and its `serve` process on a core of its own."""

    own: Installation
    maker: Maker
    server: Server
    core: int | None


def main() -> None:
    """Print how many can watch one feed, and how fast they are told."""
    with _live() as live:
        _many(live)
        _idle(live)
        for count, per_second in SATURATED:
            _saturated(live, count, per_second)


def beside_peers() -> None:
    """Print what a delivery costs: with us, with plain Strawberry, and with node."""
    with (
        _live() as live,
        plain_strawberry(live.own, live.core) as plain,
        node(live.own, live.core) as theirs,
    ):
        for per_second in BESIDE:
            _compared(live, (live.server, plain, theirs), per_second)


def _compared(live: Live, servers: Sequence[Server], per_second: float) -> None:
    print(
        f"  500 watchers, 20 selections, {per_second} changes/s;"
        f" {ROUNDS} rounds of {SECONDS:.0f} s in turns: median (range)"
    )
    runs: dict[str, list[Run]] = {server.name: [] for server in servers}
    for _ in range(ROUNDS):
        for server in servers:
            with _watched(server, 500, twenty_selections()) as watchers:
                run = _run(live.maker, server, watchers, per_second)
            runs[server.name].append(run)
    for name, measured in runs.items():
        print(f"    {name:16} {_costs(measured)}")
    ours = runs[live.server.name]
    for peer in servers[1:]:
        theirs = runs[peer.name]
        of_change = _median_of("micros", ours) / _median_of("micros", theirs)
        of_frame = _median_of("micros_of_frame", ours) / _median_of("micros_of_frame", theirs)
        print(
            f"    CPU, ours to {peer.name}: {of_change:.3f} for each delivery,"
            f" {of_frame:.3f} for each frame"
        )


def _median_of(name: str, runs: Sequence[Run]) -> float:
    return statistics.median(getattr(run, name) for run in runs)


def _costs(runs: Sequence[Run]) -> str:
    micros = [run.micros for run in runs]
    seen = [run.seen for run in runs]
    return (
        f"{statistics.median(micros):6.1f} ({min(micros):.1f} to {max(micros):.1f}) us of CPU"
        f"   {statistics.median(run.deliveries_per_second for run in runs):6.0f} deliveries/s"
        f"   p50 {statistics.median(s.p50 for s in seen):.0f}"
        f"   p99 {statistics.median(s.p99 for s in seen):.0f} ms"
        f"   not told in time {sum(run.missed for run in runs)}"
        f"   {statistics.median(run.changes_of_frame for run in runs):.1f} changes a frame of"
        f" {sum(s.bytes for s in seen) / max(sum(s.frames for s in seen), 1):.0f} bytes and"
        f" {statistics.median(run.micros_of_frame for run in runs):.1f} us"
    )


def _many(live: Live) -> None:
    before = pss_of_tree(live.server.process_id)
    with _watched(live.server, 2_000, [DOCUMENT]) as watchers:
        time.sleep(1)
        idle = pss_of_tree(live.server.process_id)
        run = _run(live.maker, live.server, watchers, 200)
        after = pss_of_tree(live.server.process_id)
    print(f"  2,000 watchers, 200 changes/s   {_row(run)}")
    print(
        f"    memory for each: {(idle - before) / 2_000_000:.1f} kB before the first change,"
        f" {(after - before) / 2_000_000:.1f} kB after the last"
    )


def _idle(live: Live) -> None:
    before = pss_of_tree(live.server.process_id)
    with _watched(live.server, 5_000, [DOCUMENT]) as watchers:
        memory = pss_of_tree(live.server.process_id) - before
        cpu, began = cpu_seconds(live.server.process_id), time.monotonic()
        time.sleep(SECONDS)
        share = (cpu_seconds(live.server.process_id) - cpu) / (time.monotonic() - began)
        watchers.reset()
        live.maker.make(1, 1)
        seen = watchers.until_told(1, STRAGGLERS_SECONDS)
    print(
        f"  5,000 watchers, idle   connected in {watchers.connected_seconds:.1f} s"
        f"   {memory / 5_000_000:.1f} kB each   {share:.1%} of a core"
        f"   one change reached {seen.changes:,}: p50 {seen.p50:.0f}, p99 {seen.p99:.0f} ms"
    )


def _saturated(live: Live, count: int, per_second: float) -> None:
    with _watched(live.server, count, [DOCUMENT]) as watchers:
        run = _run(live.maker, live.server, watchers, per_second)
    print(f"  {count:,} watchers, {per_second} changes/s   {_row(run)}")


def _row(run: Run) -> str:
    seen = run.seen
    return (
        f"{run.deliveries_per_second:.0f} deliveries/s in {seen.frames / run.seconds:.0f}"
        f" frames of {run.changes_of_frame:.1f} changes,"
        f" {seen.bytes / max(seen.frames, 1):.0f} bytes"
        f"   p50 {seen.p50:.0f}   p99 {seen.p99:.0f}   max {seen.longest:.0f} ms"
        f"   missed {run.missed}   left out {seen.omitted}   told to reload {seen.resyncs}"
        f"   cut {seen.ended}   {run.micros:.1f} us of CPU, {run.cpu / run.seconds:.0%} of"
        f" the core   (made {run.made.count / run.made.seconds:.0f}/s, each in"
        f" {run.made.p50:.1f} ms)"
    )


def _run(maker: Maker, server: Server, watchers: Watchers, per_second: float) -> Run:
    """Let changes be made for a window, after a second that does not count; wait for stragglers."""
    warm_up = maker.make(per_second, 1, for_peers=server.is_peer)
    watchers.until_told(warm_up.count, STRAGGLERS_SECONDS)
    watchers.reset()
    before, began = cpu_seconds(server.process_id), time.monotonic()
    made = maker.make(per_second, SECONDS, for_peers=server.is_peer)
    seen = watchers.until_told(made.count, STRAGGLERS_SECONDS)
    return Run(
        made=made,
        seen=seen,
        cpu=cpu_seconds(server.process_id) - before,
        seconds=time.monotonic() - began,
        missed=abs(made.count - seen.least) + abs(seen.most - made.count),
    )


@contextmanager
def _watched(server: Server, count: int, documents: Sequence[str]) -> Iterator[Watchers]:
    with watching(server.port, count, tokens=server.tokens, documents=documents) as watchers:
        yield watchers
    # Gone watchers are cleared away before anything else is measured.
    time.sleep(1)


@contextmanager
def _live() -> Iterator[Live]:
    with (
        cores_divided() as core,
        a_redis() as redis_url,
        running(work=0, redis_url=redis_url, environment=UNBOUNDED) as own,
    ):
        filled = asyncio.run(fill(own, SIZES))
        tokens = asyncio.run(_tokens(own))
        [serve] = own.processes
        pin(serve.pid, core)
        server = Server(
            name="tocsin",
            port=int(own.url.rpartition(":")[2]),
            process_id=serve.pid,
            tokens=[filled.token, *tokens],
            is_peer=False,
        )
        with making(own) as maker:
            # What is loaded and remembered once is no watcher's.
            with _watched(server, 50, [DOCUMENT]):
                maker.make(100, 2)
            yield Live(own=own, maker=maker, server=server, core=core)


async def _tokens(own: Installation) -> list[str]:
    """Let more people belong to the organization, each with a token."""
    database = Database(own.database_url, pool_size=2)
    try:
        setup = SetupUseCases(database=database, clock=CLOCK)
        (organization,) = [o for o in await setup.organizations() if not o.is_system]
        tokens = []
        for number in range(PEOPLE):
            address = f"watcher{number}@example.com"
            await setup.add_user(address, "Watcher", organization.slug, MembershipRole.STAFF)
            tokens.append(await setup.add_token(address, organization.slug, "benchmark"))
        return tokens
    finally:
        await database.close()
