"""The crash-report dialog over a real database: its script, and what people send with it."""

import json
import re
import shutil
import subprocess
from collections.abc import AsyncIterator
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from persistence.database import Database
from tests.house import Tenant
from tests.ingest.doors import Door, a_door

pytestmark = pytest.mark.timeout(60)
FORM = {"name": "Ana", "email": "ana@example.com", "comments": "It went blank ✨"}


@pytest.fixture
async def door(tenant: Tenant, database: Database) -> AsyncIterator[Door]:
    async with a_door(tenant, database) as opened:
        yield opened


def _path(door: Door, event_id: str, **more: str) -> str:
    dsn = door.tenant.key.dsn("https://tocsin.example")
    return "/api/embed/error-page/?" + urlencode({"dsn": dsn, "eventId": event_id, **more})


async def test_the_dialog_is_a_script_with_the_texts_that_were_asked_for(door: Door):
    event_id = uuid4().hex

    answer = await door.http.get(_path(door, event_id, title="Hoppla", labelName="Wie heißt du?"))

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"
    config = _config(answer.text)
    assert config["texts"]["title"] == "Hoppla"
    assert config["texts"]["labelName"] == "Wie heißt du?"
    assert config["texts"]["labelClose"] == "Close"
    assert config["query"].endswith(f"&eventId={event_id}")


@pytest.mark.parametrize(
    "text",
    [
        "</script><script>alert(1)</script>",
        '");alert(1);("',
        "\u2028alert(1)//",
        "${alert(1)}",
        "\\",
    ],
)
async def test_what_a_page_hands_in_stays_text(door: Door, text: str):
    answer = await door.http.get(_path(door, uuid4().hex, title=text, name=text))

    config = _config(answer.text)
    assert (config["texts"]["title"], config["name"]) == (text, text)
    assert not re.search("[<>&\u2028\u2029]", _arguments(answer.text))


async def test_the_script_is_javascript_that_writes_no_html(door: Door):
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not here to read the script")
    answer = await door.http.get(_path(door, uuid4().hex))

    read = subprocess.run([node, "--check", "-"], input=answer.content, capture_output=True)

    assert (read.returncode, read.stderr) == (0, b"")
    assert "innerHTML" not in answer.text
    assert 'setAttribute("style"' not in answer.text
    assert 'createElement("style"' not in answer.text


async def test_what_a_person_writes_becomes_a_user_report(door: Door):
    event_id = uuid4().hex

    answer = await door.http.post(_path(door, event_id), data=FORM)

    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    [row] = await door.stored()
    assert row.kind == "user_report"
    assert row.headers == {
        "type": "user_report",
        "event_id": event_id,
        "source": "crash_report",
    }
    assert json.loads(row.payload) == {"event_id": event_id, **FORM}


async def test_a_form_that_is_sent_twice_is_one_report(door: Door):
    path = _path(door, uuid4().hex)

    for _ in range(2):
        await door.http.post(path, data=FORM)

    one, other = await door.stored()
    assert one.event_id == other.event_id


@pytest.mark.parametrize(
    ("form", "wrong"),
    [
        ({}, {"name", "email", "comments"}),
        ({**FORM, "name": "  "}, {"name"}),
        ({**FORM, "email": "nobody"}, {"email"}),
        ({**FORM, "comments": "x" * 4097}, {"comments"}),
    ],
)
async def test_a_form_that_is_not_filled_in_says_where(door: Door, form: dict, wrong: set[str]):
    answer = await door.http.post(_path(door, uuid4().hex), data=form)

    assert answer.status_code == 400
    assert answer.json()["errors"].keys() == wrong
    assert answer.headers["access-control-allow-origin"] == "*"
    assert await door.stored() == []


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("asked", "wrong"),
    [
        ("", {"dsn", "eventId"}),
        ("?dsn=x&eventId=" + "0" * 32, {"dsn"}),
        ("?eventId=1", {"dsn", "eventId"}),
    ],
)
async def test_a_dialog_needs_a_dsn_and_an_event(
    door: Door, method: str, asked: str, wrong: set[str]
):
    answer = await door.http.request(method, "/api/embed/error-page/" + asked, data=FORM)

    assert answer.status_code == 400
    assert answer.json()["errors"].keys() == wrong


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_only_the_pages_of_a_key_may_show_its_dialog(door: Door, method: str):
    await door.change_key(allowed_origins=["shop.example"])
    headers = {"referer": "https://evil.example/x"}

    answer = await door.http.request(method, _path(door, uuid4().hex), data=FORM, headers=headers)

    assert answer.status_code == 403
    assert await door.stored() == []


def _arguments(script: str) -> str:
    return script[script.rindex("})(") + 3 : script.rindex(");")]


def _config(script: str) -> dict:
    return json.loads(_arguments(script))
