"""What one request may ask for, on the real schema and where the edges are on a small one."""

import pytest
import strawberry
from graphql import get_introspection_query

from graph.cost import MAXIMUM_COST, MAXIMUM_PAGE
from graph.documents import DOCUMENTS, KEPT_COSTS, Documents
from graph.limits import (
    MAXIMUM_ALIASES,
    MAXIMUM_DEPTH,
    MAXIMUM_ROOT_FIELDS,
    MAXIMUM_TOKENS,
    Preparation,
)
from graph.masking import MaskedSchema
from graph.schema import schema as the_schema


@strawberry.type
class Thing:
    x: int = 1

    @strawberry.field
    def thing(self, first: int | None = 10, last: int | None = None) -> "Thing":
        return Thing()

    @strawberry.field
    def plain(self) -> "Thing":
        return Thing()


@strawberry.type
class Query:
    @strawberry.field
    def thing(self, first: int | None = 10, last: int | None = None) -> Thing:
        return Thing()

    @strawberry.field
    def plain(self) -> Thing:
        return Thing()

    @strawberry.field
    def many(self, numbers: list[int]) -> Thing:
        return Thing()

    @strawberry.field
    def things(self, ids: list[int]) -> Thing:
        return Thing()


small = MaskedSchema(Query, extensions=[Preparation])


def nested(levels: int) -> str:
    """A query with so many levels of fields."""
    return "{" + "plain{" * (levels - 1) + "x" + "}" * levels


def renamed(aliases: int) -> str:
    return "{plain{" + " ".join(f"a{n}: x" for n in range(aliases)) + "}}"


def listing(numbers: int) -> str:
    """A document of a little more than so many tokens."""
    return f"{{many(numbers: [{'1 ' * numbers}]){{x}}}}"


async def codes_of(query: str, variables: dict[str, object] | None = None) -> set[str]:
    result = await small.execute(query, variables)
    return {error.extensions["code"] for error in result.errors or ()}


async def cost_of(query: str, variables: dict[str, object] | None = None) -> int:
    result = await small.execute(query, variables)
    assert result.extensions["cost"]["maximum"] == MAXIMUM_COST
    return result.extensions["cost"]["requested"]


