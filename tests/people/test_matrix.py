"""Every mutation by every kind of caller: who may, and that a refusal changes nothing (SEC-02)."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import uuid4

import asyncpg
import pytest

from domain.ids import UserId
from domain.organizations import MembershipRole
from domain.rights import Right, may
from domain.tokens import TokenScope
from domain.viewers import NOBODY, Viewer
from graph.public import PUBLIC_MUTATIONS, PUBLIC_QUERIES
from tests.people.asking import SCHEMA, Asker, as_member, as_owner, document_of
from tests.people.everything import tenant_tables
from tests.people.rules import MUTATIONS, QUERIES, SUBSCRIPTIONS, Rule, Who
from tests.people.samples import SAMPLES, Stage, a_stage

# Nothing of a tenant: tried by tests of their own (tests/graph/test_people.py).
WITHOUT_SAMPLE = {name for name, rule in MUTATIONS.items() if rule in (Who.ANYBODY, Who.SIGNED_IN)}


@pytest.mark.parametrize(
    ("root", "rules"),
    [
        (SCHEMA.query_type, QUERIES),
        (SCHEMA.mutation_type, MUTATIONS),
        (SCHEMA.subscription_type, SUBSCRIPTIONS),
    ],
    ids=["Query", "Mutation", "Subscription"],
)
def test_every_field_has_a_rule(root, rules):
    assert set(root.fields) == set(rules)


def test_every_mutation_has_a_sample():
    assert set(MUTATIONS) - WITHOUT_SAMPLE == set(SAMPLES)


def test_what_is_for_anybody_is_what_the_door_lets_in():
    assert {name for name, rule in MUTATIONS.items() if rule is Who.ANYBODY} == PUBLIC_MUTATIONS
    assert {name for name, rule in QUERIES.items() if rule is Who.ANYBODY} == PUBLIC_QUERIES


async def callers(stage: Stage, stranger: Stage) -> Mapping[str, Asker]:
    """Return one caller of each kind."""
    house, tenant = stage.house, stage.tenant
    found = {
        role.value: await as_member(house, tenant, role)
        for role in MembershipRole
        if role is not MembershipRole.OWNER
    }
    reader = replace(tenant.viewer, scopes=frozenset({TokenScope.READ}))
    return found | {
        "owner": as_owner(house, tenant),
        "stranger": as_owner(house, stranger.tenant),
        "reader": Asker(house, reader),
        "nobody": Asker(house, NOBODY),
        "administrator": await administrator(stage),
    }


async def administrator(stage: Stage) -> Asker:
    user = uuid4()
    await stage.tables.execute(
        "INSERT INTO users (id, email, name, is_system_admin) VALUES ($1, $2, 'Root', true)",
        user,
        f"{user}@x.example",
    )
    return Asker(stage.house, Viewer(user=UserId(user), is_system_admin=True))


def is_allowed(rule: Rule, caller: str, *, is_change: bool = True) -> bool:
    """Say what the table says of a caller."""
    if caller == "nobody" or (caller == "stranger" and rule is not Who.SIGNED_IN):
        return False
    # Whoever asks for more than to read needs a token that may write, though nothing is changed.
    if caller == "reader" and (is_change or rule not in (Right.READ, Right.READ_AUDIT, *Who)):
        return False
    match rule:
        case Right():
            role = MembershipRole.OWNER if caller == "reader" else caller
            return caller == "administrator" or may(MembershipRole(role), rule)
        case Who.ADMINISTRATOR:
            return caller == "administrator"
        case Who.MAKER:
            return caller == "owner"
        case Who.MEMBER:
            return caller != "administrator"  # who is no member
        case _:
            return True


async def everything(tables: asyncpg.Connection) -> str:
    """Return what all tables hold, in a word that changes with any of it."""
    names = [str(table.name) for table in tenant_tables()] + ["users", "organizations"]
    sums = [
        f"SELECT md5(coalesce(string_agg(t::text, ',' ORDER BY t::text), '')) AS sum FROM {name} t"
        for name in names
    ]
    return await tables.fetchval(f"SELECT string_agg(sum, ',') FROM ({' UNION ALL '.join(sums)}) s")


@pytest.fixture(scope="module")
async def stranger(house, owner_of_tables):
    return await a_stage(house, owner_of_tables, "stranger")


@pytest.fixture(scope="module")
async def stage(house, owner_of_tables):
    """Where nothing ever changes: only what is refused is tried here."""
    return await a_stage(house, owner_of_tables, "stage")


@pytest.fixture(scope="module")
async def on_stage(stage, stranger):
    return await callers(stage, stranger)


@pytest.fixture(scope="module")
async def yard(house, owner_of_tables):
    """Where things change, and are put back."""
    return await a_stage(house, owner_of_tables, "yard")


@pytest.mark.parametrize("name", sorted(SAMPLES))
async def test_who_may_not_is_refused_and_changes_nothing(stage, on_stage, name):
    refused = [caller for caller in on_stage if not is_allowed(MUTATIONS[name], caller)]
    variables = dict(SAMPLES[name].variables(stage))
    before = await everything(stage.tables)

    said = {who: await answered(on_stage[who], name, variables) for who in refused}

    of_others = {"stranger", "nobody"}
    assert {w: what for w, what in said.items() if what not in ("Forbidden", "NotFound")} == {}
    # To a member the thing is there; to others it may not be known at all.
    members = set(said) - of_others - {"administrator"}
    if not SAMPLES[name].is_hidden:
        assert {who for who in members if said[who] != "Forbidden"} == set()
    assert await everything(stage.tables) == before


@pytest.mark.parametrize("name", sorted(SAMPLES))
async def test_who_may_does(house, owner_of_tables, yard, stranger, name):
    rule, sample = MUTATIONS[name], SAMPLES[name]
    said, unwritten = {}, []
    for caller in [*MembershipRole, "administrator"]:
        if not is_allowed(rule, caller):
            continue
        stage = await a_stage(house, owner_of_tables, "own") if sample.uses_up else yard
        await stage.refill()
        asker = await one_caller(stage, caller, is_maker=rule is Who.MAKER)
        before = await written(owner_of_tables)
        said[str(caller)] = await answered(asker, name, dict(sample.variables(stage)))
        if await written(owner_of_tables) == before:
            unwritten.append(caller)

    assert said
    assert {who: what for who, what in said.items() if not sample.is_done(what)} == {}
    # The first one changes something; the others may find it so already.
    assert sample.is_unwritten or len(unwritten) < len(said)
    assert not (sample.uses_up and unwritten)


async def written(tables: asyncpg.Connection) -> int:
    """Return how many entries all audit logs have."""
    return await tables.fetchval("SELECT count(*) FROM audit_log")


async def one_caller(stage: Stage, caller: str, *, is_maker: bool) -> Asker:
    if caller == "administrator":
        return await administrator(stage)
    if is_maker:
        return as_owner(stage.house, stage.tenant)
    return await as_member(stage.house, stage.tenant, MembershipRole(caller))


async def answered(asker: Asker, name: str, variables) -> str:
    """Return the type of the answer, and what is said when it is no refusal by right."""
    result = await asker.answer(document_of(name, variables, SAMPLES[name].inside), **variables)
    if result.errors:
        return f"{result.errors[0].original_error!r}"
    said = result.data[name]
    # What takes many at once answers for each by itself.
    for each in said.get("results", [said]):
        said = each
    kind = said["__typename"]
    is_plain = kind in ("Forbidden", "NotFound") or kind.endswith("Success")
    return kind if is_plain else f"{kind}: {said}"
