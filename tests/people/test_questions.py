"""Every query by every kind of caller: what is there for whom, and nothing of others (SEC-02)."""

from typing import Any
from uuid import UUID

import orjson
import pytest

from graph.context import Context
from graph.ids import _NOUNS
from tests.graph.reading import SCHEMA as WITHOUT_LIMITS
from tests.people.asking import Asker
from tests.people.questions import QUESTIONS, question_of
from tests.people.rules import QUERIES, Who
from tests.people.samples import _PREFIXES, Stage, a_stage
from tests.people.test_matrix import callers, is_allowed


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


@pytest.mark.parametrize("table", sorted(t for t, p in _PREFIXES.items() if p in _NOUNS))
async def test_a_node_is_there_for_its_own_people_alone(stage, on_stage, table):
    id_ = stage.id(table)
    query = "query ($id: ID!) { node(id: $id) { id } }"

    told = {
        who: (await asker.data(query, id=id_))["node"]
        for who, asker in on_stage.items()
        if who in ("owner", "administrator", "stranger", "nobody")
    }

    assert told == {
        "owner": {"id": id_},
        "administrator": {"id": id_},
        "stranger": None,
        "nobody": None,
    }


def test_every_kind_of_id_is_tried():
    tried = {*_PREFIXES.values(), "org", "usr"}

    assert set(_NOUNS) - tried == set()
