"""The command line: every command explains itself, and the doctor says plainly what is wrong."""

import asyncio
import os
import re
import signal
from collections.abc import AsyncIterator
from uuid import uuid4

import asyncpg
import httpx
import pytest

from persistence import schema
from tests.flows.commands import Said, tocsin
from tests.flows.running import Installation, an_installation, eventually
from tests.flows.servers import PostgresServer
from tests.servers import free_port

COMMANDS = [
    *("", "run", "serve", "work", "migrate", "demo", "doctor", "schema"),
    *("user", "user add", "user password", "user link", "service", "service add", "service list"),
    *("organization", "organization limit", "key", "key limit"),
    *("dead-letters", "dead-letters list", "dead-letters replay"),
    *("token", "token create", "token list", "token revoke"),
]
VIEWER = {"query": "{ errors { totalCount } }"}


@pytest.fixture(scope="module")
async def house(flow_database: str) -> AsyncIterator[Installation]:
    async with an_installation(flow_database) as running:
        yield running


@pytest.fixture
async def empty_database(postgres: PostgresServer) -> AsyncIterator[str]:
    name = f"empty_{uuid4().hex[:8]}"
    await _execute(postgres.url(), f"CREATE DATABASE {name}")
    yield postgres.url(name)
    await _execute(postgres.url(), f"DROP DATABASE {name} WITH (FORCE)")


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def _findings(said: Said) -> dict[str, list[str]]:
    """Return the doctor's sentences, those that are well and those that are not."""
    found: dict[str, list[str]] = {"ok": [], "WRONG": []}
    for line in said.out.splitlines():
        mark, _, sentence = line.partition(" ")
        found[mark].append(sentence.strip())
    return found


async def test_every_command_explains_itself():
    said = await asyncio.gather(
        *(tocsin(*command.split(), "--help", environment={}) for command in COMMANDS)
    )

    for command, answer in zip(COMMANDS, said, strict=True):
        assert (answer.status, answer.err) == (0, ""), command
        usage, explained = answer.out.splitlines()[0], answer.out.splitlines()[2].strip()
        assert usage.startswith("Usage: ")
        assert command in usage
        assert re.search(r"\w+ \w+", explained)


async def test_the_doctor_finds_a_house_that_runs_well(house: Installation):
    said = await tocsin("doctor", environment=house.environment)

    found = _findings(said)
    assert (said.status, found["WRONG"]) == (0, []), said
    assert "1 `serve` process is running." in found["ok"]
    assert "1 `work` process is running." in found["ok"]
    assert "There are no dead letters." in found["ok"]
    [live] = [sentence for sentence in found["ok"] if sentence.startswith("Live feeds: ")]
    assert live.startswith("Live feeds: 0 subscriptions; `serve` answers over the bus in ")


async def test_the_doctor_names_a_process_that_does_not_answer_over_the_bus(house: Installation):
    [serve] = house.serve
    os.kill(serve.pid, signal.SIGSTOP)
    try:
        said = await tocsin("doctor", environment=house.environment)
    finally:
        os.kill(serve.pid, signal.SIGCONT)

    [wrong] = _findings(said)["WRONG"]
    assert wrong.startswith(f"The `serve` process {serve.pid} on ")
    assert "does not answer over the bus" in wrong


async def test_the_doctor_names_what_is_away_and_a_command_what_it_cannot_find(house: Installation):
    nowhere = f"127.0.0.1:{free_port()}/0"
    database, redis, port, organization = await asyncio.gather(
        tocsin("doctor", environment=house.environment | {"DATABASE_URL": f"postgres://{nowhere}"}),
        tocsin("doctor", environment=house.environment | {"REDIS_URL": f"redis://{nowhere}"}),
        tocsin("doctor", environment={"TOCSIN_PORT": "eighty"}),
        tocsin("service", "list", "--organization", "x", environment=house.environment),
    )

    assert [said.status for said in (database, redis, port, organization)] == [1, 1, 1, 1]
    assert [sentence.partition(":")[0] for sentence in _findings(database)["WRONG"]] == [
        "The database cannot be reached",
    ]
    assert [sentence.partition(":")[0] for sentence in _findings(redis)["WRONG"]] == [
        "Redis does not carry messages"
    ]
    assert (database.err, redis.err) == ("", "")
    assert port.err == "Error: TOCSIN_PORT is 'eighty'; it must be a number from 0 to 65535.\n"
    assert organization.err == "Error: There is no organization 'x'.\n"


