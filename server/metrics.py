"""/metrics: what this process and the whole installation do, in Prometheus' text format."""

from collections.abc import Iterator
from dataclasses import asdict
from itertools import accumulate

from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from application.health import Health
from graph.live.counts import LAG_BUCKETS_SECONDS, LiveCounts
from server.wiring.base import CLOCK
from server.wiring.serving import Serving

CONTENT_TYPE = CONTENT_TYPE_LATEST


_LIVE_NOW = {
    "sockets": "WebSockets that are open.",
    "subscribers": "Subscriptions that are served.",
    "sources": "Different sets of changes that are watched.",
    "streams": "Different selections of them: what is worked out once for all who share it.",
}
_LIVE_SO_FAR = {
    "executions": "Answers that were worked out.",
    "deliveries": "Frames that were sent to subscribers.",
    "fell_behind": "Subscribers that did not take a frame at once.",
    "caught_up": "Frames that one subscriber was sent alone.",
    "coalesced": "Changes that were left out for a later one of the same subject.",
    "resyncs": "Times that watchers had to load anew.",
    "cut": "Subscribers cut as they did not read.",
    "refused": "Connections and subscriptions beyond a limit.",
    "moved": "Subscriptions that went on with other rights.",
}


class _Collector:
    def __init__(self, serving: Serving, health: Health | None) -> None:
        self._serving = serving
        self._health = health

    def collect(self) -> Iterator[Metric]:
        serving = self._serving
        answers = CounterMetricFamily(
            "tocsin_ingest_answers", "Answers of the machine doors.", labels=("door", "status")
        )
        for (door, status), count in serving.ingest.answers.items():
            answers.add_metric((door, str(status)), count)
        yield answers
        inbox = serving.inbox
        yield _counter(
            "tocsin_inbox_accepted_items", "Items stored by this process.", inbox.accepted
        )
        yield _counter(
            "tocsin_inbox_spooled_items",
            "Items kept on disk as the database was away.",
            inbox.spooled,
        )
        yield _gauge("tocsin_spool_records", "Items on disk that wait.", inbox.spool.records)
        yield _gauge("tocsin_inbox_pending_items", "Items in memory.", inbox.waiting_items)
        yield from _of_limits(serving)
        for name, value in asdict(serving.base.bus.counts).items():
            yield _counter(f"tocsin_bus_{name}", f"Messages of the bus: {name}.", value)
        feed = asdict(serving.base.hub.counts)
        yield _gauge("tocsin_feed_listeners", "Who listens to the feed now.", feed.pop("listeners"))
        for name, value in feed.items():
            yield _counter(f"tocsin_feed_{name}", f"The hub's feed: {name}.", value)
        yield _gauge("tocsin_bus_up", "Whether the bus is linked.", serving.base.bus.is_up)
        yield from _of_live(serving.house.live)
        yield _gauge(
            "tocsin_database_up", "Whether the database answers.", self._health is not None
        )
        if self._health is not None:
            yield from _of_installation(self._health)


def _of_live(live: LiveCounts) -> Iterator[Metric]:
    for name, text in _LIVE_NOW.items():
        yield _gauge(f"tocsin_live_{name}", text, getattr(live, name))
    for name, text in _LIVE_SO_FAR.items():
        yield _counter(f"tocsin_live_{name}", text, getattr(live, name))
    lag = HistogramMetricFamily("tocsin_live_lag_seconds", "From a change to all its watchers.")
    bounds = [*map(str, LAG_BUCKETS_SECONDS), "+Inf"]
    counted = list(zip(bounds, accumulate(live.lag.batches), strict=True))
    lag.add_metric((), counted, live.lag.total_seconds)
    yield lag


def _of_limits(serving: Serving) -> Iterator[Metric]:
    limited = CounterMetricFamily(
        "tocsin_ingest_limited_items",
        "Items over a limit: dropped, or kept to be counted.",
        labels=("category", "outcome"),
    )
    for (category, outcome), count in serving.gate.counts.items():
        limited.add_metric((category, outcome), count)
    yield limited
    pressure = serving.pressure
    yield _counter(
        "tocsin_ingest_delayed_answers", "Answers held back by back-pressure.", pressure.delayed
    )
    yield _counter(
        "tocsin_ingest_delayed_seconds", "For how long altogether.", pressure.delayed_seconds
    )


def _of_installation(health: Health) -> Iterator[Metric]:
    oldest = health.oldest_waiting_at
    age = 0.0 if oldest is None else (CLOCK.now() - oldest).total_seconds()
    yield _gauge("tocsin_inbox_backlog_items", "Accepted, not yet digested.", health.waiting_items)
    yield _gauge("tocsin_inbox_oldest_seconds", "Age of the oldest undigested item.", age)
    yield _gauge("tocsin_dead_letters", "Items that could not be digested.", health.dead_letters)
    processes = GaugeMetricFamily("tocsin_processes", "Processes that live.", labels=("kind",))
    kinds = [process.kind for process in health.processes]
    for kind in sorted(set(kinds)):
        processes.add_metric((kind,), kinds.count(kind))
    yield processes


def _counter(name: str, text: str, value: float) -> Metric:
    return CounterMetricFamily(name, text, value=value)


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value=value)


def exposition(serving: Serving, health: Health | None) -> bytes:
    """Return all metrics as text; `health` is None while the database is away."""
    registry = CollectorRegistry()
    registry.register(_Collector(serving, health))
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    GCCollector(registry=registry)
    return generate_latest(registry)
