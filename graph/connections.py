"""Connections: pages of long lists, in the shape that Relay gave them."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Generic, TypeVar

import strawberry

from domain.failures import Invalid
from persistence.pages import DEFAULT_SIZE, MAX_SIZE, Found, Keyset, Page, size_of

Item = TypeVar("Item")
Source = TypeVar("Source")

First = Annotated[
    int | None,
    strawberry.argument(description="How many from the beginning, 1 to 100; 50 when not said."),
]
After = Annotated[
    str | None, strawberry.argument(description="Only what follows the item of this cursor.")
]
Last = Annotated[
    int | None, strawberry.argument(description="How many from the end, 1 to 100, not with first.")
]
Before = Annotated[
    str | None, strawberry.argument(description="Only what precedes the item of this cursor.")
]


@strawberry.type
class PageInfo:
    """What lies beyond a page."""

    has_next_page: bool = strawberry.field(
        description="Whether more follows; read backwards, whether a cursor was given."
    )
    has_previous_page: bool = strawberry.field(
        description="Whether more precedes; read forwards, whether a cursor was given."
    )
    start_cursor: str | None = strawberry.field(description="The cursor of the first item.")
    end_cursor: str | None = strawberry.field(description="The cursor of the last item.")


@strawberry.type
class Edge(Generic[Item]):
    """One item of a page."""

    cursor: str = strawberry.field(description="Where the item stands; hand it back unchanged.")
    node: Item = strawberry.field(description="The item.")


@strawberry.type
class Connection(Generic[Item]):
    """One page of a list."""

    counted: strawberry.Private[Callable[[], Awaitable[int]]]
    edges: list[Edge[Item]] = strawberry.field(description="The page's items, in order.")
    page_info: PageInfo = strawberry.field(description="What lies beyond the page.")

    @strawberry.field
    async def total_count(self) -> int | None:
        """How many there are on all pages together, counted exactly and only when asked for."""
        return await self.counted()


def page_asked(
    keyset: Keyset,
    *,
    first: int | None,
    after: str | None,
    last: int | None = None,
    before: str | None = None,
) -> Page:
    """Return the page that arguments ask for, or refuse what they cannot mean."""
    if first is not None and last is not None:
        raise Invalid("Ask for the first or for the last ones, not for both.", field="last")
    is_from_end = last is not None
    field = "last" if is_from_end else "first"
    asked = last if is_from_end else first
    return Page(
        size=size_of(asked, default=DEFAULT_SIZE, maximum=MAX_SIZE, field=field),
        after=None if after is None else keyset.place(after, field="after"),
        before=None if before is None else keyset.place(before, field="before"),
        is_from_end=is_from_end,
    )


def connection_of(
    found: Found[Source],
    page: Page,
    keyset: Keyset,
    show: Callable[[Source], Item],
    counted: Callable[[], Awaitable[int]],
) -> Connection[Item]:
    """Return the connection of what was found on a page."""
    edges = [Edge(cursor=keyset.cursor(place), node=show(item)) for place, item in found.items]
    return Connection(
        counted=counted,
        edges=edges,
        page_info=PageInfo(
            has_next_page=page.before is not None if page.is_from_end else found.has_more,
            has_previous_page=found.has_more if page.is_from_end else page.after is not None,
            start_cursor=edges[0].cursor if edges else None,
            end_cursor=edges[-1].cursor if edges else None,
        ),
    )
