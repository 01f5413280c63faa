"""Pacing: what is quiet is told at once, what is busy in batches, what is too much for us in few.

Each batch costs an execution and every watcher a frame. While one waits for its turn it gathers
what follows. The pause after a batch grows with the work that it was, beyond a little: so however
many watch, the feeds leave about half of a process's time to others, as long as the pause is not
the longest: a fifth of a second. With it there are four batches a second, or five.

Work is what the processor did meanwhile, for whatever: where many feeds are worked on at a time,
each of them counts the others in, and they all give way together. To wait for the database is no
work, but pause: it slows nobody down.
"""

from dataclasses import dataclass

GAP_SECONDS = 0.01
LONGEST_GAP_SECONDS = 0.2
# The pause is so many times as long as the work: about two fifths of the time are work then.
GAP_PER_WORK = 1.5
# So much is for nothing: with few watchers, news matter more than the processor.
FREE_WORK_SECONDS = 0.005
# From this pause on, only the latest change of each subject is told.
BUSY_SECONDS = 0.1
FULL_ENTRIES = 128

# How much the last batch says about the next one.
_WEIGHT = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class PaceLimits:
    """Between what the pauses of a feed are."""

    gap_seconds: float = GAP_SECONDS
    longest_seconds: float = LONGEST_GAP_SECONDS
    gap_per_work: float = GAP_PER_WORK
    free_work_seconds: float = FREE_WORK_SECONDS
    busy_seconds: float = BUSY_SECONDS


class Pace:
    """When the next batch of one feed is due."""

    def __init__(self, limits: PaceLimits) -> None:
        self._limits = limits
        self._work_seconds = 0.0
        self._free_at = 0.0

    @property
    def pause_seconds(self) -> float:
        """How long to pause after a batch, as batches are now."""
        work = max(self._work_seconds - self._limits.free_work_seconds, 0.0)
        wished = work * self._limits.gap_per_work
        return min(wished, self._limits.longest_seconds)

    @property
    def is_busy(self) -> bool:
        """Whether watching costs so much that only the latest of each subject is told."""
        return self.pause_seconds >= self._limits.busy_seconds

    def wait_seconds(self, now: float) -> float:
        """Return how long to gather what follows before the next batch is told."""
        return max(self._free_at - now, 0.0)

    def told(self, began: float, ended: float, work_seconds: float) -> None:
        """Take note of a batch: when it was begun, when all had it, and how much work it was."""
        self._work_seconds += (work_seconds - self._work_seconds) * _WEIGHT
        # While the batch waited for the database, others had their turn: that is a pause already.
        resumed = min(began + work_seconds, ended) + self.pause_seconds
        self._free_at = max(began + self._limits.gap_seconds, resumed)
