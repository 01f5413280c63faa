from collections.abc import Iterator

import pytest

from tests.servers import RedisServer, redis_server


@pytest.fixture(scope="session")
def shared_redis() -> Iterator[RedisServer]:
    with redis_server() as server:
        yield server


@pytest.fixture
def redis(shared_redis) -> RedisServer:
    """A Redis that is up; the test may do to it what it likes."""
    if not shared_redis.is_up:
        shared_redis.start()
    return shared_redis
