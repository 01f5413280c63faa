"""The examples of the documentation: each program and command is run against real processes."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.flows.running import ROOT, Installation, an_installation, eventually
from tests.house import Tenant

EXAMPLES = ROOT / "docs" / "examples"
ERRORS = "SELECT title AS told FROM errors WHERE organization_id = $1"
TOLD = {
    "with_an_sdk": (ERRORS, "ValueError: card gold was declined"),
    "envelope": (ERRORS, "KeyError: 'address'"),
    "webhook": (ERRORS, "TypeError: type str doesn't define __round__ method"),
    "vercel": (ERRORS, "TypeError: cart is not iterable"),
    "cloudflare": (ERRORS, "RangeError: stock is negative"),
    "opentelemetry_sdk": (ERRORS, "TimeoutError: the bank does not answer"),
    "otlp_json": (ERRORS, "EmptyShelf: shelf 7"),
    "capture_errors": (ERRORS, "ValueError: invalid literal for int() with base 10: 'seven'"),
    "browser_report": (ERRORS, "Blocked 'img' from 'evil.example'"),
    "check_in": (
        "SELECT slug AS told FROM monitors WHERE organization_id = $1",
        "nightly-invoices",
    ),
    "feedback": (
        "SELECT description AS told FROM user_reports WHERE organization_id = $1",
        "It went blank when I paid.",
    ),
}
COMMANDS = re.findall(r"```sh\n(curl .*?)```", (ROOT / "docs/ingest.md").read_text(), re.DOTALL)


@pytest.fixture(scope="module")
async def house(flow_database: str) -> AsyncIterator[Installation]:
    async with an_installation(flow_database) as running:
        yield running


@pytest.fixture
async def tenant(house: Installation) -> Tenant:
    return await house.tenant()


def environment(house: Installation, tenant: Tenant) -> dict[str, str]:
    return os.environ | {
        "TOCSIN_URL": house.serve[0].url,
        "TOCSIN_DSN": house.dsn(tenant),
        "TOCSIN_KEY": tenant.key.public_key,
        "TOCSIN_PROJECT": str(tenant.key.service_number),
        "TOCSIN_TOKEN": tenant.token,
        "TOCSIN_SERVICE": f"svc_{tenant.service.id}",
    }


async def ran(*command: str, env: dict[str, str]) -> str:
    process = await asyncio.create_subprocess_exec(
        *command, env=env, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said = (await process.communicate())[0].decode()
    assert process.returncode == 0, said
    return said


def test_every_example_is_tested_and_named_in_the_documentation():
    names = {path.stem for path in EXAMPLES.glob("*.py")}
    page = (ROOT / "docs/ingest.md").read_text()

    assert names == set(TOLD)
    assert [name for name in names if f"(examples/{name}.py)" not in page] == []


@pytest.mark.parametrize("name", sorted(TOLD))
async def test_an_example_does_what_it_says(house: Installation, tenant: Tenant, name: str):
    statement, told = TOLD[name]
    program = Path(EXAMPLES / f"{name}.py")

    await ran(sys.executable, str(program), env=environment(house, tenant))

    found = await eventually(
        lambda: house.sql(statement, tenant.organization), lambda rows: rows, seconds=10
    )
    assert [row["told"] for row in found] == [told]


@pytest.mark.parametrize("number", range(len(COMMANDS)))
async def test_a_command_is_taken(house: Installation, tenant: Tenant, number: int):
    env = environment(house, tenant)
    command = COMMANDS[number].replace("curl -sS", "curl -sS --fail-with-body", 1)

    await ran("sh", "-c", command, env=env)

    accepted = await eventually(
        lambda: house.sql(
            "SELECT category, quantity FROM ingest_outcomes"
            " WHERE organization_id = $1 AND outcome = 'accepted'",
            tenant.organization,
        ),
        lambda rows: rows,
        seconds=10,
    )
    assert [row["quantity"] for row in accepted] == [1]