@pytest.mark.parametrize(
    ("within", "beyond", "code"),
    [
        (nested(MAXIMUM_DEPTH), nested(MAXIMUM_DEPTH + 1), "DEPTH_EXCEEDED"),
        (nested(MAXIMUM_DEPTH), nested(500), "DEPTH_EXCEEDED"),
        (renamed(MAXIMUM_ALIASES), renamed(MAXIMUM_ALIASES + 1), "ALIASES_EXCEEDED"),
        (
            "{" + "plain{x}" * MAXIMUM_ROOT_FIELDS + "}",
            "{" + "plain{x}" * (MAXIMUM_ROOT_FIELDS + 1) + "}",
            "ROOT_FIELDS_EXCEEDED",
        ),
        (listing(MAXIMUM_TOKENS // 2), listing(MAXIMUM_TOKENS), "TOKENS_EXCEEDED"),
        (
            f"{{thing(first: {MAXIMUM_PAGE}){{x}}}}",
            f"{{thing(first: {MAXIMUM_PAGE + 1}){{x}}}}",
            "PAGE_EXCEEDED",
        ),
        (
            "{thing(first: 99){thing(first: 100){thing(first: 4){x}}}}",
            "{thing(first: 99){thing(first: 100){thing(first: 5){x}}}}",
            "COST_EXCEEDED",
        ),
    ],
)
async def test_a_request_within_a_limit_is_run_and_one_beyond_it_is_refused(within, beyond, code):
    assert await codes_of(within) == set()
    assert await codes_of(beyond) == {code}


@pytest.mark.parametrize("spread", ["...{%s}", "... on Query {%s}", "...F %s"])
async def test_fragments_hide_nothing_from_the_limits(spread):
    deep = nested(MAXIMUM_DEPTH + 1)[1:-1]
    hidden = "{" + spread.replace("%s", "" if "F" in spread else deep) + "}"
    definition = " fragment F on Query {" + deep + "}" if "F" in spread else ""

    assert await codes_of(hidden + definition) == {"DEPTH_EXCEEDED"}


async def test_fragments_that_multiply_are_measured_without_walking_them_all():
    # 2 to the 60th fields, if anybody spread them.
    doubling = " ".join(f"fragment F{n} on Thing {{...F{n + 1} ...F{n + 1}}}" for n in range(60))

    codes = await codes_of(f"{{plain{{...F0}}}} {doubling} fragment F60 on Thing {{x}}")

    assert codes == {"COST_EXCEEDED"}


async def test_fragments_in_a_circle_are_refused():
    circle = "{...A} fragment A on Query {...B} fragment B on Query {...A}"

    assert await codes_of(circle) == {"GRAPHQL_VALIDATION_FAILED"}


@pytest.mark.parametrize(
    ("query", "variables", "cost"),
    [
        ("{plain{x}}", None, 2),
        ("{thing{x}}", None, 11),
        ("{thing(first: 3){x plain{x}}}", None, 10),
        ("{thing(first: null, last: 7){x}}", None, 11),
        ("query ($n: Int) {thing(first: $n){x}}", {"n": 50}, 51),
        ("query ($n: Int) {thing(first: $n){x}}", {}, 11),
        ("query ($n: Int = 4) {thing(first: $n){x}}", {}, 5),
        ("query ($n: Int) {thing(first: $n, last: 20){x}}", {"n": 2}, 21),
        ("{things(ids: [1, 2, 3]){x}}", None, 4),
        ("query ($ids: [Int!]!) {things(ids: $ids){x}}", {"ids": [1, 2]}, 3),
        ("{thing(first: 0){x}}", None, 2),
        ("{thing(first: -5){x}}", None, 2),
        ("{__schema{types{name}}}", None, 1_000),
        ("{plain{__typename}}", None, 2),
    ],
)
async def test_a_cost_is_counted_from_the_document_and_its_variables(query, variables, cost):
    assert await cost_of(query, variables) == cost


async def test_a_page_that_a_variable_asks_for_is_bounded_too():
    query = "query ($n: Int, $ids: [Int!]!) {thing(first: $n){x} things(ids: $ids){x}}"

    assert await codes_of(query, {"n": 100, "ids": [1] * 100}) == set()
    assert await codes_of(query, {"n": 101, "ids": [1]}) == {"PAGE_EXCEEDED"}
    assert await codes_of(query, {"n": 1, "ids": [1] * 101}) == {"PAGE_EXCEEDED"}


async def test_the_whole_schema_may_be_read():
    result = await the_schema.execute(get_introspection_query(input_value_deprecation=True))

    assert result.errors is None
    assert result.extensions["cost"]["requested"] == 1_000


async def test_a_stream_is_under_the_same_limits():
    results = [r async for r in await small.stream(nested(MAXIMUM_DEPTH + 1))]

    [error] = results[0].errors
    assert error.extensions["code"] == "DEPTH_EXCEEDED"


async def test_of_several_operations_the_one_that_is_named_counts():
    query = "query A {plain{x}} query B {thing(first: 20){x}}"

    named = await small.execute(query, operation_name="B")

    assert named.extensions["cost"]["requested"] == 21
    assert await codes_of(query) == {"GRAPHQL_VALIDATION_FAILED"}


async def test_a_document_is_parsed_once_while_it_is_asked_for():
    query = "{plain{x}} # asked for the first time"
    before = DOCUMENTS.parsed

    for _ in range(3):
        await small.execute(query)

    assert DOCUMENTS.parsed == before + 1


def test_what_is_kept_of_documents_is_bounded_by_their_length():
    documents = Documents(kept_characters=100)
    texts = [f"{{a{n:02}}}".ljust(30) for n in range(10)]

    kept = [documents.known(small._schema, text, max_tokens=10) for text in texts]
    again = documents.known(small._schema, texts[-1], max_tokens=10)
    documents.known(small._schema, "{a}".ljust(101), max_tokens=10)

    assert again is kept[-1]
    assert documents.characters == 90
    assert documents.known(small._schema, texts[0], max_tokens=10) is not kept[0]


def test_what_is_kept_of_costs_is_bounded():
    known = Documents().known(
        small._schema, "query ($n: Int) {thing(first: $n){x}}", max_tokens=100
    )

    costs = [known.cost(small._schema, None, {"n": n}).requested for n in range(1, 101)]

    assert costs == [n + 1 for n in range(1, 101)]
    assert len(known.costs) == KEPT_COSTS


@pytest.mark.parametrize(
    ("query", "cost"),
    [
        # A page of which nobody said how long it is has 50 items.
        ("{errors{edges{cursor}}}", 1 + 50 * 2),
        ("{errors(first: 2){edges{cursor}}}", 1 + 2 * 2),
        ("{errors(last: 3){edges{cursor}}}", 1 + 3 * 2),
        ("query ($n: Int) {errors(first: $n){edges{cursor}}}", 1 + 50 * 2),
        # A list of nodes without a size is some; in another one more.
        ("{services{id name}}", 1 + 10 * 2),
        ("{services{keys{id}}}", 1 + 10 * (1 + 50)),
        ("{services{...K} } fragment K on Service {keys{id}}", 1 + 10 * (1 + 50)),
    ],
)
async def test_what_has_no_size_counts_as_what_it_may_be(query, cost):
    result = await the_schema.execute(query)

    assert result.extensions["cost"]["requested"] == cost


async def test_lists_that_go_in_circles_are_refused():
    circle = "ownerTeam{services{" * 4 + "id" + "}}" * 4

    result = await the_schema.execute(f"{{services{{{circle}}}}}")

    [error] = result.errors
    assert error.extensions["code"] == "COST_EXCEEDED"
