"""The Python client that most programs use: it reads the schema, and validates before it asks."""

import pytest
from gql import Client, gql
from gql.dsl import DSLInlineFragment, DSLMutation, DSLQuery, DSLSchema, dsl_gql
from gql.transport.httpx import HTTPXAsyncTransport
from graphql import GraphQLError

from tests.graph.serving import happens


def client_of(door, tenant) -> Client:
    transport = HTTPXAsyncTransport(
        url=door.url, headers={"Authorization": f"Bearer {tenant.token}"}, trust_env=False
    )
    return Client(transport=transport, fetch_schema_from_transport=True)


async def test_what_it_reads_of_the_schema_is_enough_to_ask_and_to_change(door, house, tenant):
    await happens(house, tenant, "pay")
    async with client_of(door, tenant) as session:
        ds = DSLSchema(session.client.schema)
        page = ds.Query.errors(first=10, where={"status": ["NEW"]}).select(
            ds.ErrorConnection.totalCount,
            ds.ErrorConnection.edges.select(ds.ErrorEdge.node.select(ds.Error.id)),
        )
        found = (await session.execute(dsl_gql(DSLQuery(page))))["errors"]
        [edge] = found["edges"]
        change = ds.Mutation.setErrorStatus(id=edge["node"]["id"], status="RESOLVED").select(
            DSLInlineFragment()
            .on(ds.SetErrorStatusSuccess)
            .select(ds.SetErrorStatusSuccess.error.select(ds.Error.status))
        )
        changed = await session.execute(dsl_gql(DSLMutation(change)))

    assert found["totalCount"] == 1
    assert changed == {"setErrorStatus": {"error": {"status": "RESOLVED"}}}


async def test_a_mistake_is_found_before_anything_is_sent(door, tenant):
    async with client_of(door, tenant) as session:
        with pytest.raises(GraphQLError, match="Cannot query field 'titel'"):
            await session.execute(gql("{ errors { edges { node { titel } } } }"))
