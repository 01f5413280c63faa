"""Saved views and the help while a search is typed, as the API shows them."""

from datetime import datetime
from typing import Annotated, Self

import strawberry
from strawberry import UNSET

from domain import saved_views as domain
from domain.ids import SavedViewId
from domain.search import suggestions
from domain.search.completing import MAX_SUGGESTIONS, Suggestion
from domain.search.terms import LONGEST_SEARCH
from graph.context import Info
from graph.error_filters import searched
from graph.failures import Conflict, Forbidden, Invalid, NotFound
from graph.ids import Node, organization_id, saved_view_id, shown
from graph.scalars import BigInt
from graph.texts import OnceKey, optional_text_of, text_of
from graph.users import User, user_of
from persistence.errors import naming
from persistence.errors.lists import Criteria, ErrorOrder, count_up_to
from persistence.idempotency import MAX_KEY
from persistence.projection.declared import SAVED_VIEW
from persistence.reach import reach_of
from persistence.saved_views import by_ids, listed

MOST_COUNTED = 10_000
_MOST_LISTED = 500

Whose = Annotated[strawberry.ID, strawberry.argument(description="The organization.")]
Name = Annotated[str, strawberry.argument(description="What it is called, 1 to 100 characters.")]
Id = Annotated[strawberry.ID, strawberry.argument(description="The view.")]


@strawberry.type
class SavedView(Node):
    """A search of errors that is kept under a name."""

    view: strawberry.Private[domain.SavedView]
    name: str = strawberry.field(description="What it is called.")
    search: str = strawberry.field(description="What it looks for.")
    order_by: ErrorOrder = strawberry.field(description="In what order it lists.")
    is_shared: bool = strawberry.field(
        description="Whether all members of the organization see it."
    )
    created_at: datetime = strawberry.field(description="When it was made.")
    updated_at: datetime = strawberry.field(description="When it was changed last.")

    @classmethod
    def of(cls, view: domain.SavedView) -> Self:
        """Show a view."""
        return cls(
            id=shown(SAVED_VIEW, view.id),
            view=view,
            name=view.name,
            search=view.search,
            order_by=ErrorOrder(view.sort),
            is_shared=view.is_shared,
            created_at=view.created_at,
            updated_at=view.updated_at,
        )

    @strawberry.field
    async def created_by(self, info: Info) -> User | None:
        """Who made it."""
        return await user_of(info, self.view.created_by)

    @strawberry.field
    async def count(self, info: Info) -> BigInt | None:
        """How many errors fit it now, counted up to 10,000; null if it cannot be told."""
        organization = self.view.organization_id
        conditions = await searched(info, self.view.search, organization)
        reach = reach_of(info.context.scope, organization)
        async with info.context.house.database.reading(info.context.scope) as db:
            found = await count_up_to(db, reach, Criteria(searched=conditions), MOST_COUNTED)
        return BigInt(found)


@strawberry.type
class SearchSuggestion:
    """A text that may stand in a search instead of what is there."""

    text: str = strawberry.field(description="What may stand there.")
    says: str = strawberry.field(description="What it means, for who types.")
    start: int = strawberry.field(description="Where it begins, in characters from 0.")
    end: int = strawberry.field(description="Where what it replaces ends.")

    @classmethod
    def of(cls, found: Suggestion) -> Self:
        """Show a suggestion."""
        return cls(text=found.text, says=found.says, start=found.start, end=found.end)


@strawberry.type
class SavedViewQueries:
    """What can be asked about searches."""

    @strawberry.field
    async def saved_views(self, info: Info, organization: Whose) -> list[SavedView]:
        """The viewer's own views of an organization and those shared there, at most 500."""
        scope, viewer = info.context.scope, info.context.viewer
        reach = reach_of(scope, organization_id(organization, field="organization"))
        async with info.context.house.database.reading(scope) as db:
            found = await listed(db, reach, viewer.user, _MOST_LISTED)
        return [SavedView.of(view) for view in found]

    @strawberry.field
    async def search_suggestions(
        self,
        info: Info,
        search: Annotated[str, strawberry.argument(description="What is typed so far.")],
        cursor: Annotated[
            int | None,
            strawberry.argument(description="Where the cursor stands; at the end if not said."),
        ] = None,
        organization: Annotated[
            strawberry.ID | None,
            strawberry.argument(description="Whose names are suggested; all the viewer's if null."),
        ] = None,
    ) -> list[SearchSuggestion]:
        """What may stand at the cursor of a search, at most 20."""
        typed = text_of(search, field="search", maximum=LONGEST_SEARCH)
        found, wanted = suggestions(typed, len(typed) if cursor is None else cursor)
        if wanted is not None:
            scope = info.context.scope
            only = organization and organization_id(organization, field="organization")
            async with info.context.house.database.reading(scope) as db:
                names = await naming.beginning(
                    db,
                    reach_of(scope, only or None),
                    wanted.key.name,
                    wanted.begins,
                    MAX_SUGGESTIONS,
                )
            found += [
                Suggestion(
                    text=_quoted(name), says=wanted.key.says, start=wanted.start, end=wanted.end
                )
                for name in names
            ]
        return [SearchSuggestion.of(one) for one in found[:MAX_SUGGESTIONS]]


