"""One's own account: what one is called, one's password, and a new one by a link."""

from typing import Annotated

import strawberry

from graph.context import Info
from graph.failures import Forbidden, Invalid, TooMany, WrongCredentials
from graph.organizations import Viewer
from graph.signing_in import reply_of
from graph.users import User


@strawberry.type
class ChangePasswordSuccess:
    """The password is changed, and you are signed out everywhere but here."""

    viewer: Viewer = strawberry.field(description="Whose password it is.")


ChangePasswordResult = Annotated[
    ChangePasswordSuccess | WrongCredentials | Invalid | TooMany | Forbidden,
    strawberry.union("ChangePasswordResult", description="Yes, or why not."),
]


@strawberry.type
class ChangeNameSuccess:
    """You have another name, wherever you are shown."""

    user: User = strawberry.field(description="You, as you are called now.")


ChangeNameResult = Annotated[
    ChangeNameSuccess | Invalid | Forbidden,
    strawberry.union("ChangeNameResult", description="Who is called so, or why not."),
]


@strawberry.type
class RequestPasswordResetSuccess:
    """If there is an account with this address, an e-mail is on its way to it."""

    message: str = strawberry.field(description="What to tell the person: always the same.")


RequestPasswordResetResult = Annotated[
    RequestPasswordResetSuccess | TooMany,
    strawberry.union("RequestPasswordResetResult", description="Always the same, or a wait."),
]


@strawberry.type
class ResetPasswordSuccess:
    """The new password is set, and you are signed in with it; everywhere else you are not."""

    viewer: Viewer = strawberry.field(description="Who you are now.")


ResetPasswordResult = Annotated[
    ResetPasswordSuccess | WrongCredentials | Invalid | TooMany | Forbidden,
    strawberry.union("ResetPasswordResult", description="Who has a new password, or why not."),
]


@strawberry.type
class PasswordMutations:
    """What can be done about passwords."""

    @strawberry.mutation
    async def change_password(
        self,
        info: Info,
        new_password: Annotated[
            str, strawberry.argument(description="The new one, of 12 to 200 characters.")
        ],
        current_password: Annotated[
            str | None,
            strawberry.argument(
                description="The one so far. Who has none may set one within an hour."
            ),
        ] = None,
    ) -> ChangePasswordResult:
        """Change your own password; every other sign-in of yours ends."""
        context = info.context
        await context.house.passwords.change(current_password, new_password, by=context.viewer)
        return ChangePasswordSuccess(viewer=Viewer())

    @strawberry.mutation
    async def change_name(
        self,
        info: Info,
        name: Annotated[str, strawberry.argument(description="What you are called from now on.")],
    ) -> ChangeNameResult:
        """Change what you are called yourself."""
        context = info.context
        user = await context.house.people.users.rename(name, by=context.viewer)
        return ChangeNameSuccess(user=User.of(user))

    @strawberry.mutation
    async def request_password_reset(
        self,
        info: Info,
        email: Annotated[str, strawberry.argument(description="Your e-mail address.")],
    ) -> RequestPasswordResetResult:
        """Ask for an e-mail with a link to set a new password; nobody learns who has an account."""
        await info.context.house.passwords.request_reset(email, info.context.browser)
        return RequestPasswordResetSuccess(
            message="If there is an account with this address, an e-mail is on its way to it."
        )

    @strawberry.mutation
    async def reset_password(
        self,
        info: Info,
        token: Annotated[str, strawberry.argument(description="What the link has behind token=.")],
        password: Annotated[
            str, strawberry.argument(description="The new password, of 12 to 200 characters.")
        ],
    ) -> ResetPasswordResult:
        """Set a new password by a link that is good once, and sign in. Only over HTTP."""
        reply, context = reply_of(info), info.context
        signed_in = await context.house.passwords.reset(token, password, context.browser)
        reply.signed_in = signed_in
        context.act_as(signed_in.viewer)
        return ResetPasswordSuccess(viewer=Viewer())
