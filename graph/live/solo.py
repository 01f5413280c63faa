"""Solo: a subscription that is of no feed, such as who looks at something now.

Its events have no places, so there is nothing to resume from; each subscriber has a generator of
their own, which begins anew when their rights change.
"""

import asyncio
from typing import Protocol

from domain.ids import OrganizationId
from domain.viewers import Viewer
from graph.context import Context, House
from graph.live.counts import LiveCounts
from graph.live.endings import Lasting
from graph.live.frames import End, Ending, Frame, LiveRequest, Sink
from graph.live.patience import Patience, send_patiently
from graph.live.working import Prepared, answer
from graph.sharing import Shareable, sight_of


class Asking(Protocol):
    """What a solo needs of the live feeds."""

    counts: LiveCounts
    patience: Patience
    house: House

    async def anew(self, request: LiveRequest, viewer: Viewer) -> tuple[Prepared, Context]:
        """Ask for the events once more; Refused when that may be no more."""
        ...

    def gone(self, subscriber: "Solo") -> None:
        """Forget a subscriber."""
        ...


class Solo(Lasting):
    """One subscription with events of its own."""

    def __init__(
        self, live: Asking, request: LiveRequest, found: Prepared, context: Context, sink: Sink
    ) -> None:
        super().__init__(request, context.viewer, sink, live.counts)
        self.organization: OrganizationId | None = None
        self._live = live
        self._found = found
        self._context = context

    def begin(self) -> None:
        """Send what happens from now on."""
        self._task = asyncio.create_task(self._run(anew=False), name="solo subscriber")

    def renew(self, viewer: Viewer) -> None:
        """Begin anew with the rights that the client has now, if they are others."""
        is_same = viewer.user == self.viewer.user and sight_of(viewer) == sight_of(self.viewer)
        self.viewer = viewer
        if not is_same and not self._ended and self._task is not None:
            self._task.cancel()
            self._task = asyncio.create_task(self._run(anew=True), name="solo subscriber")

    def _leave(self) -> None:
        self._live.gone(self)

    async def _run(self, *, anew: bool) -> None:
        if await self._done(self._told(anew=anew)):
            self.finish(Ending(why=End.COMPLETE))

    async def _told(self, *, anew: bool) -> None:
        if anew:
            self._found, self._context = await self._live.anew(self.request, self.viewer)
        await self._follow()

    async def _follow(self) -> None:
        self._context.recheck = self._who
        events = self._found.events
        try:
            async for event in events:
                frame = Frame(payload=await self._worked_out(event))
                await send_patiently(self.sink, frame, self._live.patience)
                self._counts.deliveries += 1
        finally:
            if hasattr(events, "aclose"):
                await events.aclose()

    async def _who(self) -> Viewer | None:
        return self.viewer

    async def _worked_out(self, event: object) -> str:
        found, context = self._found, self._context

        async def once() -> str:
            self._counts.executions += 1
            return await answer(found, event, context)

        if not isinstance(event, Shareable):
            return await once()
        own = self.viewer.user if found.is_personal else None
        key = (found.events_key, found.answer_key, event.sharing_key(), sight_of(self.viewer), own)
        return await self._live.house.answers.answer(key, once)
