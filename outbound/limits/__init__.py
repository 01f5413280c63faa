"""Limiters: where the token buckets are, in the process or in Redis for all of them."""

from outbound.limits.memory import MemoryLimiter
from outbound.limits.redis import RedisLimiter

__all__ = ["MemoryLimiter", "RedisLimiter"]
