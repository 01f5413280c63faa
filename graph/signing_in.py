"""Signing in and out: the mutations that let a browser keep a sign-in, or forget it."""

from typing import Annotated

import strawberry

from domain import failures
from domain.ids import SignInId
from graph.context import Info, Reply
from graph.failures import Forbidden, Invalid, NotFound, TooMany, WrongCredentials
from graph.ids import SIGN_IN, shown, sign_in_id
from graph.organizations import Viewer


@strawberry.type
class SignInSuccess:
    """You are signed in: the answer has a cookie, and the same request is already yours."""

    viewer: Viewer = strawberry.field(description="Who you are now.")


SignInResult = Annotated[
    SignInSuccess | WrongCredentials | TooMany | Forbidden,
    strawberry.union("SignInResult", description="Who has signed in, or why nobody has."),
]


@strawberry.type
class SignOutSuccess:
    """You are signed out there."""

    id: strawberry.ID = strawberry.field(description="The sign-in that has ended.")


SignOutResult = Annotated[
    SignOutSuccess | NotFound | Invalid | Forbidden,
    strawberry.union("SignOutResult", description="Which sign-in has ended, or why none has."),
]


@strawberry.type
class SignOutEverywhereSuccess:
    """You are signed out everywhere, here as well."""

    ended: int = strawberry.field(description="How many sign-ins have ended.")


SignOutEverywhereResult = Annotated[
    SignOutEverywhereSuccess | Forbidden,
    strawberry.union(
        "SignOutEverywhereResult", description="How many sign-ins have ended, or why none has."
    ),
]


@strawberry.type
class SigningInMutations:
    """How one signs in and out."""

    @strawberry.mutation
    async def sign_in(
        self,
        info: Info,
        email: Annotated[str, strawberry.argument(description="Your e-mail address.")],
        password: Annotated[str, strawberry.argument(description="Your password.")],
    ) -> SignInResult:
        """Sign in; the answer sets a cookie that scripts cannot read. Only over HTTP."""
        context = info.context
        reply = reply_of(info)
        signed_in = await context.house.sign_ins.by_password(
            email, password, context.browser, instead_of=context.viewer
        )
        reply.signed_in = signed_in
        context.act_as(signed_in.viewer)
        return SignInSuccess(viewer=Viewer())

    @strawberry.mutation
    async def sign_out(
        self,
        info: Info,
        id: Annotated[
            strawberry.ID | None,
            strawberry.argument(description="Another of your sign-ins; this one when left out."),
        ] = None,
    ) -> SignOutResult:
        """Sign out: here, or in another browser of yours."""
        viewer = info.context.viewer
        current = sign_in_of(info)
        ended = current if id is None else sign_in_id(id)
        await info.context.house.sign_ins.end(ended, by=viewer)
        if ended == current:
            reply_of(info).is_signed_out = True
        return SignOutSuccess(id=shown(SIGN_IN, ended))

    @strawberry.mutation
    async def sign_out_everywhere(self, info: Info) -> SignOutEverywhereResult:
        """Sign out in every browser, this one as well; API tokens stay."""
        sign_in_of(info)
        reply = reply_of(info)
        ended = await info.context.house.sign_ins.end_all(by=info.context.viewer)
        reply.is_signed_out = True
        return SignOutEverywhereSuccess(ended=ended)


def reply_of(info: Info) -> Reply:
    """Return what can be done to the browser; over a socket nothing can."""
    if info.context.reply is None:
        raise failures.Forbidden("Ask this over HTTP: a socket cannot set a cookie.")
    return info.context.reply


def sign_in_of(info: Info) -> SignInId:
    """Return the viewer's own sign-in; a program has none."""
    if info.context.viewer.sign_in is None:
        raise failures.Forbidden("Only who has signed in may do this, not a program.")
    return info.context.viewer.sign_in
