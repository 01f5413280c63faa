"""What happens to the bus when PostgreSQL drops its connections."""

import asyncpg
import pytest

from tests.outbound.ears import BELL, PREFIX, Ear, a_bus

LISTENING = "query LIKE 'LISTEN%' OR query = 'SELECT 1'"
SENDING = "query LIKE 'SELECT pg_notify%'"


@pytest.fixture
async def admin(postgres_url):
    connection = await asyncpg.connect(postgres_url)
    yield connection
    await connection.close()


async def _terminate(admin: asyncpg.Connection, which: str) -> int:
    return await admin.fetchval(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
        f" WHERE application_name = '{PREFIX} bus' AND ({which})"
    )


async def test_a_terminated_listener_listens_anew_and_the_gap_is_told(postgres_url, admin):
    async with a_bus(postgres_url) as bus:
        ear = Ear()
        bus.on(BELL, ear)
        await bus.publish(BELL, "before")
        await ear.hears("before")

        assert await _terminate(admin, LISTENING) == 1
        await ear.hears_a_gap()
        await bus.publish(BELL, "after")

        await ear.hears("after")
        assert ear.heard == ["before", None, "after"]
        assert (bus.counts.reconnects, bus.counts.lost) == (1, 0)


async def test_a_terminated_sender_sends_over_a_new_connection(postgres_url, admin):
    async with a_bus(postgres_url) as bus:
        ear = Ear()
        bus.on(BELL, ear)
        await bus.publish(BELL, "before")
        await ear.hears("before")

        assert await _terminate(admin, SENDING) == 1
        await bus.publish(BELL, "after")

        await ear.hears("after")
        assert ear.heard == ["before", "after"]
        assert bus.counts.lost == 0


async def test_a_message_that_notify_cannot_carry_becomes_a_bell(postgres_url):
    async with a_bus(postgres_url) as bus:
        ear = Ear()
        bus.on(BELL, ear)
        fits = "ü" * 3_999 + "x"

        await bus.publish(BELL, fits)
        await bus.publish(BELL, fits + "x")

        await ear.hears_a_gap()
        assert ear.heard == [fits, None]
        assert (bus.counts.refused, bus.counts.lost) == (1, 0)


async def test_the_bus_works_as_the_restricted_role(postgres_url, admin):
    name = f"{PREFIX}_listener"
    await admin.execute(f'CREATE ROLE "{name}" NOLOGIN')
    settings = {"role": name, "application_name": name}
    async with a_bus(postgres_url, server_settings=settings) as bus:
        ear = Ear()
        bus.on(BELL, ear)

        await bus.publish(BELL, "heard")

        await ear.hears("heard")
        known = "SELECT count(*) FROM pg_stat_activity WHERE application_name = $1"
        assert await admin.fetchval(known, name) == 2
    await admin.execute(f'DROP ROLE "{name}"')


async def test_a_bus_opens_while_postgresql_is_away(tmp_path, caplog):
    nowhere = f"postgresql://nobody@/none?host={tmp_path}"
    async with a_bus(nowhere, patience_seconds=0.1) as bus:
        await bus.publish(BELL, "lost")

    assert bus.counts.lost == 1
    assert "The bus is deaf" in caplog.text
