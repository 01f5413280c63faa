"""The digest loop: wakes when something was accepted, and works the shards off."""

import asyncio
import random

from application.digest import Digest

# While one shard waits for the database, another is prepared.
SHARDS_AT_ONCE = 2


async def digest_step(digest: Digest) -> int:
    """Digest some batches of each shard that has something; return how many items there were.

    A shard that fails holds up no other; its failure is raised once all had their turn.
    """
    shards = await digest.waiting()
    # Several processes that start at different shards meet less often.
    random.shuffle(shards)
    free = asyncio.Semaphore(SHARDS_AT_ONCE)

    async def run(shard: int) -> int:
        async with free:
            return await digest.run(shard)

    done = await asyncio.gather(*map(run, shards), return_exceptions=True)
    failed = [result for result in done if isinstance(result, BaseException)]
    if failed:
        raise failed[0]
    return sum(result for result in done if isinstance(result, int))
