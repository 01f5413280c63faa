"""Endings: its client, its feed or a mistake ends a subscription, whichever is first, and once."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Coroutine
from typing import Any

from graphql import GraphQLError

from application.feed import HubClosed
from domain.viewers import Viewer
from graph.live.counts import LiveCounts
from graph.live.frames import End, Ending, LiveRequest, Refused, Sink
from graph.live.patience import Cut
from graph.masking import shown


class Lasting(ABC):
    """One subscription of one client, as long as it lasts."""

    __slots__ = ("_counts", "_ended", "_task", "came_as", "request", "sink", "viewer")

    def __init__(
        self, request: LiveRequest, viewer: Viewer, sink: Sink, counts: LiveCounts
    ) -> None:
        self.request = request
        # As whom its place was counted; who they are may change meanwhile.
        self.viewer = self.came_as = viewer
        self.sink = sink
        self._counts = counts
        self._ended = False
        self._task: asyncio.Task[None] | None = None

    @abstractmethod
    def _leave(self) -> None:
        """Be forgotten by whatever knows of it."""

    def detach(self) -> None:
        """Stop, as the client wants it: it hears nothing more."""
        if self._ended:
            return
        self._ended = True
        self._leave()
        if self._task is not None and self._task is not asyncio.current_task():
            self._task.cancel()

    def finish(self, ending: Ending) -> None:
        """Tell that nothing more comes."""
        if not self._ended:
            self.detach()
            self.sink.end(ending)

    async def _done(self, work: Coroutine[Any, Any, None]) -> bool:
        """Do some of its work, and say whether that went well; otherwise it has ended."""
        try:
            await work
        except Exception as error:  # the outermost line of its task
            self._counts.cut += isinstance(error, Cut)
            self.finish(_ending_by(error, self.request.request_id))
            return False
        return True


def _ending_by(error: Exception, request_id: str) -> Ending:
    """Return what is told of an error that ended a subscription."""
    if isinstance(error, Cut):
        return Ending(why=End.TOO_SLOW)
    if isinstance(error, HubClosed):
        return Ending(why=End.RESTARTING)
    if isinstance(error, Refused):
        return Ending(why=End.REFUSED, errors=error.errors)
    located = error if isinstance(error, GraphQLError) else None
    located = located or GraphQLError(str(error), original_error=error)
    return Ending(why=End.REFUSED, errors=(shown(located, request_id),))