async def test_the_doctor_says_what_an_empty_or_old_database_needs_and_it_helps(
    house: Installation, empty_database: str
):
    environment = {**house.environment, "DATABASE_URL": empty_database}
    needed = schema.newest()

    empty = await tocsin("doctor", environment=environment)
    migrated = await tocsin("migrate", environment=environment)
    idle, again = await asyncio.gather(
        tocsin("doctor", environment=environment), tocsin("migrate", environment=environment)
    )
    await _execute(empty_database, "UPDATE alembic_version SET version_num = '0001'")
    old = await tocsin("doctor", environment=environment)

    hint = f"this version needs {needed}: run `tocsin migrate`."
    assert [said.status for said in (empty, idle, old)] == [1, 1, 1]
    assert _findings(empty)["WRONG"] == [f"The schema is empty, {hint}"]
    assert (migrated.status, migrated.out) == (0, f"The schema is at {needed} (was empty).\n")
    assert (again.status, again.out) == (0, f"The schema is at {needed}.\n")
    assert _findings(idle)["WRONG"] == [
        "No `serve` process is running.",
        "No `work` process is running.",
    ]
    assert _findings(old)["WRONG"] == [f"The schema is at 0001, {hint}"]


async def test_a_token_is_made_listed_and_revoked(house: Installation):
    tenant = await house.tenant()
    who = ("--organization", tenant.slug)

    made = await tocsin(
        *("token", "create", *who, "--email", f"{tenant.slug}@example.com"),
        *("--name", "for ci", "--read-only", "--days", "1"),
        environment=house.environment,
    )
    listed = await tocsin("token", "list", *who, environment=house.environment)
    secret = made.out.strip()
    [line] = [line for line in listed.out.splitlines() if line.endswith("for ci")]
    token_id, state, scopes, _ = line.split("\t")
    opened = await _status_of(house, secret)
    revoked = await tocsin("token", "revoke", token_id, environment=house.environment)
    relisted, twice = await asyncio.gather(
        tocsin("token", "list", *who, environment=house.environment),
        tocsin("token", "revoke", token_id, environment=house.environment),
    )
    closed = await eventually(lambda: _status_of(house, secret), lambda status: status == 401)

    assert made.status == listed.status == revoked.status == 0
    assert secret.startswith("tocsin_")
    assert secret not in listed.out
    assert (state, scopes) == ("usable", "read")
    assert (opened, closed) == (200, 401)
    assert f"{token_id}\tclosed" in relisted.out
    assert (twice.status, twice.err) == (
        1,
        "Error: There is no such token, or it is revoked already.\n",
    )


SIGN_IN = """mutation ($email: String!, $password: String!) {
  signIn(email: $email, password: $password) { __typename }
}"""


async def test_the_operator_sets_a_password_and_gives_links(house: Installation):
    tenant = await house.tenant()
    email = f"{tenant.slug}@example.com"
    password = "correct horse battery"
    set_, short, stranger, link = await asyncio.gather(
        tocsin("user", "password", email, "--password", password, environment=house.environment),
        tocsin("user", "password", email, "--password", "short", environment=house.environment),
        tocsin("user", "link", "nobody@example.com", environment=house.environment),
        tocsin("user", "link", email, "--purpose", "reset", environment=house.environment),
    )
    variables = {"email": email, "password": password}
    answer = await house.http.post(
        f"{house.serve[0].url}/graphql", json={"query": SIGN_IN, "variables": variables}
    )

    assert (set_.status, set_.out, password in set_.err) == (0, "The password is set.\n", False)
    assert short.err == "Error: A password has 12 to 200 characters.\n"
    assert stranger.err == "Error: There is no user nobody@example.com.\n"
    assert re.fullmatch(r"http\S+/reset-password#token=tcl_[0-9a-f]{64}\n", link.out)
    assert answer.json()["data"]["signIn"]["__typename"] == "SignInSuccess"
    assert "tocsin_session=tcs_" in answer.headers["set-cookie"]


async def test_a_service_is_added_and_its_dsn_works(house: Installation):
    tenant = await house.tenant()
    environment = {**house.environment, "TOCSIN_PUBLIC_URL": house.serve[0].url}
    who = ("--organization", tenant.slug)

    added = await tocsin("service", "add", "checkout", *who, environment=environment)
    listed = await tocsin("service", "list", *who, environment=environment)
    dsn = added.out.strip()
    envelope = f'{{"dsn":"{dsn}"}}\n{{"type":"event"}}\n{{"message":"closed"}}\n'
    project = dsn.rpartition("/")[2]
    answer = await house.http.post(
        f"{house.serve[0].url}/api/{project}/envelope/", content=envelope
    )

    assert (added.status, listed.status) == (0, 0)
    assert f"checkout\t{dsn}" in listed.out.splitlines()
    assert answer.status_code == 200


async def _status_of(house: Installation, token: str) -> int:
    answer: httpx.Response = await house.http.post(
        f"{house.serve[0].url}/graphql",
        json=VIEWER,
        headers={"authorization": f"Bearer {token}"},
    )
    return answer.status_code
