"""Limits at the door: what is kept of what is too much, and how its sender is told."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from application.clock import Clock
from application.limits import LimitUseCases
from application.pressure import MAX_DELAY_SECONDS, delay_seconds
from domain.ids import IngestKeyId
from domain.inbox import InboxItem
from ingest.answers import Refused
from ingest.routes import Request
from persistence.database import SYSTEM, Database
from tests.conftest import CLOCK
from tests.house import Tenant, a_tenant
from tests.ingest.doors import Door, a_door, an_envelope, an_event, an_item

pytestmark = pytest.mark.timeout(60)

LIMIT = 3
EVENTS = "error;default;security"


class Hands:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.at = datetime.now(UTC)

    def forward(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
async def small(database: Database) -> Tenant:
    return await a_tenant(database, CLOCK, limit=LIMIT)


@pytest.fixture
async def door(small: Tenant, database: Database, hands: Hands) -> AsyncIterator[Door]:
    clock = Clock(now=lambda: hands.at, randomness=CLOCK.randomness)
    async with a_door(small, database, clock=clock) as opened:
        yield opened


async def kinds(door: Door) -> list[str]:
    async with door.database.raw_reading(SYSTEM) as db:
        rows = await db.fetch(
            "SELECT kind FROM inbox WHERE organization_id = $1 ORDER BY id",
            door.tenant.organization,
        )
    return [row["kind"] for row in rows]


async def test_an_event_over_the_limit_is_kept_as_such_and_its_sender_told_to_wait(door: Door):
    taken = [await door.post(an_envelope(an_item())) for _ in range(LIMIT)]
    over = await door.post(an_envelope(an_item()))

    assert [answer.status_code for answer in taken] == [200] * LIMIT
    assert "x-sentry-rate-limits" not in taken[-1].headers
    assert over.status_code == 429
    assert over.headers["retry-after"] == "20"
    assert over.headers["x-sentry-rate-limits"] == f"20:{EVENTS}:organization:error_limit"
    assert over.headers["access-control-allow-origin"] == "*"
    assert await kinds(door) == ["event"] * LIMIT + ["event_over_limit"]
    assert await door.outcomes() == {}


async def test_who_waits_as_long_as_told_is_let_in_again(door: Door, hands: Hands):
    for _ in range(LIMIT):
        await door.post(an_envelope(an_item()))
    over = await door.post(an_envelope(an_item()))

    hands.forward(int(over.headers["retry-after"]))

    assert (await door.post(an_envelope(an_item()))).status_code == 200


async def test_old_clients_are_told_as_well(door: Door):
    for _ in range(LIMIT):
        await door.post(b'{"message": "x"}', path=door.store_path)

    over = await door.post(b'{"message": "x"}', path=door.store_path)

    assert (over.status_code, over.headers["retry-after"]) == (429, "20")


async def test_a_key_with_a_limit_of_its_own_leaves_the_rest_to_others(
    door: Door, database: Database
):
    await _limit_key(database, door.tenant, 1)

    first = await door.post(an_envelope(an_item()))
    over = await door.post(an_envelope(an_item()))

    assert first.status_code == 200
    assert over.status_code == 429
    assert over.headers["x-sentry-rate-limits"] == f"60:{EVENTS}:key:error_limit"
    await _limit_key(database, door.tenant, None)
    async with a_door(door.tenant, database) as other:
        assert (await other.post(an_envelope(an_item()))).status_code == 200


async def test_a_sender_that_would_send_again_is_refused_only_what_was_dropped(
    door: Door, hands: Hands
):
    reception = door.reception
    key = await reception.key(door.tenant.key.public_key)
    request = Request(method="POST", path={}, query=b"", headers={}, remote_address=None)
    sending = reception.sending(request, key)

    def some(amount: int) -> list[InboxItem]:
        return [reception.event(sending, b"{}", reception.clock.new_id()) for _ in range(amount)]

    await reception.hand_over(some(LIMIT), is_sent_again=True)
    kept = dict(await reception.hand_over(some(3_000 - LIMIT), is_sent_again=True))
    with pytest.raises(Refused) as dropped:
        await reception.hand_over(some(1), is_sent_again=True)

    assert b"x-sentry-rate-limits" in kept
    assert dropped.value.status == 429
    assert len(await kinds(door)) == 3_000


async def test_beyond_what_a_flood_may_cost_events_are_dropped_and_counted(
    door: Door, hands: Hands
):
    reception = door.reception
    key = await reception.key(door.tenant.key.public_key)
    request = Request(method="POST", path={}, query=b"", headers={}, remote_address=None)
    sending = reception.sending(request, key)
    many = [reception.event(sending, b"{}", reception.clock.new_id()) for _ in range(3_010)]

    headers = dict(await reception.hand_over(many))

    assert headers[b"x-sentry-rate-limits"].decode() == f"1:{EVENTS}:key:flood"
    found = await kinds(door)
    assert (found.count("event"), found.count("event_over_limit")) == (LIMIT, 3_000 - LIMIT)
    assert await door.outcomes() == {("rate_limited", "error", "flood"): 10}


async def test_an_organization_that_is_over_its_limit_is_told_once_an_hour(
    door: Door, hands: Hands, database: Database
):
    hands.at = hands.at.replace(minute=10)
    notices = door.reception.gate.notices

    async def flood() -> list[str]:
        for _ in range(LIMIT + 2):
            await door.post(an_envelope(an_item()))
        return [entry.kind.value for entry in await notices.write()]

    told = [await flood(), await flood()]
    hands.forward(3600)
    told.append(await flood())

    assert told == [["limit_reached"], [], ["limit_reached"]]
    async with database.raw_reading(SYSTEM) as db:
        kept = await db.fetchval(
            "SELECT count(*) FROM feed WHERE organization_id = $1 AND kind = 'limit_reached'",
            door.tenant.organization,
        )
    assert kept == 2


async def test_a_new_limit_is_in_force_within_five_seconds(
    door: Door, database: Database, hands: Hands
):
    for _ in range(LIMIT):
        await door.post(an_envelope(an_item()))
    limits = LimitUseCases(database=database, clock=CLOCK)
    await limits.set_error_rate_limit(door.tenant.organization, 600, by=door.tenant.viewer)

    hands.forward(5)

    answers = [await door.post(an_envelope(an_item())) for _ in range(10)]
    assert {answer.status_code for answer in answers} == {200}


async def test_when_nothing_takes_any_more_only_what_was_sent_is_stopped(small, database):
    class Full:
        records = 0

        async def append(self, _records):
            return False

        async def drain(self, _handle, _batch):
            return 0

        def set_aside(self, _record):
            raise AssertionError

    away = Database("postgresql://nobody@127.0.0.1:1/none", pool_size=1)
    async with a_door(small, database, inbox_database=away, spool=Full()) as door:
        refused = await door.post(an_envelope(an_item()))

    assert refused.status_code == 503
    assert refused.headers["retry-after"] == "10"
    assert refused.headers["x-sentry-rate-limits"] == f"10:{EVENTS}:organization:overload"


def test_answers_slow_down_a_little_before_anything_is_refused():
    assert delay_seconds(0, 0) == delay_seconds(1_000, 100_000) == 0
    assert 0 < delay_seconds(11_000, 0) < MAX_DELAY_SECONDS
    assert 0 < delay_seconds(0, 600_000) < delay_seconds(0, 900_000) < MAX_DELAY_SECONDS
    assert delay_seconds(10**9, 10**9) == MAX_DELAY_SECONDS


async def test_a_delay_is_counted_and_the_event_is_stored_all_the_same(door: Door):
    door.reception.pressure.backlog = 10**7

    answer = await asyncio.wait_for(door.post(an_envelope(an_item(payload=an_event()))), 5)

    assert answer.status_code == 200
    assert (door.reception.pressure.delayed, await kinds(door)) == (1, ["event"])
    await door.reception.pressure.look()
    assert door.reception.pressure.backlog == await _waiting(door)


async def _waiting(door: Door) -> int:
    async with door.database.raw_reading(SYSTEM) as db:
        return int(await db.fetchval("SELECT count(*) FROM inbox"))


async def _limit_key(database: Database, tenant: Tenant, per_minute: int | None) -> None:
    limits = LimitUseCases(database=database, clock=CLOCK)
    await limits.set_ingest_key_limit(IngestKeyId(tenant.key.id), per_minute, by=tenant.viewer)
