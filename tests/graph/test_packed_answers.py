"""Long answers are packed for who can read that; short ones and live ones are not."""

import pytest

from graph.transport.http import PACKED_FROM_BYTES

LONG = "{ __schema { types { name fields { name } } } }"
SHORT = "{ viewer { user { name } } }"


@pytest.mark.parametrize(
    ("document", "encoding", "packed"),
    [(LONG, "gzip", "gzip"), (LONG, "identity", None), (SHORT, "gzip", None)],
)
async def test_an_answer_is_packed_when_it_is_long(door, tenant, document, encoding, packed):
    client = door.client(tenant.token)

    answer = await client.post(
        door.url, json={"query": document}, headers={"Accept-Encoding": encoding}
    )

    assert answer.headers.get("content-encoding") == packed
    assert "errors" not in answer.json()
    assert (len(answer.content) >= PACKED_FROM_BYTES) == (document == LONG)
