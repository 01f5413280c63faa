"""Live: who watches what in this process. A transport needs no more of it than `attach`.

subscriber = await live.attach(request, viewer, sink, after=cursor)   # may raise Refused
subscriber.renew(viewer)    # their rights may have changed
subscriber.detach()         # they are gone, or want no more
"""

import asyncio
import random
from collections.abc import Hashable
from dataclasses import replace
from uuid import uuid4

from graphql import GraphQLSchema

from domain.failures import Forbidden, Invalid
from domain.ids import OrganizationId
from domain.viewers import Viewer
from graph.context import Context, House
from graph.cursors import FeedCursor
from graph.failures import RESTARTING, refusal
from graph.live.feeds import Feed
from graph.live.frames import End, Ending, LiveRequest, Refused, Sink
from graph.live.patience import Patience
from graph.live.quotas import Quota
from graph.live.solo import Solo
from graph.live.sources import Source
from graph.live.streams import Stream
from graph.live.subscribers import Seat, Subscriber
from graph.live.working import (
    Prepared,
    answer,
    is_subscription,
    prepared,
    prepared_again,
    refused,
)
from graph.pacing import Pace, PaceLimits
from graph.sharing import Shareable, sight_of

TOO_MANY = "TOO_MANY_SUBSCRIPTIONS"

# Of a process that stops: so long for each of those who watch, but not longer than it may take.
LEAVING_SECONDS = 0.005


