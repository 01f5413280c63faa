"""Every query by every kind of caller: what is there for whom, and nothing of others (SEC-02)."""

from typing import Any
from uuid import UUID

import orjson
import pytest
from graphql import GraphQLObjectType

from graph.context import Context
from graph.ids import _NOUNS
from tests.graph.reading import SCHEMA as WITHOUT_LIMITS
from tests.people.asking import SCHEMA, Asker
from tests.people.questions import QUESTIONS, question_of
from tests.people.rules import NODES, QUERIES, Who
from tests.people.samples import Stage, a_stage
from tests.people.test_matrix import callers, is_allowed

# What is the owner's own.
OWN = {"ntf", "tok"}


@pytest.fixture(scope="module")
async def stage(house, owner_of_tables):
    return await a_stage(house, owner_of_tables, "stage")


@pytest.fixture(scope="module")
async def on_stage(house, owner_of_tables, stage):
    return await callers(stage, await a_stage(house, owner_of_tables, "stranger"))


def test_every_query_has_a_question():
    assert set(QUERIES) == set(QUESTIONS)


async def asked(asker: Asker, name: str, stage: Stage) -> tuple[str, list[Any]]:
    """Return what a caller is told as one text, and why they were refused what they were."""
    variables = dict(QUESTIONS[name].variables(stage))
    context = Context(house=asker.house, viewer=asker.viewer, request_id="r")
    result = await WITHOUT_LIMITS.execute(
        question_of(name, variables), variable_values=variables, context_value=context
    )
    refusals = [error.original_error or error for error in result.errors or ()]
    return orjson.dumps(result.data).decode(), refusals


def shown(told: str, stage: Stage) -> list[str]:
    """Return what of the stage stands in an answer."""
    secrets = {stage.tenant.slug, str(stage.tenant.organization)}
    secrets |= {str(row["id"]) for row in stage.known.values() if isinstance(row.get("id"), UUID)}
    return [secret for secret in secrets if secret in told]


@pytest.mark.parametrize("name", sorted(QUESTIONS))
async def test_a_query_shows_what_the_rule_says(stage, on_stage, name):
    rule, question = QUERIES[name], QUESTIONS[name]
    told = {who: await asked(asker, name, stage) for who, asker in on_stage.items()}

    wrong = {}
    for who, (text, refusals) in told.items():
        seen, names = shown(text, stage), {type(each).__name__ for each in refusals}
        if rule is Who.ANYBODY:
            is_right = not seen and names <= {"WrongCredentials"}
        elif rule is Who.SIGNED_IN and who == "stranger":
            is_right = not seen
        elif is_allowed(rule, who, is_change=False):
            is_right = not names and (bool(seen) or not question.shows)
        else:
            is_right = not seen and names <= {"Forbidden", "NotFound"}
        if not is_right:
            wrong[who] = (seen, [repr(each) for each in refusals], text[:300])
    assert wrong == {}


def test_every_kind_of_thing_has_a_rule():
    assert set(NODES) == set(_NOUNS)


def test_whatever_has_an_id_is_a_node():
    with_ids = {
        name
        for name, type_ in SCHEMA.type_map.items()
        if isinstance(type_, GraphQLObjectType) and "id" in type_.fields
    }
    nodes = {type_.name for type_ in SCHEMA.get_implementations(SCHEMA.type_map["Node"]).objects}

    # What a mutation says of something that may be gone is no thing of its own.
    assert with_ids - nodes == {"SignOutSuccess", "SkippedReport"}


# Nobody on the stage came in by a browser (tests/graph/test_signing_in.py).
@pytest.mark.parametrize("prefix", sorted(set(NODES) - {"sig"}))
async def test_a_node_is_there_for_whom_its_rule_says(stage, on_stage, prefix):
    [id_] = [each for each in stage.ids().values() if each.partition("_")[0] == prefix]
    query = "query ($id: ID!) { node(id: $id) { id } }"

    told = {who: (await asker.data(query, id=id_))["node"] for who, asker in on_stage.items()}

    rule = NODES[prefix]
    allowed = {who for who in on_stage if is_allowed(rule, who, is_change=False)}
    # A token of the owner's that may only read sees what is the owner's own.
    allowed |= {"reader"} if prefix in OWN else set()
    assert {who for who, seen in told.items() if seen == {"id": id_}} == allowed
    assert {who for who, seen in told.items() if seen is None} == set(on_stage) - allowed
