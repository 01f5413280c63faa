"""The guide to the API, `docs/graphql.md`: every block of it is run."""

import asyncio
import json
import os
import re
import shutil
import sys
import tomllib
from pathlib import Path

import pytest
from graphql import OperationDefinitionNode, parse

from graph.schema import schema
from tests.graph.serving import happens
from tests.graph.sockets import a_socket
from tests.graph.test_generated_python import SETTINGS

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs/graphql.md").read_text()
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def blocks(language: str) -> list[str]:
    return [text for found, text in BLOCKS if found == language]


def operations() -> dict[str, str]:
    named = {}
    for text in blocks("graphql"):
        [operation] = parse(text).definitions
        assert isinstance(operation, OperationDefinitionNode)
        named[operation.name.value] = text
    return named


def shape(value: object) -> object:
    """What the value looks like: its names and kinds, of a list the first item's."""
    if isinstance(value, dict):
        return {name: shape(item) for name, item in value.items()}
    if isinstance(value, list):
        return [shape(item) for item in value[:1]]
    return type(value).__name__


def environment(door, tenant, **more: str) -> dict[str, str]:
    url = door.url.removesuffix("/graphql")
    return os.environ | {
        "TOCSIN_URL": url,
        "TOCSIN_TOKEN": tenant.token,
        "NO_PROXY": "127.0.0.1",
        **more,
    }


async def ran(*command: str, env: dict[str, str]) -> str:
    process = await asyncio.create_subprocess_exec(
        *command, env=env, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said = (await asyncio.wait_for(process.communicate(), 60))[0].decode()
    assert process.returncode == 0, said
    return said


def test_every_block_is_of_a_kind_that_is_run():
    assert {language for language, _ in BLOCKS} == {"sh", "graphql", "json", "python", "toml"}


async def test_the_list_answers_in_the_shape_that_is_shown(door, house, tenant):
    await happens(house, tenant, "pay")
    [shown] = blocks("json")

    answer = (await door.ask(tenant.token, operations()["Unresolved"])).json()

    assert "errors" not in answer
    assert shape(answer["data"]) == shape(json.loads(shown))


async def test_the_mutation_succeeds_and_then_says_why_it_does_not(door, house, tenant):
    await happens(house, tenant, "pay")
    page = (await door.ask(tenant.token, operations()["Unresolved"])).json()["data"]
    id_ = page["errors"]["edges"][0]["node"]["id"]

    done, again = [
        (await door.ask(tenant.token, operations()["Resolve"], id=id_)).json() for _ in range(2)
    ]

    assert done["data"]["setErrorStatus"]["error"] == {"id": id_, "status": "RESOLVED"}
    assert again["data"]["setErrorStatus"]["__typename"] == "IllegalMove"
    assert again["data"]["setErrorStatus"]["message"]


async def test_the_figures_of_a_period_are_told(door, house, tenant):
    await happens(house, tenant, "pay")

    answer = (await door.ask(tenant.token, operations()["Overview"])).json()["data"]

    assert answer["errorStats"]["current"]["events"] == 1
    assert [sum(one["events"]) for one in answer["errorTrends"]["series"]] == [1]


async def test_the_limits_are_told(door, tenant):
    answer = (await door.ask(tenant.token, operations()["Limits"])).json()

    assert "errors" not in answer
    assert answer["data"]["rateLimit"]["cost"] == answer["extensions"]["cost"]["requested"]


async def test_the_feed_goes_on_where_one_stopped(door, house, tenant):
    async with a_socket(door.socket_url) as socket:
        await socket.init(tenant.token)
        await socket.subscribe("a", operations()["Feed"])
        opening = (await socket.next("a"))["data"]["errorFeed"]
    await happens(house, tenant, "pay")
    async with a_socket(door.socket_url) as socket:
        await socket.init(tenant.token)
        await socket.subscribe("a", operations()["Feed"], after=opening["cursor"])
        missed = (await socket.next("a"))["data"]["errorFeed"]

    assert opening["changes"] == []
    assert [change["kind"] for change in missed["changes"]] == ["NEW"]


def test_every_operation_of_the_page_is_run_here():
    assert set(operations()) == {"Unresolved", "Resolve", "Limits", "Feed", "Overview"}


async def test_the_command_is_answered(door, tenant):
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    [command] = blocks("sh")

    said = await ran("sh", "-c", command, env=environment(door, tenant))

    assert json.loads(said)["data"] == {"viewer": {"user": {"name": "Ada"}}}


async def test_the_program_watches_and_resumes(door, house, tenant):
    [program] = blocks("python")

    first = await ran(sys.executable, "-c", program, env=environment(door, tenant))
    await happens(house, tenant, "pay")
    then = await ran(
        *(sys.executable, "-c", program),
        env=environment(door, tenant, TOCSIN_AFTER=first.strip()),
    )

    assert then.splitlines()[0] == "NEW ValueError: no such card"


def test_the_settings_are_those_that_a_client_is_generated_with_in_a_test():
    [shown] = blocks("toml")
    tested = SETTINGS.format(schema='"schema.graphql"', documents='"queries.graphql"')

    assert tomllib.loads(shown) == tomllib.loads(tested)


def test_every_code_that_an_error_may_have_is_explained():
    written = set(re.findall(r"`([A-Z][A-Z_]{4,})`", PAGE))
    source = "\n".join(path.read_text() for path in (ROOT / "graph").rglob("*.py"))
    codes = set(re.findall(r'(?:refusal\(|Refused\(\d+, |failures\.\w+, )\s*"([A-Z_]+)"', source))
    codes |= set(re.findall(r'^[A-Z_]+ = "([A-Z]+_[A-Z_]+)"$', source, re.MULTILINE))

    assert {"NOT_FOUND", "COST_EXCEEDED", "BODY_TOO_LARGE", "RATE_LIMITED"} <= codes
    assert codes - written == set()


def test_the_scalars_that_clients_map_are_those_of_the_schema():
    ours = {name for name, t in schema._schema.type_map.items() if hasattr(t, "specified_by_url")}

    assert ours - {"ID", "String", "Int", "Float", "Boolean"} == {
        "BigInt",
        "Cursor",
        "DateTime",
        "JSON",
    }
