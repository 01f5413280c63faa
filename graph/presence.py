"""Who is looking at an error just now: asked once, or watched, which is to be seen there."""

from collections.abc import AsyncGenerator, Hashable, Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from application.presence import Place
from domain.failures import NotFound
from domain.ids import ErrorId, UserId
from graph.context import Context, Info
from graph.errors import Error
from graph.failures import RESTARTING, refusal
from graph.ids import error_id, shown
from graph.sharing import Shareable
from graph.users import User, user_of
from persistence.database import is_away
from persistence.projection.declared import ERROR

# So often a window asks whether it may still be open, though nothing happens.
RENEW_SECONDS = 5.0

Whose = Annotated[strawberry.ID, strawberry.argument(description="Which error.")]


@strawberry.type
class ErrorViewer:
    """Somebody who looks at an error."""

    user_key: strawberry.Private[UserId]
    since: datetime = strawberry.field(description="Since when.")

    @strawberry.field
    async def user(self, info: Info) -> User | None:
        """Who it is; null when they belong to the organization no more."""
        return await user_of(info, self.user_key)


@strawberry.type
class ErrorViewers(Shareable):
    """Who looks at an error just now: all of them, not only who came since."""

    error_key: strawberry.Private[ErrorId]
    people: strawberry.Private[Sequence[tuple[UserId, datetime]]]

    @strawberry.field
    def error_id(self) -> strawberry.ID:
        """The error."""
        return shown(ERROR, UUID(str(self.error_key)))

    @strawberry.field
    async def error(self, info: Info) -> Error | None:
        """The error; null when it is gone or no longer for the viewer to see."""
        found = await info.context.loaders.errors.load(self.error_key)
        return None if found is None else Error.of(found)

    @strawberry.field
    def viewers(self) -> list[ErrorViewer]:
        """The members who have it open, those who came first before the others; 50 at most."""
        return [ErrorViewer(user_key=user, since=since) for user, since in self.people]

    def sharing_key(self) -> Hashable:
        """Return what tells it from others: who is there, and since when."""
        return ("viewers", self.error_key, tuple(self.people))


@strawberry.type
class PresenceQueries:
    """What can be asked about who is there."""

    @strawberry.field
    async def viewers(self, info: Info, error_id: Whose) -> ErrorViewers:
        """Who has an error open just now; to ask is not to be there."""
        place = await _place(info.context, error_id)
        return ErrorViewers(error_key=place.error, people=info.context.house.presence.at(place))


@strawberry.type
class PresenceSubscriptions:
    """What can be watched of who is there."""

    @strawberry.subscription
    async def viewers(self, info: Info, error_id: Whose) -> AsyncGenerator[ErrorViewers]:
        """Who has an error open, whenever that changes; a member who watches is there meanwhile.

        It holds while the subscription is open, in all processes; one that dies is forgotten
        within seconds. There is nothing to go on after: each event says all of it.
        """
        return _watched(info.context, await _place(info.context, error_id))


async def _watched(context: Context, place: Place) -> AsyncGenerator[ErrorViewers]:
    presence = context.house.presence
    is_member = place.organization in context.viewer.organizations
    async with presence.look(place, context.viewer.user if is_member else None) as looking:
        told: Sequence[tuple[UserId, datetime]] | None = None
        while not presence.is_closed:
            # What is told is what is remembered: who comes while it is on its way is told next.
            if (people := looking.people()) != told:
                told = people
                yield ErrorViewers(error_key=place.error, people=people)
            await looking.change(RENEW_SECONDS)
            await _must_be_there(context, place)
    raise refusal(RESTARTING, "The server restarts; connect again.")


async def _must_be_there(context: Context, place: Place) -> None:
    """Refuse who may see the error no more; while the database is away nobody can tell."""
    await context.renew()
    try:
        found = await context.loaders.errors.load(place.error)
    except Exception as error:
        if is_away(error):
            return
        raise
    if found is None:
        raise NotFound("No such error.")


async def _place(context: Context, error: strawberry.ID) -> Place:
    found = await context.loaders.errors.load(error_id(error, field="errorId"))
    if found is None:
        raise NotFound("No such error.")
    return Place(found.organization_id, found.id)
