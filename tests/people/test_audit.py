"""The audit log: read and filtered, and changed by nobody (TEN-07, SEC-10)."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import asyncpg
import pytest

from application.setup import SetupUseCases
from domain.ids import ApiTokenId
from domain.organizations import MembershipRole
from persistence import audit
from persistence.database import SYSTEM, scope_of_viewer
from tests.conftest import CLOCK
from tests.people.asking import Asker, as_administrator, as_member

LOG = """query ($organization: ID!, $where: AuditFilter, $first: Int, $after: String) {
  auditLog(organization: $organization, where: $where, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor }
    edges { node {
      id action actorKind actor { name } tokenId objectKind objectId objectNodeId before after
      requestId address organization { slug }
    } }
  }
}"""


def org(tenant):
    return f"org_{tenant.organization}"


async def actions(asker, tenant, **where):
    """Return what was done, newest first; without what made the tenant, unless it is asked for."""
    where.setdefault("actorKind", ["USER", "PROGRAM"])
    found = await asker.data(LOG, organization=org(tenant), where=where)
    return [edge["node"]["action"] for edge in found["auditLog"]["edges"]]


@pytest.fixture
async def team(owner, tenant):
    said = await owner.do("createTeam", "team { id }", organization=org(tenant), name="Web")
    return said["team"]["id"]


async def test_an_entry_says_who_did_what_to_what(house, tenant, team):
    token = ApiTokenId(uuid4())
    viewer = replace(tenant.viewer, token=token, request_id="req-1", address="10.1.2.3")
    program = Asker(house, viewer)

    await program.do("updateTeam", id=team, changes={"name": "Shop", "description": "password=x"})

    found = await program.data(LOG, organization=org(tenant), first=1)
    node = found["auditLog"]["edges"][0]["node"]
    node.pop("id")
    # Where something was scrubbed is told as well.
    assert node["after"].pop("_meta")["description"]
    assert node == {
        "action": "team.changed",
        "actorKind": "PROGRAM",
        "actor": {"name": "Ada"},
        "tokenId": str(token),
        "objectKind": "team",
        "objectId": team.removeprefix("tea_"),
        "objectNodeId": team,
        "before": {"name": "Web", "description": None},
        "after": {"name": "Shop", "description": "password=[Filtered]"},
        "requestId": "req-1",
        "address": "10.1.2.3",
        "organization": {"slug": tenant.slug},
    }


async def test_entries_are_filtered_and_paged(house, owner, tenant, team):
    ben = await as_member(house, tenant, MembershipRole.ADMIN)
    await ben.do("updateTeam", id=team, changes={"name": "Shop"})
    await ben.do("createTeam", organization=org(tenant), name="Api")
    await owner.do("deleteTeam", id=team)
    now = CLOCK.now()

    everything = await actions(owner, tenant)
    asked = {"organization": org(tenant), "where": {"actorKind": ["USER"]}, "first": 3}
    first = (await owner.data(LOG, **asked))["auditLog"]
    cursor = first["pageInfo"]["endCursor"]
    rest = (await owner.data(LOG, **asked, after=cursor))["auditLog"]

    assert everything == ["team.deleted", "team.created", "team.changed", "team.created"]
    assert [edge["node"]["action"] for edge in first["edges"] + rest["edges"]] == everything
    assert (first["totalCount"], first["pageInfo"]["hasNextPage"]) == (4, True)
    who = f"usr_{ben.viewer.user}"
    assert await actions(owner, tenant, actor=[who]) == ["team.created", "team.changed"]
    assert await actions(owner, tenant, action=["team.deleted"]) == ["team.deleted"]
    assert await actions(owner, tenant, action=["team"]) == everything
    assert await actions(owner, tenant, action=["tea"]) == []
    assert await actions(owner, tenant, objectKind=["service"]) == []
    assert len(await actions(owner, tenant, object=[team])) == 3
    assert await actions(owner, tenant, since=now.isoformat()) == []
    assert await actions(owner, tenant, until=now.isoformat()) == everything
    assert await actions(owner, tenant, actorKind=["PROGRAM"]) == []


async def test_what_the_command_line_does_is_told_of_the_system(owner, database, tenant):
    setup = SetupUseCases(database=database, clock=CLOCK)
    _, key = await setup.add_service(tenant.slug, "Billing")
    await setup.set_key_limit(key.public_key, 7)
    [token] = await setup.tokens_of(tenant.slug)
    await setup.revoke_token(token.id)

    done = await actions(owner, tenant, actorKind=["SYSTEM"])

    assert done[:4] == [
        "api_token.revoked",
        "ingest_key.rate_limit_set",
        "ingest_key.created",
        "service.created",
    ]


@pytest.mark.parametrize(
    ("where", "field"),
    [
        ({"actor": ["x"]}, "actor"),
        ({"object": ["tea_1"]}, "object"),
        ({"action": ["a\0"]}, "action"),
        ({"action": ["a"] * 101}, "action"),
    ],
)
async def test_a_filter_that_means_nothing_is_refused(owner, tenant, where, field):
    result = await owner.answer(LOG, organization=org(tenant), where=where)

    assert result.errors[0].extensions == {"code": "INVALID", "field": field}


async def test_the_log_can_only_be_appended_to(database, owner_of_tables, tenant, team):
    grants = await owner_of_tables.fetch(
        "SELECT privilege_type FROM information_schema.role_table_grants"
        " WHERE table_name = 'audit_log' AND grantee = 'tocsin_app'"
    )

    assert {row["privilege_type"] for row in grants} == {"SELECT", "INSERT"}
    for scope in (SYSTEM, scope_of_viewer(tenant.viewer)):
        for statement in (
            "UPDATE audit_log SET action = 'x'",
            "DELETE FROM audit_log",
            "TRUNCATE audit_log",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                async with database.raw_writing(scope) as db:
                    await db.execute(statement)


async def test_only_old_entries_are_forgotten_and_never_those_of_a_year(
    database, owner_of_tables, owner, tenant, team
):
    now = CLOCK.now()
    for days in (800, 700, 300):
        await owner_of_tables.execute(
            "INSERT INTO audit_log (organization_id, id, actor_kind, action, object_kind,"
            " object_id, at) VALUES ($1, $2, 'system', $3, 'x', $2, $4)",
            tenant.organization,
            uuid4(),
            f"x.{days}",
            now - timedelta(days=days),
        )

    async with database.raw_writing(SYSTEM) as db:
        old = await audit.forget_before(db, now - timedelta(days=731), 10)
        # Whoever asks for more gets no more than what is a year old.
        more = await audit.forget_before(db, now, 10)

    assert (old, more) == (1, 1)
    both = {"actorKind": ["USER", "SYSTEM"]}
    assert await actions(owner, tenant, **both, action=["x", "team"]) == ["team.created", "x.300"]


async def test_nobody_has_entries_forgotten(database, owner_of_tables, tenant, team):
    await owner_of_tables.execute("UPDATE audit_log SET at = at - interval '3 years'")

    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="only Tocsin itself"):
        async with database.raw_writing(scope_of_viewer(tenant.viewer)) as db:
            await audit.forget_before(db, CLOCK.now(), 10)


async def test_administrators_read_every_log(house, tenant, team):
    assert await actions(as_administrator(house, tenant), tenant) == ["team.created"]
