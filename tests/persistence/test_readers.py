"""Reads in one round trip: whose they are ends with each, and the long ones keep nobody waiting."""

import asyncio
from collections import deque
from uuid import uuid4

import asyncpg
import pytest

from persistence.database import SYSTEM, Database, Scope, in_scope, scope_of_viewer
from persistence.readers import Readers
from tests.conftest import CLOCK
from tests.house import a_tenant

SERVICES = in_scope("SELECT string_agg(organization_id::text, ',') FROM services", 0)


@pytest.fixture
async def lonely(database: Database):
    """The same database over one connection that all readers share."""
    shared = Database(database.url, pool_size=1)
    yield shared
    await shared.close()


async def test_on_a_shared_connection_each_sees_only_what_is_theirs(database, lonely):
    one, other = await a_tenant(database, CLOCK), await a_tenant(database, CLOCK, name="bank")
    backend = in_scope("SELECT pg_backend_pid()", 0)

    async def seen(scope: Scope) -> tuple[str | None, int]:
        return await lonely.read_value(scope, SERVICES, ()), await lonely.read_value(
            scope, backend, ()
        )

    everything, first = await seen(SYSTEM)
    found = [await seen(scope_of_viewer(tenant.viewer)) for tenant in (one, other)]

    assert {str(one.organization), str(other.organization)} <= set(everything.split(","))
    assert found == [(str(one.organization), first), (str(other.organization), first)]
    assert await seen(Scope()) == (None, first)


async def test_whose_a_statement_is_ends_with_it(database, lonely):
    tenant = await a_tenant(database, CLOCK)
    told = """
    SELECT current_setting('tocsin.organizations', true) || current_setting('tocsin.scope', true)
    """

    await lonely.read_value(SYSTEM, SERVICES, ())
    await lonely.read_value(scope_of_viewer(tenant.viewer), SERVICES, ())

    assert await lonely._readers.value(told, ()) == ""
    assert await lonely._readers.value("SELECT count(*) FROM services", ()) == 0


async def test_a_statement_that_fails_leaves_its_connection_as_it_was(database, lonely):
    tenant = await a_tenant(database, CLOCK)
    scope = scope_of_viewer(tenant.viewer)

    with pytest.raises(asyncpg.DivisionByZeroError):
        await lonely.read_value(scope, in_scope("SELECT 1 / $1::int", 1), (0,))

    assert await lonely._readers.value("SELECT count(*) FROM services", ()) == 0
    assert await lonely.read_value(scope, SERVICES, ()) == str(tenant.organization)


class Fake:
    """A connection that answers when it is told to."""

    def __init__(self, asked: asyncio.Queue) -> None:
        self.asked = asked
        self.is_over = False

    async def fetchval(self, statement: str, *_values: object) -> str:
        answer = asyncio.get_running_loop().create_future()
        self.asked.put_nowait((statement, answer))
        return await answer

    def is_closed(self) -> bool:
        return self.is_over

    def terminate(self) -> None:
        self.is_over = True


class Fakes:
    """Readers over such connections."""

    def __init__(self, **limits: float) -> None:
        self.asked: asyncio.Queue = asyncio.Queue()
        self.made: list[Fake] = []
        self.readers = Readers(self.connect, **limits)

    async def connect(self) -> Fake:
        self.made.append(Fake(self.asked))
        return self.made[-1]


async def test_as_many_as_have_a_turn_are_asked_and_the_last_connection_first():
    fakes = Fakes(most=10, turns=2, patience_seconds=3600)
    reads = [asyncio.create_task(fakes.readers.value(str(n), ())) for n in range(6)]

    begun = deque([await fakes.asked.get(), await fakes.asked.get()])
    for _ in range(4):
        assert fakes.asked.empty()
        begun.popleft()[1].set_result("done")
        begun.append(await fakes.asked.get())
    for _, answer in begun:
        answer.set_result("done")

    assert await asyncio.gather(*reads) == ["done"] * 6
    assert len(fakes.made) == 2


