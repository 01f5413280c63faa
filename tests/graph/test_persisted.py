"""Documents that are asked for by their hash, as clients of automatic persisted queries do."""

import hashlib
import json

import pytest
from graphql import GraphQLError

from graph.persisted import LONGEST_KEPT, PersistedDocuments

NAME = "query Name { viewer { user { name } } }"
ADA = {"viewer": {"user": {"name": "Ada"}}}


def hash_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def by_hash(sha256: str) -> dict[str, object]:
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": sha256}}}


async def post(door, token, body):
    return await door.client(token).post(door.url, json=body)


async def test_a_document_is_sent_once_and_then_asked_for_by_its_hash(door, tenant):
    text = NAME + " # of the dance that clients do"
    sha256 = hash_of(text)

    unknown = await post(door, tenant.token, by_hash(sha256))
    sent = await post(door, tenant.token, {"query": text, **by_hash(sha256)})
    again = await post(door, tenant.token, by_hash(sha256))
    standard = await post(door, tenant.token, {"documentId": f"sha256:{sha256}"})
    got = await door.client(tenant.token).get(
        door.url, params={"extensions": json.dumps(by_hash(sha256)["extensions"])}
    )

    [error] = unknown.json()["errors"]
    assert (unknown.status_code, error["extensions"]) == (
        400,
        {"code": "PERSISTED_QUERY_NOT_FOUND"},
    )
    for answer in (sent, again, standard, got):
        assert (answer.status_code, answer.json()["data"]) == (200, ADA)


async def test_nothing_is_kept_under_a_hash_that_is_not_its_own(door, tenant):
    sha256 = hash_of("another document")

    sent = await post(door, tenant.token, {"query": NAME, **by_hash(sha256)})
    asked = await post(door, tenant.token, by_hash(sha256))

    assert sent.json()["errors"][0]["extensions"]["code"] == "PERSISTED_QUERY_HASH_MISMATCH"
    assert asked.json()["errors"][0]["extensions"]["code"] == "PERSISTED_QUERY_NOT_FOUND"


async def test_who_has_not_signed_in_neither_keeps_nor_asks_by_hash(door, tenant):
    text = NAME + " # of a stranger"
    sha256 = hash_of(text)

    sent = await post(door, None, {"query": text, **by_hash(sha256)})
    asked = await post(door, None, by_hash(sha256))
    later = await post(door, tenant.token, by_hash(sha256))

    assert sent.status_code == 401
    assert "data" not in asked.json() or asked.json()["data"] is None
    assert later.json()["errors"][0]["extensions"]["code"] == "PERSISTED_QUERY_NOT_FOUND"


async def test_a_mutation_by_its_hash_is_not_answered_to_a_get(door, tenant):
    text = "mutation Out { signOut { __typename } }"
    await post(door, tenant.token, {"query": text, **by_hash(hash_of(text))})

    got = await door.client(tenant.token).get(door.url, params={"documentId": hash_of(text)})

    assert (got.status_code, got.headers["allow"]) == (405, "POST")


def test_what_is_kept_is_bounded_and_what_is_asked_for_stays():
    kept = PersistedDocuments(kept_characters=100)
    texts = [f"{{a{n:02}}}".ljust(30) for n in range(5)]

    for text in texts:
        kept.text_of(text, hash_of(text))
        kept.text_of(None, hash_of(texts[0]))
        kept.text_of(text, hash_of(text))

    assert kept.characters == 90
    assert kept.text_of(None, hash_of(texts[0])) == texts[0]
    assert kept.text_of(None, hash_of(texts[1])) is None
    assert kept.text_of(None, hash_of(texts[4])) == texts[4]


def test_a_document_that_is_too_long_is_run_but_not_kept():
    kept = PersistedDocuments()
    text = "{a}".ljust(LONGEST_KEPT + 1)

    assert kept.text_of(text, hash_of(text)) == text
    assert kept.text_of(None, hash_of(text)) is None


def test_a_text_that_cannot_be_written_has_no_hash_of_ours():
    with pytest.raises(GraphQLError, match="not the SHA-256"):
        PersistedDocuments().text_of("\ud800", "0" * 64)
