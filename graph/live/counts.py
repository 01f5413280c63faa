"""What the live feeds of this process do, counted."""

from dataclasses import dataclass, field

from domain.ids import OrganizationId

LAG_BUCKETS_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


@dataclass(slots=True)
class Lag:
    """How old the oldest change of a batch was when everybody who is live had been sent it."""

    total_seconds: float = 0.0
    # One more than there are bounds: the last is for what is above them all.
    batches: list[int] = field(default_factory=lambda: [0] * (len(LAG_BUCKETS_SECONDS) + 1))
    latest: dict[OrganizationId, float] = field(default_factory=dict)

    def note(self, organization: OrganizationId, seconds: float) -> None:
        """Count a batch."""
        seconds = max(seconds, 0.0)
        self.total_seconds += seconds
        self.batches[sum(seconds > bound for bound in LAG_BUCKETS_SECONDS)] += 1
        self.latest[organization] = seconds


@dataclass(slots=True)
class LiveCounts:
    """Who watches now, and what was done for them since the process was started."""

    sockets: int = 0
    subscribers: int = 0
    sources: int = 0
    streams: int = 0
    executions: int = 0
    deliveries: int = 0
    fell_behind: int = 0
    caught_up: int = 0
    coalesced: int = 0
    resyncs: int = 0
    cut: int = 0
    refused: int = 0
    moved: int = 0
    lag: Lag = field(default_factory=Lag)
    # In how many subscriptions each organization is watched.
    watching: dict[OrganizationId, int] = field(default_factory=dict)

    def come(self, organization: OrganizationId | None) -> None:
        """Count a subscriber in."""
        self.subscribers += 1
        if organization is not None:
            self.watching[organization] = self.watching.get(organization, 0) + 1

    def go(self, organization: OrganizationId | None) -> None:
        """Count a subscriber out; what nobody watches is forgotten."""
        self.subscribers -= 1
        if organization is None:
            return
        self.watching[organization] -= 1
        if not self.watching[organization]:
            del self.watching[organization]
            self.lag.latest.pop(organization, None)
