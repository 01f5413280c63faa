"""Sign-ins, as the API shows them: the browsers in which a person is signed in."""

from datetime import datetime
from typing import Self

import strawberry

from domain import sign_ins
from domain.ids import SignInId
from domain.sign_ins import SignInMethod
from graph.context import Info
from graph.ids import SIGN_IN, Node, shown


@strawberry.type
class SignIn(Node):
    """A browser in which somebody is signed in; only they see it."""

    method: SignInMethod = strawberry.field(description="How they showed who they are.")
    user_agent: str | None = strawberry.field(description="What the browser calls itself.")
    address: str | None = strawberry.field(description="From where they signed in.")
    is_current: bool = strawberry.field(description="Whether it is the one that asks.")
    created_at: datetime = strawberry.field(description="When they signed in.")
    last_seen_at: datetime = strawberry.field(
        description="When something was last asked there, to the minute."
    )
    expires_at: datetime = strawberry.field(description="When it ends at the latest.")

    @classmethod
    def of(cls, sign_in: sign_ins.SignIn, *, current: object) -> Self:
        """Show a sign-in."""
        return cls(
            id=shown(SIGN_IN, sign_in.id),
            method=sign_in.method,
            user_agent=sign_in.user_agent,
            address=sign_in.address,
            is_current=sign_in.id == current,
            created_at=sign_in.created_at,
            last_seen_at=sign_in.last_seen_at,
            expires_at=sign_in.expires_at,
        )


async def own_sign_ins(info: Info) -> list[SignIn]:
    """Return the viewer's sign-ins, newest first; a token of theirs sees none."""
    viewer = info.context.viewer
    if viewer.sign_in is None:
        return []
    found = await info.context.house.sign_ins.open_of(viewer)
    return [SignIn.of(sign_in, current=viewer.sign_in) for sign_in in found]


async def own_sign_in(info: Info, id_: SignInId) -> SignIn | None:
    """Return the viewer's own sign-in of an id, or None when it is not there (any more)."""
    wanted = shown(SIGN_IN, id_)
    return next((each for each in await own_sign_ins(info) if each.id == wanted), None)
