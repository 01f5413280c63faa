"""Nodes: anything by its id, and nothing of other tenants."""

from uuid import UUID, uuid4

import pytest

from domain.failures import Invalid
from domain.ids import ErrorId
from graph.ids import error_id, shown
from persistence.database import scope_of_viewer
from persistence.projection.declared import ERROR
from tests.conftest import CLOCK
from tests.graph.reading import Reader, seed
from tests.house import a_tenant

NODE = """
query ($id: ID!) {
  node(id: $id) {
    __typename id
    ... on Error { title service { name } }
    ... on Occurrence { message }
    ... on Service { name }
    ... on Organization { slug }
    ... on User { email }
    ... on Assignment { errorId }
    ... on IngestKey { publicKey }
  }
}
"""
NODES = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"


@pytest.fixture(scope="module")
async def shop(database):
    tenant = await a_tenant(database, CLOCK)
    return tenant, await seed(database, tenant, errors=6)


@pytest.fixture(scope="module")
async def bank(database):
    tenant = await a_tenant(database, CLOCK, name="bank")
    return tenant, await seed(database, tenant, errors=6, start=30)


@pytest.fixture(scope="module")
def reader(database, shop, bank):
    return Reader(database, shop[0].viewer)


async def every_id(database, tenant, seeded):
    async with database.raw_reading(scope_of_viewer(tenant.viewer)) as db:
        assignment = await db.fetchval("SELECT id FROM assignments LIMIT 1")
    return {
        "Error": f"err_{seeded[5].id}",
        "Occurrence": f"occ_{seeded[5].occurrences[0]}",
        "Service": f"svc_{tenant.service.id}",
        "Organization": f"org_{tenant.organization}",
        "User": f"usr_{tenant.user}",
        "Assignment": f"asg_{assignment}",
        "IngestKey": f"key_{tenant.key.id}",
    }


async def test_a_node_is_what_its_id_says(reader, shop, database):
    for name, id_ in (await every_id(database, *shop)).items():
        node = (await reader.data(NODE, id=id_))["node"]

        assert (node["__typename"], node["id"]) == (name, id_)
        assert len(node) == (4 if name == "Error" else 3)


async def test_errors_and_occurrences_are_written_by_the_database(reader, shop, database):
    ids = await every_id(database, *shop)

    for name in ("Error", "Occurrence"):
        assert (await reader.both(NODE, id=ids[name]))["node"]["__typename"] == name


async def test_nodes_keep_the_order_of_their_ids(reader, shop, database):
    ids = list((await every_id(database, *shop)).values())
    wanted = [*ids[::-1], f"err_{uuid4()}", ids[0]]

    nodes = (await reader.data(NODES, ids=wanted))["nodes"]

    assert [node and node["id"] for node in nodes] == [*ids[::-1], None, ids[0]]


async def test_another_tenants_nodes_are_not_there(reader, bank, database):
    ids = list((await every_id(database, *bank)).values())

    one_by_one = [(await reader.data(NODE, id=id_))["node"] for id_ in ids]
    together = (await reader.data(NODES, ids=ids))["nodes"]

    assert one_by_one == together == [None] * 7


@pytest.mark.parametrize(
    "text",
    [
        "",
        "err",
        "err_",
        "err_1",
        str(UUID(int=1)),
        f"xyz_{UUID(int=1)}",
        f"err_{UUID(int=1).hex}",
        f"ERR_{UUID(int=1)}",
        f"err_{{{UUID(int=1)}}}",
        f"err_{str(UUID(int=2**128 - 1)).upper()}",
        f" err_{UUID(int=1)}",
        "err_\0",
    ],
)
async def test_what_is_no_id_of_ours_is_refused(reader, text):
    one = await reader.answer(NODE, id=text)
    many = await reader.answer(NODES, ids=[text])

    assert isinstance(one.errors[0].original_error, Invalid)
    assert one.errors[0].original_error.field == "id"
    assert many.errors[0].original_error.field == "ids"


async def test_a_hundred_nodes_are_enough(reader):
    result = await reader.answer(NODES, ids=[f"err_{uuid4()}" for _ in range(101)])

    assert "at most 100 things" in result.errors[0].message


def test_an_id_is_read_as_it_was_shown():
    id_ = ErrorId(uuid4())

    assert error_id(shown(ERROR, id_)) == id_
