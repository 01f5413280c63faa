"""One selection over many events: answered as graphql-core answers it, without growing."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from enum import Enum
from types import SimpleNamespace
from typing import Any

import pytest
import strawberry
from graphql import parse

from graph.executor import FragmentExecutor, Raw
from graph.live.repeating import RepeatingExecutor


@strawberry.enum
class Colour(Enum):
    RED = "red"


@strawberry.interface
class Named:
    name: str


@strawberry.type
class Leaf(Named):
    size: int
    colour: Colour
    at: datetime
    note: str | None = None
    wanted: str | None = None
    words: list[str] = strawberry.field(default_factory=list)

    @strawberry.field
    def twice(self, times: int = 2) -> int:
        return self.size * times

    @strawberry.field
    async def later(self) -> str:
        await asyncio.sleep(0)
        return self.name

    @strawberry.field
    async def never(self) -> str:
        await asyncio.sleep(0)
        raise ValueError("never")

    @strawberry.field
    async def found(self) -> "Named | None":
        ASKED.append("found")
        await asyncio.sleep(0)
        return Tree(name="found", leaves=[], first=None, named=None)

    @strawberry.field
    def many(self, least: int = 1) -> list["Leaf"]:
        ASKED.append("many" if least == 1 else "many of them")
        return [self] * least

    @strawberry.field
    def shaped(self) -> "Leaf":
        ASKED.append("shaped")
        return Raw('{"name":"raw"}')


@strawberry.type
class Tree(Named):
    leaves: list[Leaf]
    first: Leaf | None
    named: Named | None


@strawberry.type
class Query:
    ok: bool = True


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def trees(self) -> AsyncGenerator[Tree]:
        yield tree()


# Which resolvers were asked.
ASKED: list[str] = []
SCHEMA = strawberry.Schema(Query, subscription=Subscription, types=[Leaf])._schema
AT = datetime(2026, 11, 21, tzinfo=UTC)
DOCUMENT = """
subscription Trees($isShort: Boolean!) {
  forest: trees {
    __typename name
    leaves { __typename size twice(times: 3) colour at title: name note words @skip(if: $isShort) }
    first { ...More later }
    named { name ... on Leaf { size never } }
  }
}
fragment More on Leaf { wanted size @include(if: $isShort) colour late: later }
"""


class Soon:
    """Is there when it is waited for."""

    def __await__(self):
        yield from asyncio.sleep(0).__await__()
        return "soon"


def leaf(**fields: Any) -> Leaf:
    return Leaf(**{"name": "a", "size": 1, "colour": Colour.RED, "at": AT, **fields})


def tree(**fields: Any) -> Tree:
    plain = {"name": "t", "leaves": [leaf(), leaf(size=2)], "first": leaf(), "named": leaf()}
    return Tree(**{**plain, **fields})


EVENTS = {
    "plain": tree(),
    "nothing": tree(leaves=[], first=None),
    "an object": tree(named=Tree(name="u", leaves=[], first=None, named=leaf())),
    "null where something must be": tree(leaves=[leaf(name=None)]),
    "null where it may be": tree(first=leaf(wanted=None)),
    "no number": tree(first=leaf(size="many")),
    "no member": tree(first=leaf(colour="blue")),
    "an error as a value": tree(first=leaf(wanted=ValueError("broken"))),
    "to be waited for": tree(first=leaf(wanted=Soon())),
    "missing": tree(leaves=[object()]),
    "texts of numbers": tree(leaves=[leaf(name=7, size=2.0, words=["x", "y"])]),
}


def built(class_: type[FragmentExecutor], *, is_short: bool = True) -> Any:
    executor = class_.build(SCHEMA, parse(DOCUMENT), None, None, {"isShort": is_short}, "Trees")
    assert isinstance(executor, class_)
    return executor


async def told(executor: Any, event: Tree) -> tuple[Any, list[Any]]:
    own = executor.build_per_event_executor(event)
    result = own.execute_operation(serially=False)
    if own.is_awaitable(result):
        result = await result
    errors = [(error.path, error.message) for error in result.errors or ()]
    return result.data, sorted(errors, key=str)


@pytest.mark.parametrize("is_short", [True, False])
async def test_each_event_is_answered_as_graphql_core_answers_it(is_short: bool):
    ours = built(RepeatingExecutor, is_short=is_short)
    for _ in range(2):
        for name, event in EVENTS.items():
            expected = await told(built(FragmentExecutor, is_short=is_short), event)
            answer = await told(ours, event)
            assert answer == expected, name
            assert list(answer[0] or {}) == list(expected[0] or {})


async def test_fields_stand_in_the_order_that_they_were_asked_in():
    data, _ = await told(built(RepeatingExecutor), EVENTS["plain"])

    assert list(data["forest"]["leaves"][0]) == [
        "__typename",
        "size",
        "twice",
        "colour",
        "at",
        "title",
        "note",
    ]
    assert list(data["forest"]["first"]) == ["wanted", "size", "colour", "late", "later"]


async def test_what_is_remembered_does_not_grow_with_the_events():
    executor = built(RepeatingExecutor)
    await told(executor, EVENTS["plain"])
    before = (len(executor._relevant_sub_fields), len(executor._plans), len(executor._roots))
    for _ in range(20):
        await told(executor, EVENTS["plain"])

    assert (
        len(executor._relevant_sub_fields),
        len(executor._plans),
        len(executor._roots),
    ) == before


async def test_a_resolver_is_asked_once_for_all_selections_of_an_event():
    selections = [
        "found { name } many { name } shaped { name }",
        "found { ... on Tree { found: name } } twin: found { name } many { size } shaped { name }",
        "many(least: 2) { name size found { name } }",
    ]
    texts = [f"subscription {{ trees {{ first {{ {each} }} }} }}" for each in selections]
    executors = [RepeatingExecutor.build(SCHEMA, parse(text)) for text in texts]
    ASKED.clear()
    event, context = tree(), SimpleNamespace(loaders=SimpleNamespace(resolved={}))
    for executor in executors:
        executor.context_value = context
        data, errors = await told(executor, event)
        assert errors == []

    assert data["trees"]["first"]["many"][1] == {"name": "a", "size": 1, "found": {"name": "found"}}
    # What takes arguments is asked each time, and so is what is shaped by its selection.
    assert sorted(ASKED) == ["found", "many", "many", "many of them", "shaped", "shaped"]
