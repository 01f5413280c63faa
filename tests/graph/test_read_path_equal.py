"""Both ways to read answer every question alike: values, keys, their order, and refusals."""

import json

import orjson
import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from tests.conftest import CLOCK
from tests.graph.reading import Reader, an_id, seed
from tests.graph.selections import questions
from tests.house import a_tenant

CURSORS = "{ errors(first: 20) { edges { cursor } } }"
OCCURRENCE_CURSORS = """
query ($id: ID!) { error(id: $id) { occurrences { edges { cursor } } } }
"""


@pytest.fixture(scope="module")
async def asking(database):
    """A reader, and what it can ask about."""
    tenant = await a_tenant(database, CLOCK)
    other = await a_tenant(database, CLOCK, name="bank")
    seeded = await seed(database, tenant, errors=24)
    foreign = await seed(database, other, errors=2, start=100)
    reader = Reader(database, tenant.viewer)
    listed = await reader.data(CURSORS)
    found = await reader.data(OCCURRENCE_CURSORS, id=f"err_{seeded[23].id}")
    ids = [f"err_{error.id}" for error in (*seeded[:12], *foreign)]
    ids += [f"occ_{id_}" for error in seeded[:12] for id_ in error.occurrences]
    ids.append(f"err_{an_id(9999, 1)}")
    return (
        reader,
        ids,
        [edge["cursor"] for edge in listed["errors"]["edges"]],
        [edge["cursor"] for edge in found["error"]["occurrences"]["edges"]],
    )


# Not asyncio's own: hypothesis runs the body many times, in the loop of the fixtures.
@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
async def test_both_ways_to_read_answer_alike(asking, data):
    reader, *places = asking
    question = data.draw(questions(*places))
    note(question.text)
    note(json.dumps(question.variables))

    written = await reader.answer(question.text, **question.variables)
    resolved = await reader.answer(question.text, may_project=False, **question.variables)

    assert _shown(written) == _shown(resolved)
    if not resolved.errors:
        assert all(isinstance(value, orjson.Fragment) for value in written.data.values())


def _shown(result):
    """What a client sees, with its keys in order."""
    errors = [(error.message, error.path) for error in result.errors or ()]
    # As text, because equal dictionaries may have their keys in any order.
    return json.dumps(orjson.loads(orjson.dumps(result.data))), sorted(errors, key=repr)
