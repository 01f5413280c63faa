"""The live status: whether what one sees is live, for the light that a dashboard shows."""

from datetime import datetime

import strawberry

from domain.ids import OrganizationId
from graph.context import Context, Info
from graph.cursors import FeedCursor
from graph.feed import WhoseFeed, watched


@strawberry.type
class LiveStatus:
    """How the live feed of an organization does, as the process sees it that answers."""

    is_bus_up: bool = strawberry.field(
        description=(
            "Whether this process hears the others. If not, changes are found by looking, and come"
            " some seconds later; none is lost."
        )
    )
    cursor: FeedCursor = strawberry.field(
        description="The newest place of the feed: a watcher who is there has seen everything."
    )
    newest_at: datetime | None = strawberry.field(
        description="When the newest change happened; null when none is kept."
    )
    lag_seconds: float | None = strawberry.field(
        description=(
            "How old the oldest change of the latest batch was when its watchers here were sent it;"
            " null when nothing was sent while somebody watched."
        )
    )
    subscribers: int = strawberry.field(
        description="How many subscriptions to this feed the process serves."
    )


@strawberry.type
class LiveStatusQueries:
    """What can be asked about the live feeds."""

    @strawberry.field
    async def live_status(self, info: Info, organization: WhoseFeed = None) -> LiveStatus:
        """How the live feed of an organization does."""
        return await _status(info.context, watched(info.context.viewer, organization, None))


async def _status(context: Context, organization: OrganizationId) -> LiveStatus:
    hub, live = context.house.hub, context.house.live
    newest = await hub.newest(organization)
    latest = (await hub.page_after(organization, newest - 1)).entries if newest else ()
    lag = live.lag.latest.get(organization)
    return LiveStatus(
        is_bus_up=hub.is_bus_up,
        cursor=FeedCursor(organization=organization, position=newest),
        newest_at=latest[-1].at if latest else None,
        lag_seconds=None if lag is None else round(lag, 3),
        subscribers=live.watching.get(organization, 0),
    )
