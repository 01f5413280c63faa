"""API tokens, as the API shows them, and the mutations that make and close them."""

from datetime import datetime, timedelta
from typing import Annotated, Self

import strawberry

from application.tokens import NewToken, may_see
from domain import tokens
from domain.ids import ApiTokenId, UserId
from domain.rights import Right
from domain.tokens import TokenScope
from graph.bound import bound_document as bound_to
from graph.connections import After, Connection, First, connection_of, page_asked
from graph.context import Info
from graph.failures import Conflict, Forbidden, Invalid, NotFound
from graph.ids import API_TOKEN, Node, api_token_id, organization_id, shown
from graph.texts import text_of
from graph.users import User, user_of
from persistence.reach import reach_of
from persistence.tokens import KEYSET, by_ids, count, page_of


@strawberry.type
class ApiToken(Node):
    """How a program acts for a person; seen by them, and by who manages the people there."""

    user_key: strawberry.Private[UserId]
    name: str = strawberry.field(description="What it is for.")
    scopes: list[TokenScope] = strawberry.field(description="What it may do at most.")
    bound_document: str | None = strawberry.field(
        description="The only document that it may run, without what does not matter in it."
    )
    bound_sha256: str | None = strawberry.field(
        description="The SHA-256 of that document, by which it can be asked for."
    )
    created_at: datetime = strawberry.field(description="When it was made.")
    expires_at: datetime | None = strawberry.field(description="When it ends by itself.")
    last_used_at: datetime | None = strawberry.field(
        description="When it was last used, to the minute."
    )
    revoked_at: datetime | None = strawberry.field(description="When it was closed.")

    @classmethod
    def of(cls, token: tokens.ApiToken) -> Self:
        """Show a token; its secret is not among what is kept."""
        return cls(
            user_key=token.user_id,
            id=shown(API_TOKEN, token.id),
            name=token.name,
            scopes=sorted(token.scopes),
            bound_document=None if token.bound is None else token.bound.text,
            bound_sha256=None if token.bound is None else token.bound.sha256,
            created_at=token.created_at,
            expires_at=token.expires_at,
            last_used_at=token.last_used_at,
            revoked_at=token.revoked_at,
        )

    @strawberry.field
    async def user(self, info: Info) -> User | None:
        """Whom it acts for."""
        return await user_of(info, self.user_key)


@strawberry.type
class CreateApiTokenSuccess:
    """The token is made."""

    api_token: ApiToken = strawberry.field(description="The token.")
    secret: str = strawberry.field(
        description="What the program sends as `Authorization: Bearer …`. Shown only now."
    )


CreateApiTokenResult = Annotated[
    CreateApiTokenSuccess | NotFound | Invalid | Conflict | Forbidden,
    strawberry.union("CreateApiTokenResult", description="The token, or why there is none."),
]


@strawberry.type
class RevokeApiTokenSuccess:
    """The token opens nothing any more, within seconds everywhere."""

    api_token: ApiToken = strawberry.field(description="The token as it is now.")


RevokeApiTokenResult = Annotated[
    RevokeApiTokenSuccess | NotFound | Invalid | Conflict | Forbidden,
    strawberry.union("RevokeApiTokenResult", description="What was closed, or why it was not."),
]


@strawberry.type
class RateLimit:
    """How many requests may be sent in a minute, by this token or person."""

    limit: int = strawberry.field(description="So many requests in a minute.")
    remaining: int = strawberry.field(description="So many are left now.")
    reset_seconds: int = strawberry.field(description="In so many seconds all are there again.")
    reset_at: datetime = strawberry.field(description="The moment when all are there again.")
    cost: int = strawberry.field(
        description="What this request was counted as; `systemLimits` says how much it may be."
    )


@strawberry.type
class TokenQueries:
    """What can be asked about tokens."""

    @strawberry.field
    def rate_limit(self, info: Info) -> RateLimit | None:
        """How much may still be asked; every answer has it in `extensions` as well."""
        rate = info.context.rate
        if rate is None:
            return None
        return RateLimit(
            limit=rate.limit,
            remaining=rate.remaining,
            reset_seconds=rate.reset_seconds,
            reset_at=info.context.now + timedelta(seconds=rate.reset_seconds),
            cost=info.context.cost or 0,
        )

    @strawberry.field
    async def api_tokens(
        self,
        info: Info,
        organization: Annotated[
            strawberry.ID, strawberry.argument(description="Where the tokens act.")
        ],
        first: First = None,
        after: After = None,
    ) -> Connection[ApiToken]:
        """The viewer's tokens, newest first; all of them for who manages the people there."""
        chosen = organization_id(organization, field="organization")
        viewer, scope = info.context.viewer, info.context.scope
        viewer.must(Right.READ, chosen)
        of = None if viewer.may(Right.MANAGE_PEOPLE, chosen) else viewer.user
        page = page_asked(KEYSET, first=first, after=after)
        database, reach = info.context.house.database, reach_of(scope, chosen)
        async with database.reading(scope) as db:
            found = await page_of(db, reach, of, page)

        async def counted() -> int:
            async with database.reading(scope) as db:
                return await count(db, reach, of)

        return connection_of(found, page, KEYSET, ApiToken.of, counted)


@strawberry.type
class TokenMutations:
    """How people let programs act for them."""

    @strawberry.mutation
    async def create_api_token(
        self,
        info: Info,
        organization: Annotated[strawberry.ID, strawberry.argument(description="Where it acts.")],
        name: Annotated[str, strawberry.argument(description="What it is for.")],
        scopes: Annotated[
            list[TokenScope], strawberry.argument(description="What it may do at most.")
        ],
        expires_at: Annotated[
            datetime | None, strawberry.argument(description="When it ends by itself.")
        ] = None,
        bound_document: Annotated[
            str | None,
            strawberry.argument(
                description="A document with one operation: the token may run nothing else."
            ),
        ] = None,
    ) -> CreateApiTokenResult:
        """Make a token that acts for you in one organization; its secret is shown only now."""
        field = "boundDocument"
        schema = info.schema._schema  # noqa: SLF001  strawberry has no public name for it
        wanted = NewToken(
            organization=organization_id(organization, field="organization"),
            name=text_of(name, field="name", maximum=255),
            scopes=frozenset(scopes),
            expires_at=expires_at,
            bound=None if bound_document is None else bound_to(schema, bound_document, field=field),
        )
        token, secret = await info.context.house.tokens.create(wanted, by=info.context.viewer)
        return CreateApiTokenSuccess(api_token=ApiToken.of(token), secret=secret)

    @strawberry.mutation
    async def revoke_api_token(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The token.")],
    ) -> RevokeApiTokenResult:
        """Close a token for good."""
        id_ = api_token_id(id)
        token = await info.context.house.tokens.revoke(id_, by=info.context.viewer)
        return RevokeApiTokenSuccess(api_token=ApiToken.of(token))


async def api_token_of(info: Info, id_: ApiTokenId) -> ApiToken | None:
    """Return the token of an id, or None when there is none that the viewer may see."""
    context, viewer = info.context, info.context.viewer
    async with context.house.database.reading(context.scope) as db:
        found = (await by_ids(db, [id_])).get(id_)
    if found is None or not may_see(viewer, found):
        return None
    return ApiToken.of(found)
