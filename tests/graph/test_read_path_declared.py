"""What is declared for PostgreSQL to write is what the schema promises, planned once."""

import orjson
import pytest
from graphql import GraphQLNonNull, is_list_type

from graph.projected import PLANS
from persistence.projection.declared import ENTITIES
from persistence.projection.entities import Derived, Newest, Paged
from tests.conftest import CLOCK
from tests.graph.reading import SCHEMA, Reader, seed
from tests.graph.selections import _fields
from tests.house import a_tenant


@pytest.fixture(scope="module")
async def reader(database):
    tenant = await a_tenant(database, CLOCK)
    await seed(database, tenant, errors=9)
    return Reader(database, tenant.viewer)


def graphql_field(entity, name):
    return SCHEMA._schema.get_type(entity).fields[_fields(entity)[name]]


NAMES = [(entity, name) for entity, declared in ENTITIES.items() for name in declared.fields]


@pytest.mark.parametrize(("entity", "name"), NAMES)
def test_a_field_is_never_null_where_its_column_may_be(entity, name):
    table = ENTITIES[entity].table
    column = None if table is None else table.columns.get(name)

    if column is not None:
        field = graphql_field(entity, name)
        assert isinstance(field.type, GraphQLNonNull) is not column.nullable


@pytest.mark.parametrize("entity", ENTITIES)
def test_an_edge_is_a_list_where_many_are_declared(entity):
    for name, relation in ENTITIES[entity].relations.items():
        type_ = graphql_field(entity, name).type
        is_many = isinstance(relation, Derived) or (
            isinstance(relation, Newest) and relation.size is not None
        )
        inner = type_.of_type if isinstance(type_, GraphQLNonNull) else type_

        assert is_list_type(inner) is is_many
        # One thing may be hidden from the viewer, a list never is.
        assert isinstance(type_, GraphQLNonNull) is (is_many or isinstance(relation, Paged))


LIST = """
query Page(
  $first: Int, $after: String, $where: ErrorFilter, $few: Int! = 3, $all: Boolean! = true
) {
  errors(first: $first, after: $after, where: $where) {
    totalCount @include(if: $all)
    pageInfo { endCursor }
    edges { node { id latestOccurrences(first: $few) { id } } }
  }
}
"""


async def test_other_values_use_the_same_plan(reader):
    first = await reader.data(LIST, first=2, where={"text": "a", "status": ["NEW"]})
    kept = PLANS.kept

    for size, few, text in ((3, 1, "b"), (4, 2, "%"), (100, 20, "x' OR 'x'='x")):
        where = {"text": text, "status": ["OPEN"]}
        await reader.both(LIST, first=size, few=few, where=where)

    assert first["errors"]["edges"] is not None
    assert PLANS.kept == kept


async def test_pages_after_the_first_share_one_plan(reader):
    page = await reader.both(LIST, first=2)
    kept = PLANS.kept

    for _ in range(3):
        page = await reader.both(LIST, first=2, after=page["errors"]["pageInfo"]["endCursor"])

    assert PLANS.kept == kept + 1


async def test_a_boolean_that_leaves_fields_out_has_its_own_plan(reader):
    with_count = await reader.both(LIST, all=True)
    without = await reader.both(LIST, all=False)

    assert with_count["errors"]["totalCount"] == 9
    assert "totalCount" not in without["errors"]


@pytest.mark.parametrize(
    ("selection", "is_written"),
    [
        ("id", True),
        (f"{'k' * 63}: id", True),
        (f"{'k' * 64}: id", False),
        ("latestOccurrence { breadcrumbs { at } }", False),
        ("latestOccurrence { id rawBody @skip(if: true) }", True),
        ("service { keys { id } }", False),
    ],
)
async def test_what_needs_python_is_resolved_in_python(reader, selection, is_written):
    query = f"{{ errors(first: 3) {{ edges {{ node {{ {selection} }} }} }} }}"

    result = await reader.answer(query)

    assert result.errors is None
    assert isinstance(result.data["errors"], orjson.Fragment) is is_written
    resolved = await reader.data(query, may_project=False)
    assert orjson.loads(orjson.dumps(result.data)) == resolved


async def test_a_document_without_end_is_not_kept(reader):
    kept = PLANS.kept

    result = await reader.answer("{ errors { totalCount } }" + " " * 32_000)

    assert result.data == {"errors": {"totalCount": 9}}
    assert PLANS.kept == kept


async def test_two_questions_in_one_operation_have_their_own_plans(reader):
    query = """
    { a: errors(first: 1) { edges { node { id } } } b: errors(first: 1) { totalCount } }
    """

    data = await reader.both(query)

    assert data["b"] == {"totalCount": 9}
    assert len(data["a"]["edges"]) == 1


async def test_operations_of_one_document_are_told_apart(reader):
    query = """
    query One { errors { totalCount } } query Two { errors { edges { cursor } } }
    """
    house = await SCHEMA.execute(query, operation_name="One", context_value=reader.context())
    other = await SCHEMA.execute(query, operation_name="Two", context_value=reader.context())

    assert orjson.loads(orjson.dumps(house.data)) == {"errors": {"totalCount": 9}}
    assert "edges" in orjson.loads(orjson.dumps(other.data))["errors"]