@strawberry.type
class CreateSavedViewSuccess:
    """The view is kept."""

    view: SavedView = strawberry.field(description="The new view.")


@strawberry.type
class UpdateSavedViewSuccess:
    """The view is changed."""

    view: SavedView = strawberry.field(description="The view as it is now.")


CreateSavedViewResult = Annotated[
    CreateSavedViewSuccess | NotFound | Invalid | Conflict | Forbidden,
    strawberry.union("CreateSavedViewResult", description="The new view, or why not."),
]
UpdateSavedViewResult = Annotated[
    UpdateSavedViewSuccess | NotFound | Invalid | Conflict | Forbidden,
    strawberry.union("UpdateSavedViewResult", description="The changed view, or why not."),
]


@strawberry.type
class DeleteSavedViewSuccess:
    """The view is gone."""

    view: SavedView = strawberry.field(description="The view as it was.")


DeleteSavedViewResult = Annotated[
    DeleteSavedViewSuccess | NotFound | Conflict | Forbidden,
    strawberry.union("DeleteSavedViewResult", description="The former view, or why not."),
]


@strawberry.type
class SavedViewMutations:
    """What can be done to saved views."""

    @strawberry.mutation
    async def create_saved_view(
        self,
        info: Info,
        organization: Whose,
        name: Name,
        search: Annotated[str, strawberry.argument(description="What it looks for.")],
        order_by: Annotated[
            ErrorOrder, strawberry.argument(description="In what order it lists.")
        ] = ErrorOrder.LAST_SEEN_DESC,
        is_shared: Annotated[
            bool, strawberry.argument(description="Whether all members see it.")
        ] = False,
        idempotency_key: OnceKey = None,
    ) -> CreateSavedViewResult:
        """Keep a search under a name."""
        view = await info.context.house.saved_views.create(
            organization_id(organization, field="organization"),
            name=name,
            search=text_of(search, field="search", maximum=LONGEST_SEARCH),
            sort=order_by.value,
            is_shared=is_shared,
            key=optional_text_of(idempotency_key, field="idempotencyKey", maximum=MAX_KEY),
            by=info.context.viewer,
        )
        return CreateSavedViewSuccess(view=SavedView.of(view))

    @strawberry.mutation
    async def update_saved_view(
        self,
        info: Info,
        id: Id,
        name: Annotated[str | None, strawberry.argument(description="A new name.")] = UNSET,
        search: Annotated[str | None, strawberry.argument(description="A new search.")] = UNSET,
        order_by: Annotated[
            ErrorOrder | None, strawberry.argument(description="A new order.")
        ] = UNSET,
        is_shared: Annotated[
            bool | None, strawberry.argument(description="Whether all members see it.")
        ] = UNSET,
    ) -> UpdateSavedViewResult:
        """Change what is given of a view; only who made it may."""
        view = await info.context.house.saved_views.update(
            saved_view_id(id),
            name=name or None,
            search=text_of(search, field="search", maximum=LONGEST_SEARCH) if search else None,
            sort=order_by.value if order_by else None,
            is_shared=is_shared if isinstance(is_shared, bool) else None,
            by=info.context.viewer,
        )
        return UpdateSavedViewSuccess(view=SavedView.of(view))

    @strawberry.mutation
    async def delete_saved_view(self, info: Info, id: Id) -> DeleteSavedViewResult:
        """Remove a view; only who made it may."""
        view = await info.context.house.saved_views.delete(
            saved_view_id(id), by=info.context.viewer
        )
        return DeleteSavedViewSuccess(view=SavedView.of(view))


async def saved_view_of(info: Info, id_: SavedViewId) -> SavedView | None:
    """Return a view that the viewer may see, or None."""
    async with info.context.house.database.reading(info.context.scope) as db:
        found = (await by_ids(db, [id_])).get(id_)
    may_see = found is not None and (
        found.is_shared or found.created_by == info.context.viewer.user
    )
    return SavedView.of(found) if found is not None and may_see else None


def _quoted(name: str) -> str:
    """Return a name as it is written in a search."""
    if name and not any(sign.isspace() or sign in '",[]' for sign in name):
        return name
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