async def test_whoever_takes_long_lets_the_next_begin():
    fakes = Fakes(most=10, turns=1, patience_seconds=0.01)
    reads = [asyncio.create_task(fakes.readers.value(str(n), ())) for n in range(3)]

    begun = [await fakes.asked.get() for _ in range(3)]
    for statement, answer in begun:
        answer.set_result(statement)

    assert await asyncio.gather(*reads) == ["0", "1", "2"]
    # Every turn was given back once: with one turn again only one is asked.
    again = [asyncio.create_task(fakes.readers.value(str(n), ())) for n in range(2)]
    _, answer = await fakes.asked.get()
    answer.set_result("a")
    _, answer = await fakes.asked.get()
    answer.set_result("b")
    assert await asyncio.gather(*again) == ["a", "b"]


async def test_those_who_wait_to_ask_the_same_are_answered_together():
    fakes = Fakes(most=10, turns=1, patience_seconds=3600)

    def asks(*values: object) -> asyncio.Task:
        return asyncio.create_task(fakes.readers.value("same", values))

    first = asks(1)
    _, first_answer = await fakes.asked.get()
    # It is begun: who comes now may know of something that it does not.
    second, third, other = asks(1), asks(1), asks([1])
    await asyncio.sleep(0)
    second.cancel()
    first_answer.set_result("before")
    _, answer = await fakes.asked.get()
    fourth = asks(1)
    await asyncio.sleep(0)
    answer.set_result("after")
    _, of_other = await fakes.asked.get()
    of_other.set_result("other")
    _, of_fourth = await fakes.asked.get()
    of_fourth.set_exception(asyncpg.DivisionByZeroError())

    assert await asyncio.gather(first, third, other) == ["before", "after", "other"]
    assert second.cancelled()
    with pytest.raises(asyncpg.DivisionByZeroError):
        await fourth
    assert fakes.asked.empty()
    assert fakes.readers._waiting == {}


async def test_who_waits_in_vain_for_a_turn_is_told_and_the_next_may_ask_again():
    fakes = Fakes(most=1, turns=1, patience_seconds=3600, wait_seconds=0.2)
    first = asyncio.create_task(fakes.readers.value("long", ()))
    _, answer = await fakes.asked.get()

    with pytest.raises(TimeoutError):
        await fakes.readers.value("same", ())
    again = asyncio.create_task(fakes.readers.value("same", ()))
    answer.set_result("done")
    _, answer = await fakes.asked.get()
    answer.set_result("done")

    assert await asyncio.gather(first, again) == ["done", "done"]


def test_colleagues_see_alike_and_strangers_do_not():
    house, other, ada, ben = (uuid4() for _ in range(4))

    def seen(user, *organizations, is_system: bool = False) -> object:
        scope = Scope(organizations=frozenset(organizations), user=user, is_system=is_system)
        return scope.of_all().values()

    assert seen(ada, house) == seen(ben, house)
    assert seen(ada, house) != seen(ben, house, other)
    assert seen(ada, house) != seen(ada, house, is_system=True)
    assert seen(ada) != seen(ben)


async def test_a_connection_that_was_interrupted_is_not_used_again():
    fakes = Fakes(most=1)
    read = asyncio.create_task(fakes.readers.value("first", ()))
    await fakes.asked.get()

    read.cancel()
    with pytest.raises(asyncio.CancelledError):
        await read
    again = asyncio.create_task(fakes.readers.value("second", ()))
    _, answer = await fakes.asked.get()
    answer.set_result("done")

    assert await again == "done"
    assert [connection.is_over for connection in fakes.made] == [True, False]


async def test_a_lost_connection_is_replaced_and_what_nobody_needs_is_closed():
    fakes = Fakes(most=4, turns=4)

    async def read(times: int) -> None:
        reads = [asyncio.create_task(fakes.readers.value("x", ())) for _ in range(times)]
        for _, answer in [await fakes.asked.get() for _ in range(times)]:
            answer.set_result("done")
        await asyncio.gather(*reads)

    await read(3)
    fakes.made[2].terminate()
    await read(3)
    fakes.readers.close_unused()
    await read(1)
    fakes.readers.close_unused()

    assert sorted(connection.is_over for connection in fakes.made) == [False, True, True, True]
    fakes.readers.close()
    assert all(connection.is_over for connection in fakes.made)
