"""Limiters: memory and Redis grant the same, in one call for many, and Redis may go away."""

import asyncio
import random
from collections.abc import AsyncIterator

import pytest

from domain.limits import Limit, Want
from outbound.limits import MemoryLimiter, RedisLimiter
from tests.servers import RedisServer

pytestmark = pytest.mark.timeout(60)


def one(amount: int, limit: int = 10, name: str = "o:error") -> Want:
    """A want of one bucket."""
    return Want(amount, (Limit(name, limit, limit),))


@pytest.fixture
async def limiter(redis: RedisServer) -> AsyncIterator[RedisLimiter]:
    redis.command("FLUSHALL")
    opened = RedisLimiter(redis.url, prefix="test")
    yield opened
    await opened.close()


async def test_a_chain_asks_each_bucket_only_for_what_the_one_before_gave():
    limiter = MemoryLimiter()
    chain = (Limit("key", 3, 3), Limit("organization", 5, 5))

    [first] = await limiter.take([Want(4, chain)], 0.0)
    [second] = await limiter.take([Want(4, chain[1:])], 0.0)

    assert list(first.amounts) == [3, 3]
    assert list(second.amounts) == [2]


async def test_the_number_of_buckets_in_memory_is_bounded():
    limiter = MemoryLimiter(max_buckets=100)

    for n in range(1000):
        await limiter.take([one(1, name=f"o{n}")], float(n))

    assert len(limiter) <= 100
    [again] = await limiter.take([one(10, name="o999")], 999.0)
    assert list(again.amounts) == [9]


async def test_redis_grants_what_memory_grants(limiter: RedisLimiter):
    chance, memory, at = random.Random(7), MemoryLimiter(), 1_800_000_000.0
    limits = [Limit(f"b{n}", 10 * n, 7 * n) for n in range(1, 5)]

    for _ in range(60):
        at += chance.random() * 3
        wants = [
            Want(chance.randrange(20), tuple(chance.sample(limits, chance.randint(1, 3))))
            for _ in range(chance.randint(1, 4))
        ]
        theirs, ours = await limiter.take(wants, at), await memory.take(wants, at)
        assert [list(g.amounts) for g in theirs] == [list(g.amounts) for g in ours]
        for a, b in zip(theirs, ours, strict=True):
            assert list(a.waits) == pytest.approx(list(b.waits), abs=1e-3)


async def test_processes_share_their_limits(redis: RedisServer, limiter: RedisLimiter):
    other = RedisLimiter(redis.url, prefix="test")

    [here] = await limiter.take([one(6)], 100.0)
    [there] = await other.take([one(6)], 100.0)

    assert (list(here.amounts), list(there.amounts)) == ([6], [4])
    await other.close()


async def test_many_requests_share_few_calls(limiter: RedisLimiter):
    granted = await asyncio.gather(*(limiter.take([one(1, 150)], 5.0) for _ in range(300)))

    assert sum(own[0].amounts[0] for own in granted) == 150
    assert limiter.calls <= 3


async def test_without_redis_each_process_limits_by_itself_and_then_together_again(
    redis: RedisServer, limiter: RedisLimiter
):
    await limiter.take([one(10)], 100.0)
    redis.kill()

    [away] = await limiter.take([one(12)], 100.0)
    calls = limiter.calls
    [still] = await limiter.take([one(1)], 100.0)

    assert (list(away.amounts), list(still.amounts)) == ([10], [0])
    assert limiter.calls == calls

    redis.start()
    limiter.try_again()
    [back] = await limiter.take([one(12)], 100.0)
    [next_] = await limiter.take([one(1)], 100.0)
    assert (list(back.amounts), list(next_.amounts)) == ([10], [0])
    assert redis.command("EXISTS", "test:limit:o:error") == b":1\r\n"


async def test_a_redis_that_answers_nothing_costs_a_moment_and_no_request(
    redis: RedisServer, limiter: RedisLimiter
):
    await limiter.take([one(1)], 100.0)
    redis.freeze()
    try:
        granted = await asyncio.wait_for(
            asyncio.gather(*(limiter.take([one(1)], 100.0) for _ in range(20))), 5
        )
    finally:
        redis.thaw()

    assert sum(own[0].amounts[0] for own in granted) == 10
