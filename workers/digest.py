"""The digest loop: wakes when something was accepted, and works the shards off in turn."""

import random

from application.digest import Digest


async def digest_step(digest: Digest) -> int:
    """Digest one batch of each shard that has something; return how many items there were."""
    shards = await digest.waiting()
    # Several processes that start at different shards meet less often.
    random.shuffle(shards)
    return sum([await digest.run(shard) for shard in shards])
