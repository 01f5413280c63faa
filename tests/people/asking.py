"""Asking the API in-process, as one viewer: mutations by their names alone."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import orjson
from graphql import GraphQLField, GraphQLUnionType, get_named_type

from application.setup import SetupUseCases
from domain.ids import UserId
from domain.organizations import MembershipRole
from domain.viewers import Viewer
from graph.context import Context, House
from graph.schema import schema
from persistence.database import SYSTEM
from tests.conftest import CLOCK
from tests.house import Tenant

SCHEMA = schema._schema


@dataclass
class Asker:
    """Asks as a viewer."""

    house: House
    viewer: Viewer

    async def answer(self, query: str, **variables: Any) -> Any:
        """Return the execution's result."""
        context = Context(house=self.house, viewer=self.viewer, request_id="r")
        return await schema.execute(query, variable_values=variables, context_value=context)

    async def data(self, query: str, **variables: Any) -> Any:
        """Return the data of an answer without errors."""
        result = await self.answer(query, **variables)
        assert result.errors is None, result.errors
        return orjson.loads(orjson.dumps(result.data))

    async def do(self, mutation: str, /, selection: str = "", **variables: Any) -> dict[str, Any]:
        """Return what a mutation answers; `selection` is wanted of its success."""
        return (await self.data(document_of(mutation, variables, selection), **variables))[mutation]

    async def log(self, organization: object) -> list[tuple[str, Any, Any]]:
        """Return what the audit log says that people did in an organization, oldest first."""
        async with self.house.database.raw_reading(SYSTEM) as db:
            rows = await db.fetch(
                "SELECT action, before, after FROM audit_log"
                " WHERE organization_id = $1 AND actor_kind <> 'system' ORDER BY at, id",
                organization,
            )
        return [(row["action"], _json(row["before"]), _json(row["after"])) for row in rows]


def _json(text: str | None) -> Any:
    return None if text is None else orjson.loads(text)


def document_of(mutation: str, variables: dict[str, Any], selection: str = "") -> str:
    """Return the document of a mutation with these variables."""
    asked: GraphQLField = SCHEMA.mutation_type.fields[mutation]
    result = get_named_type(asked.type)
    assert isinstance(result, GraphQLUnionType)
    heads = ", ".join(f"${name}: {asked.args[name].type}" for name in variables)
    given = ", ".join(f"{name}: ${name}" for name in variables)
    names = {type_.name for type_ in result.types}
    successes = [name for name in names if selection and name.endswith("Success")]
    wanted = ["__typename", *(f"... on {name} {{ {selection} }}" for name in successes)]
    if any(not name.endswith("Success") for name in names):
        wanted.append("... on Failure { message }")
    if "Invalid" in names:
        wanted.append("... on Invalid { field }")
    return f"mutation ({heads}) {{ {mutation}({given}) {{ {' '.join(wanted)} }} }}"


async def a_member(house: House, tenant: Tenant, role: MembershipRole) -> UserId:
    """Add a person with a role."""
    setup = SetupUseCases(database=house.database, clock=CLOCK)
    user = await setup.add_user(f"{uuid4().hex}@example.com", "Ben", tenant.slug, role)
    return user.id


async def as_member(house: House, tenant: Tenant, role: MembershipRole) -> Asker:
    """Return another member with a role, who asks."""
    user = await a_member(house, tenant, role)
    return Asker(house, Viewer(user=user, roles={tenant.organization: role}))


def as_owner(house: House, tenant: Tenant) -> Asker:
    """Return the tenant's owner, who asks."""
    return Asker(house, tenant.viewer)


def as_administrator(house: House, tenant: Tenant) -> Asker:
    """Return a system administrator, who asks; the tenant lends the person."""
    return Asker(house, replace(tenant.viewer, roles={}, is_system_admin=True))


async def an_administrator(house: House, name: str = "Root") -> Asker:
    """Return a system administrator of their own, who belongs nowhere."""
    user = UserId(uuid4())
    async with house.database.raw_writing(SYSTEM) as db:
        await db.execute(
            "INSERT INTO users (id, email, name, is_system_admin) VALUES ($1, $2, $3, true)",
            user,
            f"{user}@root.example",
            name,
        )
    return Asker(house, Viewer(user=user, is_system_admin=True))
