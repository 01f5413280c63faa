"""The live feeds without a transport: what is shared, and what each subscriber gets of it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from domain.feed import Change, FeedKind
from domain.organizations import MembershipRole
from graph.cursors import FeedCursor, cursor_of
from graph.ids import shown
from graph.live.counts import LiveCounts
from graph.live.frames import End, LiveRequest, Refused
from graph.live.live import Live
from graph.live.patience import Patience
from graph.pacing import PaceLimits
from graph.schema import schema
from persistence.database import SYSTEM, Database
from persistence.projection.declared import ERROR, ORGANIZATION
from tests.graph.live_sinks import HeldSink
from tests.graph.serving import a_house, happens
from tests.graph.watching import append

FEED = "subscription ($where: ErrorFeedFilter) { errorFeed(where: $where) { kind cursor omitted"
SHORT = LiveRequest(text=FEED + " changes { cursor } } }")
OTHER = LiveRequest(text=FEED + " changes { cursor errorId } } }")
QUICK = PaceLimits(gap_seconds=0.0)


def a_live(house, **patience: float) -> Live:
    """The live feeds of a house, counted anew."""
    own = replace(house, live=LiveCounts())
    return Live(own, schema._schema, pace=QUICK, patience=Patience(**patience))


@pytest.fixture
async def live(house) -> AsyncIterator[Live]:
    live = a_live(house, gap_seconds=0.01)
    yield live
    for subscriber in tuple(live.subscribers):
        subscriber.detach()


def tenant_id(tenant) -> str:
    return shown(ORGANIZATION, tenant.organization)


def changes(tenant, count: int, *, subjects: int = 1_000) -> list[Change]:
    return [
        Change(
            organization_id=tenant.organization,
            kind=FeedKind.ERROR_CHANGED,
            subject_id=UUID(int=number % subjects + 1),
            at=datetime.now(UTC),
        )
        for number in range(count)
    ]


def positions(sink: HeldSink) -> list[int]:
    return [cursor_of(c["cursor"]).position for b in sink.batches for c in b["changes"]]


async def attached(live, tenant, request=SHORT, *, viewer=None, after=None):
    """Attach a sink; without a place to begin at, wait until it has begun."""
    sink = HeldSink()
    place = None
    if after is not None:
        place = FeedCursor(organization=tenant.organization, position=after)
    subscriber = await live.attach(request, viewer or tenant.viewer, sink, after=place)
    if after is None:
        await sink.until(lambda s: s.frames)
    return sink, subscriber


async def test_who_asks_the_same_gets_the_same_message_worked_out_once(live, house, tenant):
    people = [await attached(live, tenant) for _ in range(20)]
    before = live.counts.executions

    await append(house, *changes(tenant, 3))
    for sink, _ in people:
        await sink.until(lambda s: len(positions(s)) == 3)

    assert live.counts.executions - before == 1
    assert len({id(sink.frames[-1].payload) for sink, _ in people}) == 1


async def test_other_selections_of_the_same_are_told_from_one_source(live, house, tenant):
    one, _ = await attached(live, tenant)
    other, _ = await attached(live, tenant, OTHER)
    assert (live.counts.sources, live.counts.streams) == (1, 2)

    await append(house, *changes(tenant, 3))
    for sink in (one, other):
        await sink.until(lambda s: len(positions(s)) == 3)

    assert one.frames[-1].payload != other.frames[-1].payload


async def test_who_goes_on_from_a_place_meets_the_others_without_a_seam(live, house, tenant):
    steady, _ = await attached(live, tenant)
    late: list[HeldSink] = []
    for n in range(30):
        await append(house, *changes(tenant, 1 + n % 3))
        late.append((await attached(live, tenant, after=n // 2))[0])

    end = sum(1 + n % 3 for n in range(30))
    for begun, sink in enumerate(late):
        await sink.until(lambda s: s.frames and s.frames[-1].end == end)
        assert positions(sink) == list(range(begun // 2 + 1, end + 1))
    assert positions(steady) == list(range(1, end + 1))


async def test_who_does_not_read_gets_the_latest_of_each_and_how_many_are_left_out(
    live, house, tenant
):
    steady, _ = await attached(live, tenant)
    slow, _ = await attached(live, tenant)
    slow.block()
    for _ in range(20):
        await append(house, *changes(tenant, 5, subjects=5))
        await steady.until(lambda s: True)
    await steady.until(lambda s: len(positions(s)) == 100)
    assert positions(slow) == []

    slow.unblock()
    await slow.until(lambda s: s.frames[-1].end == 100)
    caught_up = positions(slow)
    await append(house, *changes(tenant, 1))
    await slow.until(lambda s: s.frames[-1].end == 101)

    omitted = sum(batch["omitted"] for batch in slow.batches)
    assert omitted + len(positions(slow)) == 101
    assert omitted > 50
    assert caught_up == sorted(caught_up)
    assert set(range(96, 101)) <= set(caught_up)
    assert positions(slow)[-1] == 101


async def test_who_takes_nothing_for_too_long_is_cut_and_nobody_else(house, tenant):
    live = a_live(house, cut_seconds=0.05)
    steady, _ = await attached(live, tenant)
    slow, _ = await attached(live, tenant)
    slow.block()

    await append(house, *changes(tenant, 1))
    await slow.until(lambda s: s.ending)
    await append(house, *changes(tenant, 1))
    await steady.until(lambda s: len(positions(s)) == 2)

    assert slow.ending.why is End.TOO_SLOW
    assert live.counts.cut == 1
    assert steady.ending is None


async def test_who_has_another_role_goes_on_among_those_who_have_it(live, house, tenant):
    sink, subscriber = await attached(live, tenant)
    steady, _ = await attached(live, tenant)
    for n in range(20):
        await append(house, *changes(tenant, 2))
        role = (MembershipRole.VIEWER, MembershipRole.OWNER)[n % 2]
        subscriber.renew(replace(tenant.viewer, roles={tenant.organization: role}))

    for each in (sink, steady):
        await each.until(lambda s: len(positions(s)) >= 40)
        assert positions(each) == list(range(1, 41))
    assert live.counts.moved > 0


async def test_who_leaves_the_organization_is_told_so_and_hears_nothing_more(live, house, tenant):
    sink, subscriber = await attached(live, tenant)

    subscriber.renew(replace(tenant.viewer, roles={}))
    await append(house, *changes(tenant, 1))
    await sink.until(lambda s: s.ending)

    assert positions(sink) == []
    assert sink.ending.why is End.REFUSED
    assert [error.extensions["code"] for error in sink.ending.errors] == ["FORBIDDEN"]
    assert live.counts.subscribers == 0


async def test_a_role_elsewhere_keeps_nobody_apart(live, house, tenant):
    named = FEED.replace("where: $where", f'organization: "{tenant_id(tenant)}", where: $where')
    request = LiveRequest(text=named + " changes { cursor } } }")
    roles = {**tenant.viewer.roles, uuid4(): MembershipRole.ADMIN}

    await attached(live, tenant, request)
    await attached(live, tenant, request, viewer=replace(tenant.viewer, roles=roles))

    assert (live.counts.subscribers, live.counts.streams) == (2, 1)


async def test_what_cannot_be_watched_is_refused_with_a_code(live, house, tenant):
    for text, code in (
        ("subscription { nope }", "GRAPHQL_VALIDATION_FAILED"),
        ('subscription { errorFeed(organization: "org_x") { kind } }', "INVALID"),
    ):
        with pytest.raises(Refused) as refused:
            await live.attach(LiveRequest(text=text), tenant.viewer, HeldSink())
        assert [error.extensions["code"] for error in refused.value.errors] == [code]
    assert live.counts.subscribers == 0


async def test_a_place_that_no_feed_has_reached_is_answered_with_a_resync(live, house, tenant):
    await append(house, *changes(tenant, 3))
    sink, _ = await attached(live, tenant, after=1_000)
    await sink.until(lambda s: s.frames)
    await append(house, *changes(tenant, 1))
    await sink.until(lambda s: positions(s))

    assert [batch["kind"] for batch in sink.batches] == ["RESYNC", "CHANGES"]
    assert positions(sink) == [4]


async def test_when_everybody_has_gone_nothing_is_left(live, house, tenant):
    before = house.hub.counts.listeners
    everybody = [await attached(live, tenant, request) for request in (SHORT, OTHER) * 3]
    for _, subscriber in everybody:
        subscriber.detach()
    await asyncio.sleep(0)

    counts = live.counts
    assert (counts.subscribers, counts.streams, counts.sources) == (0, 0, 0)
    async with asyncio.timeout(30):
        while house.hub.counts.listeners > before:
            await asyncio.sleep(0.01)


async def test_who_goes_while_their_rights_change_leaves_nothing_behind(live, tenant):
    for turns in range(12):
        _, subscriber = await attached(live, tenant)
        role = MembershipRole.VIEWER
        subscriber.renew(replace(tenant.viewer, roles={tenant.organization: role}))
        for _ in range(turns):
            await asyncio.sleep(0)
        subscriber.detach()
        await asyncio.sleep(0)

        assert (live.counts.subscribers, live.counts.streams, live.counts.sources) == (0, 0, 0)


class Fragile(Database):
    """A database that is away for the next few reads."""

    failures = 0

    def raw_reading(self, *args, **options):
        if self.failures:
            self.failures -= 1
            raise OSError("away")
        return super().raw_reading(*args, **options)


async def test_who_has_another_role_while_the_database_is_away_waits_for_it(house, tenant):
    await happens(house, tenant, "pay")
    async with house.database.raw_reading(SYSTEM) as db:
        key = await db.fetchval(
            "SELECT id FROM errors WHERE organization_id = $1", tenant.organization
        )
    text = f'subscription {{ viewers(errorId: "{shown(ERROR, key)}") {{ viewers {{ since }} }} }}'
    fragile = Fragile(house.database.url, pool_size=1)
    live = a_live(replace(house, database=fragile))
    sink, subscriber = await attached(live, tenant, LiveRequest(text=text))

    fragile.failures = 2
    subscriber.renew(replace(tenant.viewer, roles={tenant.organization: MembershipRole.VIEWER}))
    await sink.until(lambda s: len(s.frames) == 2 or s.ending)

    assert (sink.ending, fragile.failures) == (None, 0)
    subscriber.detach()
    await fragile.close()


async def test_when_the_process_stops_everybody_is_told_to_come_back(database, tenant):
    async with a_house(database) as house:
        live = a_live(house)
        sink, _ = await attached(live, tenant)
        await house.hub.close()
        await sink.until(lambda s: s.ending)

    assert sink.ending.why is End.RESTARTING
