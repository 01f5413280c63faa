"""Patience: for how long a reader is waited for who does not take what is sent."""

import asyncio
from dataclasses import dataclass

from graph.live.frames import Frame, Sink


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How slow readers are dealt with.

    Who takes nothing for `cut_seconds` is cut; who is behind gets a batch in `gap_seconds`.
    """

    cut_seconds: float = 30.0
    gap_seconds: float = 0.25


class Cut(Exception):
    """Somebody took nothing for too long."""


async def send_patiently(sink: Sink, frame: Frame, patience: Patience) -> bool:
    """Send a frame, and say whether it went at once; Cut when patience runs out."""
    if sink.offer(frame):
        return True
    try:
        async with asyncio.timeout(patience.cut_seconds):
            await sink.send(frame)
    except TimeoutError:
        raise Cut from None
    return False
