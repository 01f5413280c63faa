"""`tocsin run`: from an empty folder to a working house, and nothing left of it but its data."""

import re
import signal
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from tests.flows.commands import House, tocsin
from tests.flows.running import eventually

ERRORS = "{ errors(first: 100) { totalCount edges { node { title occurrenceCount } } } }"


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    """A folder that is empty at first; the user who runs PostgreSQL may enter it."""
    with tempfile.TemporaryDirectory(prefix="tocsin-run-") as name:
        Path(name).chmod(0o755)
        yield Path(name) / "data"


@pytest.fixture
async def house(data: Path) -> AsyncIterator[House]:
    house = House(data)
    yield house
    house.remove()


def _said(text: str, name: str) -> str:
    """Return what the welcome says of something."""
    return re.search(rf"{name} +(\S+)", text)[1]


async def _errors(house: House, token: str) -> dict[str, int]:
    """Return how often each error happened, by title."""
    async with httpx.AsyncClient() as http:
        answer = await http.post(
            f"{house.url}/graphql",
            json={"query": ERRORS},
            headers={"authorization": f"Bearer {token}"},
        )
    edges = answer.json()["data"]["errors"]["edges"]
    return {edge["node"]["title"]: edge["node"]["occurrenceCount"] for edge in edges}


async def _enters(link: str) -> str | None:
    """Press the button of a link that is good once; return who one is then."""
    async with httpx.AsyncClient() as http:
        await http.post(link)
        answer = await http.post(
            link.partition("/auth/")[0] + "/graphql",
            json={"query": "{ viewer { user { name } } }"},
            headers={"sec-fetch-site": "same-origin"},
        )
    return answer.json()["data"]["viewer"]["user"]["name"] if answer.is_success else None


@pytest.mark.timeout(180)
async def test_the_first_start_says_all_that_is_needed_and_the_second_finds_it_again(house: House):
    first = await house.start()
    token = _said(first, "API token")
    entered, again_entered = [await _enters(_said(first, r"Sign in \(once\)")) for _ in range(2)]
    demo = await tocsin("demo", "--rounds", "1", environment=house.environment)
    shown = await eventually(lambda: _errors(house, token), lambda found: len(found) >= 9)
    healthy = await tocsin("doctor", environment=house.environment)
    house.interrupt()
    status, left = await house.ended(), await house.survivors()
    second = await house.start()
    shown_again = await _errors(house, token)
    house.interrupt()
    again, left_again = await house.ended(), await house.survivors()

    assert _said(first, "DSN for your SDK").startswith("http://")
    assert _said(first, "GraphQL") == f"{house.url}/graphql"
    assert (entered, again_entered) == ("Administrator", None)
    assert "Sign in" not in second
    assert demo.status == 0, demo
    assert len(shown) >= 9
    assert (healthy.status, "WRONG" in healthy.out) == (0, False), healthy
    assert (status, left) == (0, set())
    for name in ("DSN for your SDK", "GraphQL", "API token", "Organization"):
        assert _said(second, name) == _said(first, name)
    assert shown_again == shown
    assert (again, left_again) == (0, set())


async def test_whichever_process_is_killed_all_end_and_the_next_start_is_well(house: House):
    ends, seen = {}, []
    for name in ("run", "serve", "work", "postgres"):
        welcome = await house.start()
        seen.append(await _errors(house, _said(welcome, "API token")))
        await house.kill(name)
        ends[name] = await house.ended(), await house.survivors()
    welcome = await house.start()
    seen.append(await _errors(house, _said(welcome, "API token")))
    house.interrupt()
    stopped = await house.ended()

    assert ends == {
        "run": (-signal.SIGKILL, set()),
        "serve": (1, set()),
        "work": (1, set()),
        "postgres": (1, set()),
    }
    assert seen == [seen[0]] * 5
    assert stopped == 0
