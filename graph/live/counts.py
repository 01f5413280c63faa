"""What the live feeds of this process do, counted."""

from dataclasses import dataclass


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
