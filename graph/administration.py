"""What system administrators see and do of the whole installation."""

from typing import Annotated

import strawberry

from graph.connections import (
    After,
    Before,
    Connection,
    First,
    Last,
    connection_of,
    page_asked,
)
from graph.context import Info
from graph.failures import Conflict, Forbidden, Invalid, NotFound
from graph.ids import user_id
from graph.organizations import Organization
from graph.texts import optional_text_of
from graph.users import User
from persistence import directory

MAX_SEARCH = 200

Search = Annotated[
    str | None,
    strawberry.argument(description="Only those with this text in a name, 200 characters at most."),
]


@strawberry.type
class AdministrationQueries:
    """Who and what there is in the whole installation."""

    @strawberry.field
    async def users(
        self,
        info: Info,
        search: Search = None,
        is_active: Annotated[
            bool | None, strawberry.argument(description="Only those who may sign in, or may not.")
        ] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[User]:
        """Everybody with an account, newest first, by name or address; for administrators."""
        context, keyset = info.context, directory.PEOPLE
        context.viewer.must_see_everything()
        text = optional_text_of(search, field="search", maximum=MAX_SEARCH)
        page = page_asked(keyset, first=first, after=after, last=last, before=before)
        async with context.house.database.reading(context.scope) as db:
            found = await directory.people(db, page, text, is_active)

        async def counted() -> int:
            async with context.house.database.reading(context.scope) as db:
                return await directory.count_people(db, text, is_active)

        return connection_of(found, page, keyset, User.of, counted)

    @strawberry.field
    async def all_organizations(
        self,
        info: Info,
        search: Search = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Organization]:
        """The organizations that the viewer may see, newest first, by name or slug: all of them."""
        context, keyset = info.context, directory.ORGANIZATIONS
        text = optional_text_of(search, field="search", maximum=MAX_SEARCH)
        page = page_asked(keyset, first=first, after=after, last=last, before=before)
        async with context.house.database.reading(context.scope) as db:
            found = await directory.tenants(db, page, text)

        async def counted() -> int:
            async with context.house.database.reading(context.scope) as db:
                return await directory.count_tenants(db, text)

        return connection_of(found, page, keyset, Organization.of, counted)


@strawberry.type
class SetSystemAdminSuccess:
    """The person administers the installation, or does no more; it holds within seconds."""

    user: User = strawberry.field(description="The person as they are now.")


SetSystemAdminResult = Annotated[
    SetSystemAdminSuccess | NotFound | Invalid | Conflict | Forbidden,
    strawberry.union("SetSystemAdminResult", description="The person, or why nothing changed."),
]


@strawberry.type
class AdministrationMutations:
    """What can be done to the whole installation."""

    @strawberry.mutation
    async def set_system_admin(
        self,
        info: Info,
        user: Annotated[strawberry.ID, strawberry.argument(description="The person.")],
        is_system_admin: Annotated[
            bool, strawberry.argument(description="Whether they administer the installation.")
        ],
    ) -> SetSystemAdminResult:
        """Let a person administer the whole installation, or no more; for administrators."""
        after = await info.context.house.people.users.set_system_admin(
            user_id(user, field="user"), is_system_admin=is_system_admin, by=info.context.viewer
        )
        return SetSystemAdminSuccess(user=User.of(after))
