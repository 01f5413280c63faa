"""Passwords, kept by argon2id; the work is done in threads, and not in too many at once."""

import asyncio
import os
from collections.abc import Callable
from typing import TypeVar

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from domain.failures import TooMany

T = TypeVar("T")

# Half of the cores stay free for everything else.
AT_ONCE = max(1, (os.cpu_count() or 1) // 2)
MOST_WAITING = 64


class Argon2Hasher:
    """Hashes with the memory and passes that RFC 9106 recommends second: 64 MiB, three passes.

    In one lane: a sign-in takes no more than one core.
    """

    def __init__(self, *, memory_kib: int = 65_536, passes: int = 3, lanes: int = 1) -> None:
        self._hasher = PasswordHasher(
            time_cost=passes, memory_cost=memory_kib, parallelism=lanes, type=Type.ID
        )
        # Who is not there is compared with this, so that nobody learns that from the time it takes.
        self._nobodys = self._hasher.hash("nobody's")
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    async def hash(self, password: str) -> str:
        """Return what is kept of a password."""
        return await self._in_thread(lambda: self._hasher.hash(password))

    async def fits(self, kept: str | None, password: str) -> bool:
        """Say whether a password is the kept one; it takes as long when there is none."""
        return await self._in_thread(lambda: self._fits(kept, password))

    def is_outdated(self, kept: str) -> bool:
        """Say whether what is kept was made by other parameters."""
        return self._hasher.check_needs_rehash(kept)

    def _fits(self, kept: str | None, password: str) -> bool:
        try:
            self._hasher.verify(kept or self._nobodys, password)
        except (VerificationError, InvalidHashError):
            return False
        return kept is not None

    async def _in_thread(self, work: Callable[[], T]) -> T:
        # Each takes memory and a core: a crowd at the door must not take the whole machine.
        if self._waiting >= MOST_WAITING:
            raise TooMany("Too many people sign in at once; try again.", retry_after_seconds=2)
        self._waiting += 1
        try:
            async with self._slots:
                return await asyncio.to_thread(work)
        finally:
            self._waiting -= 1