class Live:
    """All live feeds of one process."""

    def __init__(
        self,
        house: House,
        schema: GraphQLSchema,
        *,
        patience: Patience | None = None,
        pace: PaceLimits | None = None,
    ) -> None:
        self.counts = house.live
        self.patience = patience or Patience()
        self.house = house
        self._schema = schema
        self._pace = pace or PaceLimits()
        self._sources: dict[Hashable, Source] = {}
        self._is_draining = False
        limits = house.live_limits
        self.connections = Quota(
            "connections",
            limits.connections_per_token,
            limits.connections_per_organization,
            house.headcount,
        )
        self._subscriptions = Quota(
            "subscriptions",
            limits.subscriptions_per_token,
            limits.subscriptions_per_organization,
            house.headcount,
        )
        self.subscribers: set[Subscriber | Solo] = set()

    def watches(self, text: str, operation_name: str | None) -> bool:
        """Say whether an operation is a subscription, and so for `attach`."""
        return is_subscription(self._schema, text, operation_name)

    async def attach(
        self,
        request: LiveRequest,
        viewer: Viewer,
        sink: Sink,
        *,
        after: FeedCursor | None = None,
    ) -> Subscriber | Solo:
        """Let a sink have what a subscription tells, from a place on that `after` may say anew.

        Refused says why it does not begin. Frames may come before this returns.
        """
        if self._is_draining:
            raise Refused(refusal(RESTARTING, "The server restarts; connect again."))
        # A place names its organization, so the operation need not.
        meant = viewer if after is None else _meaning(viewer, after.organization)
        context = self._context(request, meant)
        found = await prepared(self._schema, request, context)
        if not isinstance(found.events, Feed):
            self._take_place(viewer, None)
            solo = Solo(self, request, found, context, sink)
            self._come(solo)
            solo.begin()
            return solo
        feed = found.events
        if after is not None and after.organization != feed.organization:
            raise refused(Invalid("The cursor is of another feed.", field="after"), request)
        self._take_place(viewer, feed.organization)
        subscriber = Subscriber(self, request, viewer, sink, self._seat(found, feed, viewer))
        self._come(subscriber)
        subscriber.begin(feed.after if after is None else after.position)
        return subscriber

    def _come(self, subscriber: Subscriber | Solo) -> None:
        self.subscribers.add(subscriber)
        self.counts.come(subscriber.organization)

    async def seat(self, request: LiveRequest, viewer: Viewer, own: Source | None) -> Seat:
        """Return where a subscriber belongs by the rights that they have now."""
        if own is not None:
            viewer = _within(viewer, own.feed.organization, request)
        found = await prepared_again(self._schema, request, self._context(request, viewer))
        assert isinstance(found.events, Feed)  # noqa: S101 as it was when they came
        return self._seat(found, found.events, viewer)

    async def anew(self, request: LiveRequest, viewer: Viewer) -> tuple[Prepared, Context]:
        """Ask a subscription of no feed for its events once more."""
        context = self._context(request, viewer)
        return await prepared_again(self._schema, request, context), context

    def gone(self, subscriber: Subscriber | Solo) -> None:
        """Forget a subscriber."""
        self.subscribers.discard(subscriber)
        self.counts.go(subscriber.organization)
        self._subscriptions.give_back(subscriber.came_as, subscriber.organization)

    async def drain(self, longest_seconds: float) -> None:
        """Send everybody elsewhere, in an order and at moments of chance, and let nobody in.

        All at once they would come back all at once, to the processes that are left.
        """
        self._is_draining = True
        everybody = list(self.subscribers)
        random.shuffle(everybody)
        pause = min(longest_seconds / max(len(everybody), 1), LEAVING_SECONDS)
        for subscriber in everybody:
            subscriber.finish(Ending(why=End.RESTARTING))
            await asyncio.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311  not a secret

    def _take_place(self, viewer: Viewer, organization: OrganizationId | None) -> None:
        if (sentence := self._subscriptions.take(viewer, organization)) is not None:
            self.counts.refused += 1
            raise Refused(refusal(TOO_MANY, sentence))

    def _seat(self, found: Prepared, feed: Feed, viewer: Viewer) -> Seat:
        """Return the stream of who asks the same and may see the same, and its source."""
        inside = _narrowed(viewer, feed.organization)
        own = viewer.user if found.is_personal else None
        who = (feed.organization, sight_of(inside), own)
        key = (found.events_key, who)
        if (source := self._sources.get(key)) is None:
            source = self._sources[key] = self._source(key, feed, inside)
        if (stream := source.streams.get(found.answer_key)) is None:
            stream = source.streams[found.answer_key] = self._stream(source, found)
        return Seat(source, stream, feed if feed.remembers else source.feed)

    def _source(self, key: Hashable, feed: Feed, viewer: Viewer) -> Source:
        request_id = uuid4().hex
        request = LiveRequest(text="", request_id=request_id)
        viewer = replace(viewer, request_id=request_id, address=None, token=None, sign_in=None)

        def ended(source: Source) -> None:
            if self._sources.get(key) is source:
                del self._sources[key]

        return Source(
            key=key,
            feed=feed,
            hub=self.house.hub,
            context_of=lambda: self._context(request, viewer),
            pace=Pace(self._pace),
            counts=self.counts,
            ended=ended,
        )

    def _stream(self, source: Source, found: Prepared) -> Stream:
        async def work_out(event: Shareable, context: Context) -> str:
            async def once() -> str:
                self.counts.executions += 1
                return await answer(found, event, context)

            key = (source.key, found.answer_key, event.sharing_key())
            return await self.house.answers.answer(key, once)

        return Stream(found.answer_key, source, work_out, self.counts)

    def _context(self, request: LiveRequest, viewer: Viewer) -> Context:
        return Context(
            house=self.house,
            viewer=viewer,
            request_id=request.request_id,
            browser=request.browser,
        )


def _narrowed(viewer: Viewer, organization: OrganizationId) -> Viewer:
    """Return a viewer as one organization knows them: who is more elsewhere shares with others."""
    roles = {id_: role for id_, role in viewer.roles.items() if id_ == organization}
    return replace(viewer, roles=roles)


def _meaning(viewer: Viewer, organization: OrganizationId) -> Viewer:
    return _narrowed(viewer, organization) if organization in viewer.roles else viewer


def _within(viewer: Viewer, organization: OrganizationId, request: LiveRequest) -> Viewer:
    """Return a viewer whose subscription goes on in its organization, or refuse who left it."""
    if not viewer.is_system_admin and organization not in viewer.roles:
        raise refused(Forbidden("You no longer belong to this organization."), request)
    return viewer if viewer.is_system_admin else _narrowed(viewer, organization)
