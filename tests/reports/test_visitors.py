"""What a key that stands in a public form may send, and what its visitors are told (RPT-05)."""

from collections.abc import AsyncIterator

import pytest

from ingest.sentry.visitors import MAX_PICTURE_BYTES, MAX_PICTURES, PER_ADDRESS
from persistence.database import Database
from tests.house import Tenant
from tests.ingest.doors import Door, a_door, an_envelope, an_item
from tests.pictures import a_png

pytestmark = pytest.mark.timeout(60)
PNG = a_png()


@pytest.fixture
async def door(tenant: Tenant, database: Database) -> AsyncIterator[Door]:
    """A door whose key is for reports."""
    async with a_door(tenant, database) as opened:
        await opened.change_key(purpose="report")
        yield opened


def _report(message: str = "It went blank", **form: object) -> tuple[dict, bytes]:
    contexts = {"feedback": {"message": message}, "report": {"title": "t", **form}}
    return an_item("feedback", {"contexts": contexts})


def _picture(body: bytes = PNG, name: str = "a.png") -> tuple[dict, bytes]:
    return {"type": "attachment", "filename": name}, body


@pytest.mark.parametrize(
    ("items", "status", "sentence", "reason"),
    [
        ([_report(), _report()], 400, "One report is taken at a time.", "too_many"),
        ([_picture()], 400, "Pictures are taken only with a report.", "no_report"),
        (
            [_report(), *(_picture(name=f"{n}.png") for n in range(MAX_PICTURES + 1))],
            413,
            "At most 5 pictures are taken.",
            "too_many",
        ),
        (
            [_report(), _picture(PNG + b"\0" * MAX_PICTURE_BYTES)],
            413,
            "A picture may have 5 MB.",
            "too_large",
        ),
        (
            [_report(), _picture(b"<svg onload='alert(1)'/>")],
            415,
            "Only pictures are taken: PNG, JPEG, WebP or GIF.",
            "type",
        ),
        ([_report(trap="x")], 400, "This looks as if a program had sent it.", "trap"),
        (
            [_report(filled_ms=300)],
            400,
            "That was quick. Please wait a moment, then send it again.",
            "too_fast",
        ),
    ],
    ids=["two", "no report", "many", "large", "type", "trap", "fast"],
)
async def test_what_no_person_in_front_of_a_form_sends_is_refused_with_a_sentence(
    door: Door, items: list, status: int, sentence: str, reason: str
):
    answer = await door.post(an_envelope(*items))

    assert (answer.status_code, answer.json()["detail"]) == (status, sentence)
    assert answer.headers["access-control-allow-origin"] == "*"
    assert await door.stored() == []
    assert await door.outcomes() == {("invalid", "feedback", reason): 1}


async def test_a_report_with_pictures_is_taken(door: Door):
    answer = await door.post(
        an_envelope(_report(filled_ms=9000, trap=""), _picture(), _picture(name="b.png"))
    )

    assert answer.status_code == 200
    assert [row.kind for row in await door.stored()] == ["feedback", "attachment", "attachment"]


async def test_one_address_may_send_only_so_many_and_is_told_when_again(door: Door):
    answers = [await door.post(an_envelope(_report(f"n{n}"))) for n in range(PER_ADDRESS + 1)]

    assert [answer.status_code for answer in answers] == [200] * PER_ADDRESS + [429]
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 12
    assert answers[-1].json()["detail"].startswith("Too many reports were sent.")
    assert len(await door.stored()) == PER_ADDRESS
    outcomes = await door.outcomes()
    assert outcomes["rate_limited", "feedback", "address_limit"] == 1


async def test_what_is_refused_costs_no_token(door: Door):
    for _ in range(PER_ADDRESS + 2):
        assert (await door.post(an_envelope(_report(trap="x")))).status_code == 400

    assert (await door.post(an_envelope(_report()))).status_code == 200


async def test_another_key_may_send_more(tenant: Tenant, database: Database):
    async with a_door(tenant, database) as door:
        envelope = an_envelope(_report(), _picture(b"a log"), _report("again"))
        answers = [await door.post(envelope) for _ in range(PER_ADDRESS + 1)]

    assert {answer.status_code for answer in answers} == {200}


@pytest.mark.parametrize("payload", [b"[]", b"nothing", b'{"contexts": [1]}', b'{"contexts": 1}'])
async def test_a_form_that_cannot_be_read_is_left_to_the_digest(door: Door, payload: bytes):
    answer = await door.post(an_envelope(({"type": "feedback"}, payload)))

    assert answer.status_code == 200
    [row] = await door.stored()
    assert row.kind == "feedback"
