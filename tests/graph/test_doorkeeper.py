"""The doorkeeper: how long it remembers, and what it never does."""

import asyncio
from uuid import uuid4

import pytest

from domain.ids import UserId
from domain.viewers import Viewer
from graph.transport.doorkeeper import REMEMBERED_TOKENS, Doorkeeper, secret_in

SECRET = "tocsin_" + "0" * 64


class Access:
    """Knows some secrets, counts how often it is asked, and answers when it is let."""

    def __init__(self, *secrets: str) -> None:
        self.viewers = {secret: Viewer(user=UserId(uuid4())) for secret in secrets}
        self.asked: list[str] = []
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def caller_of(self, secret: str) -> Viewer | None:
        self.asked.append(secret)
        await self.may_answer.wait()
        return self.viewers.get(secret)


class Watch:
    """A clock that a test moves."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def access() -> Access:
    return Access(SECRET)


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def doorkeeper(access, watch) -> Doorkeeper:
    return Doorkeeper(access, remembered_seconds=5, now=watch)


async def test_a_viewer_is_remembered_for_some_seconds(doorkeeper, access, watch):
    first = await doorkeeper.viewer_of(SECRET)
    watch.seconds = 4.9
    second = await doorkeeper.viewer_of(SECRET)
    watch.seconds = 5.0
    third = await doorkeeper.viewer_of(SECRET)

    assert first == second == third == access.viewers[SECRET]
    assert len(access.asked) == 2


async def test_a_revoked_token_is_noticed_when_the_memory_has_run_out(doorkeeper, access, watch):
    assert await doorkeeper.viewer_of(SECRET) is not None
    access.viewers.clear()
    assert await doorkeeper.viewer_of(SECRET) is not None

    watch.seconds = 5.0

    assert await doorkeeper.viewer_of(SECRET) is None


async def test_a_token_that_opens_nothing_is_asked_for_each_time(doorkeeper, access):
    other = SECRET[:-1] + "1"
    assert await doorkeeper.viewer_of(other) is None
    access.viewers[other] = Viewer(user=UserId(uuid4()))

    assert await doorkeeper.viewer_of(other) == access.viewers[other]


@pytest.mark.parametrize("secret", [None, "", "x", "Tocsin_1", "tocsin_" + "0" * 200])
async def test_what_cannot_be_a_token_never_reaches_the_database(doorkeeper, access, secret):
    assert await doorkeeper.viewer_of(secret) is None
    assert access.asked == []


async def test_many_who_come_at_once_with_one_token_are_one_question(doorkeeper, access):
    access.may_answer.clear()
    coming = [asyncio.create_task(doorkeeper.viewer_of(SECRET)) for _ in range(50)]
    await asyncio.sleep(0)
    coming[0].cancel()
    access.may_answer.set()

    found = await asyncio.gather(*coming, return_exceptions=True)

    assert isinstance(found[0], asyncio.CancelledError)
    assert found[1:] == [access.viewers[SECRET]] * 49
    assert len(access.asked) == 1


async def test_its_memory_is_bounded(watch):
    secrets = [f"tocsin_{n:064}" for n in range(REMEMBERED_TOKENS + 1)]
    access = Access(*secrets)
    doorkeeper = Doorkeeper(access, remembered_seconds=5, now=watch)
    for secret in secrets:
        await doorkeeper.viewer_of(secret)

    await doorkeeper.viewer_of(secrets[-1])
    assert len(access.asked) == len(secrets)
    await doorkeeper.viewer_of(secrets[0])
    assert len(access.asked) == len(secrets) + 1


@pytest.mark.parametrize(
    ("authorization", "secret"),
    [
        ("Bearer abc", "abc"),
        ("bearer  abc ", "abc"),
        ("Bearer", None),
        ("Bearer ", None),
        ("Basic abc", None),
        ("abc", None),
        ("", None),
        (None, None),
        (1, None),
    ],
)
def test_a_secret_is_taken_only_from_a_bearer(authorization, secret):
    assert secret_in(authorization) == secret
