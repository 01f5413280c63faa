"""What every kind of bus promises."""

import asyncio

import pytest

from outbound.bus import Bus
from tests.outbound.ears import BELL, PREFIX, Ear, a_bus


@pytest.fixture(params=["memory", "redis", "postgresql"])
def url(request) -> str:
    if request.param == "memory":
        return "memory://"
    if request.param == "redis":
        return request.getfixturevalue("redis").url
    return request.getfixturevalue("postgres_url")


async def test_messages_reach_every_listener_in_order(url):
    async with a_bus(url) as bus:
        ears = [Ear(), Ear()]
        for ear in ears:
            bus.on(BELL, ear)

        for n in range(500):
            await bus.publish(BELL, f"message {n}")

        for ear in ears:
            await ear.hears("message 499")
            assert ear.heard == [f"message {n}" for n in range(500)]
        assert (bus.counts.published, bus.counts.received, bus.counts.lost) == (500, 500, 0)


async def test_a_channel_hears_only_its_own_messages(url):
    async with a_bus(url, [BELL, "inbox"]) as bus:
        feed, inbox = Ear(), Ear()
        bus.on(BELL, feed)
        bus.on("inbox", inbox)

        await bus.publish("inbox", "for the inbox")
        await bus.publish(BELL, "for the feed")

        await feed.hears("for the feed")
        await inbox.hears("for the inbox")
        assert feed.heard == ["for the feed"]
        assert inbox.heard == ["for the inbox"]


async def test_an_empty_message_is_heard_as_a_gap(url):
    async with a_bus(url) as bus:
        ear = Ear()
        bus.on(BELL, ear)

        await bus.publish(BELL, "before")
        await bus.publish(BELL, "")
        await bus.publish(BELL, "after")

        await ear.hears("after")
        assert ear.heard == ["before", None, "after"]


async def test_who_joins_late_is_told_that_something_may_have_been_missed(url):
    async with a_bus(url, []) as bus:
        ear = Ear()
        bus.on(BELL, ear)

        await ear.hears_a_gap()
        await bus.publish(BELL, "heard")

        await ear.hears("heard")
        assert ear.heard == [None, "heard"]


async def test_many_who_join_a_new_channel_at_once_all_hear(url):
    async with a_bus(url) as bus:
        ears = [Ear() for _ in range(20)]
        for ear in ears:
            bus.on("inbox", ear)
        await asyncio.gather(*(ear.hears_a_gap() for ear in ears))

        await bus.publish("inbox", "once")

        for ear in ears:
            await ear.hears("once")
            assert ear.messages == ["once"]


async def test_a_listener_that_fails_does_not_silence_the_others(url, caplog):
    def fails(_: str | None) -> None:
        raise ZeroDivisionError

    async with a_bus(url) as bus:
        ear = Ear()
        bus.on(BELL, fails)
        bus.on(BELL, ear)

        await bus.publish(BELL, "first")
        await bus.publish(BELL, "second")

        await ear.hears("second")
        assert ear.heard == ["first", "second"]
    assert caplog.text.count("A listener of the bus failed") == 2


@pytest.mark.parametrize("kind", ["redis", "postgresql"])
async def test_processes_hear_each_other_from_the_first_message(kind, redis, postgres_url):
    url = redis.url if kind == "redis" else postgres_url
    async with a_bus(url) as here, a_bus(url) as there:
        ears = [Ear(), Ear()]
        here.on(BELL, ears[0])
        there.on(BELL, ears[1])

        await here.publish(BELL, "from here")
        await ears[1].hears("from here")
        await there.publish(BELL, "from there")

        for ear in ears:
            await ear.hears("from there")
            assert ear.heard == ["from here", "from there"]


@pytest.mark.parametrize("kind", ["redis", "postgresql"])
async def test_what_was_published_last_is_sent_before_the_bus_closes(kind, redis, postgres_url):
    url = redis.url if kind == "redis" else postgres_url
    async with a_bus(url) as listening:
        ear = Ear()
        listening.on(BELL, ear)

        async with a_bus(url, []) as short_lived:
            for n in range(300):
                await short_lived.publish(BELL, f"message {n}")

        await ear.hears("message 299")
        assert len(ear.heard) == 300


@pytest.mark.parametrize("kind", ["redis", "postgresql"])
async def test_installations_with_other_prefixes_do_not_hear_us(kind, redis, postgres_url):
    url = redis.url if kind == "redis" else postgres_url
    async with (
        a_bus(url) as ours,
        a_bus(url, prefix=f"{PREFIX}b") as theirs,
    ):
        our_ear, their_ear = Ear(), Ear()
        ours.on(BELL, our_ear)
        theirs.on(BELL, their_ear)

        await theirs.publish(BELL, "theirs")
        await their_ear.hears("theirs")
        await ours.publish(BELL, "ours")

        await our_ear.hears("ours")
        assert our_ear.heard == ["ours"]


async def test_an_unknown_kind_of_bus_is_refused():
    with pytest.raises(ValueError, match="No bus for 'amqp'"):
        async with Bus.open("amqp://localhost"):
            pass
