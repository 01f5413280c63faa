"""One organization's feed as this process knows it: what is served, and what is rumoured to be.

No I/O and no await here: each call moves all listeners from one position to the next together.
"""

import asyncio
import logging
from collections.abc import Sequence

from application.feed.messages import Bell
from application.feed.pending import Pending
from domain.feed import FeedEntry
from domain.ids import OrganizationId

logger = logging.getLogger(__name__)


class Watch:
    """Exists while somebody in this process listens to the organization."""

    def __init__(self, organization: OrganizationId) -> None:
        self.organization = organization
        # Live listeners were given everything up to here; meaningless until it is open.
        self.known = 0
        self.rumoured = 0
        self.holders: set[Pending] = set()
        self.live: set[Pending] = set()
        self.opened = asyncio.Event()
        self.mending: asyncio.Task[None] | None = None

    @property
    def is_behind(self) -> bool:
        """Whether the table must be read."""
        return not self.opened.is_set() or self.known < self.rumoured

    def open(self, newest: int) -> None:
        """Begin at the table's newest position."""
        self.known = newest
        self.opened.set()

    def hear(self, bell: Bell) -> None:
        """Serve a message that continues what is known; of any other, note that there is more."""
        self.rumoured = max(self.rumoured, bell.last)
        if self.opened.is_set() and self.is_behind and bell.first <= self.known + 1:
            self.advance(bell.entries())

    def advance(self, entries: Sequence[FeedEntry]) -> None:
        """Give live listeners the entries, which follow each other, as far as they are new."""
        fresh = [entry for entry in entries if entry.position > self.known]
        if not fresh:
            return
        self.known = fresh[-1].position
        for pending in self.live:
            try:
                pending.put(fresh)
            except Exception:  # a filter with a bug must not silence everybody else
                logger.exception("A listener of the feed failed and is ended.")
                pending.end()

    def skip_to(self, newest: int) -> None:
        """Go on from a position that cannot be reached entry by entry; listeners must reload."""
        self.known = newest
        for pending in self.live:
            pending.resync(newest)


def continues(position: int, page: Sequence[FeedEntry]) -> bool:
    """Whether a page begins right after a position and has no hole."""
    return (
        bool(page)
        and page[0].position == position + 1
        and page[-1].position == position + len(page)
    )
