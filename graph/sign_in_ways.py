"""How one may sign in here: what the page of who has not signed in must know."""

import strawberry

from graph.context import Info


@strawberry.type
class SignInProvider:
    """A provider of OpenID Connect that people may sign in at."""

    name: str = strawberry.field(description="Its host, to show on a button.")
    start_path: str = strawberry.field(
        description="Where it begins, on this server; `?to=/path` says where to go afterwards."
    )


@strawberry.type
class SignInWays:
    """The ways in, beside the link that an operator makes."""

    provider: SignInProvider | None = strawberry.field(
        description="The provider that is set up, if one is."
    )
    sends_mail: bool = strawberry.field(
        description="Whether who lost a password can have a link mailed."
    )


@strawberry.type
class SignInWayQueries:
    """What anybody may ask about signing in."""

    @strawberry.field
    def sign_in_ways(self, info: Info) -> SignInWays:
        """How one may sign in here; also for who has not signed in."""
        house = info.context.house
        provider = None
        if house.provider is not None:
            provider = SignInProvider(name=house.provider, start_path="/auth/oidc/start")
        return SignInWays(provider=provider, sends_mail=house.sends_mail)
