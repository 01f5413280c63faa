"""How every loader loads: one read for all keys of a batch, on behalf of the viewer."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeVar

from strawberry.dataloader import DataLoader

from persistence.database import Database, RawConnection, Reading, Scope

Key = TypeVar("Key")
Value = TypeVar("Value")
Nothing = TypeVar("Nothing")

Read = Callable[[Reading, Sequence[Key]], Awaitable[Mapping[Key, Value]]]
RawRead = Callable[[RawConnection, Sequence[Key]], Awaitable[Mapping[Key, Value]]]


def batched(
    database: Database, scope: Scope, read: Read[Key, Value], nothing: Nothing
) -> DataLoader[Key, Value | Nothing]:
    """Return a loader over a read of many; `nothing` stands for keys without an answer."""

    async def load(keys: list[Key]) -> list[Value | Nothing]:
        async with database.reading(scope) as db:
            found = await read(db, keys)
        return [found.get(key, nothing) for key in keys]

    return DataLoader(load)


def batched_raw(
    database: Database, scope: Scope, read: RawRead[Key, Value], nothing: Nothing
) -> DataLoader[Key, Value | Nothing]:
    """Do so by a read on the driver itself: for what every list and every live feed asks for."""

    async def load(keys: list[Key]) -> list[Value | Nothing]:
        async with database.raw_reading(scope, is_planned_once=True) as db:
            found = await read(db, keys)
        return [found.get(key, nothing) for key in keys]

    return DataLoader(load)
