"""The parent's side: keeps one reading process, and outlives whatever it meets."""

import asyncio
import sys
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson

from domain.source_maps.originals import MapBroken, MapsAway, Original

HELD_BYTES = 256 * 1024 * 1024
MEMORY_BYTES = 3 * 1024 * 1024 * 1024
SECONDS = 10.0
_REMEMBERED = 10_000
_BELIEVED_SECONDS = 600.0
_CHILD = Path(__file__).with_name("child.py")
_POSITIONS_AT_ONCE = 500


class MapReader:
    """Reads places in minified code by source maps that it is handed; each is named by a key."""

    def __init__(
        self,
        *,
        held_bytes: int = HELD_BYTES,
        memory_bytes: int = MEMORY_BYTES,
        seconds: float = SECONDS,
        child: Path = _CHILD,
    ) -> None:
        self._command = (sys.executable, "-I", str(child), str(held_bytes), str(memory_bytes))
        self._seconds = seconds
        self._process: asyncio.subprocess.Process | None = None
        self._one_at_a_time = asyncio.Lock()
        # What cannot be read, and until when that is believed: the machine may be at fault.
        self._broken: OrderedDict[bytes, tuple[float, str]] = OrderedDict()

    async def read(
        self, key: bytes, positions: Sequence[tuple[int, int]]
    ) -> list[Original | None] | None:
        """Return what stands at lines and columns (from one); None if the map must be handed in."""
        if (broken := self._broken.get(key)) and _now() < broken[0]:
            raise MapBroken(broken[1])
        async with self._one_at_a_time:
            found: list[Original | None] = []
            for at in range(0, len(positions), _POSITIONS_AT_ONCE):
                part = positions[at : at + _POSITIONS_AT_ONCE]
                told = await self._ask({"key": key.hex(), "positions": part})
                if "unknown" in told:
                    return None
                found += [_original(each) for each in told["found"]]
            return found

    async def open(self, key: bytes, source: bytes, source_map: bytes) -> None:
        """Hand in a map with the minified source that it is of; raises MapBroken.

        The source gives the names of functions. Where it cannot be parsed, only positions are read.
        """
        async with self._one_at_a_time:
            for code in (source, b"") if source else (b"",):
                try:
                    await self._open(key, code, source_map)
                except MapsAway:
                    continue
                return
            # Where no process answers anything, it is not the map's fault.
            await self._ask({"key": "", "positions": ()})
        why = "It could not be read within the bounds of memory and time."
        self._remember_broken(key, why)
        raise MapBroken(why)

    async def _open(self, key: bytes, source: bytes, source_map: bytes) -> None:
        asked = {"key": key.hex(), "source": len(source), "map": len(source_map), "positions": ()}
        told = await self._ask(asked, source + source_map)
        if why := told.get("broken"):
            self._remember_broken(key, why)
            raise MapBroken(why)

    def _remember_broken(self, key: bytes, why: str) -> None:
        self._broken[key] = (_now() + _BELIEVED_SECONDS, why)
        if len(self._broken) > _REMEMBERED:
            self._broken.popitem(last=False)

    async def close(self) -> None:
        """End the reading process."""
        process, self._process = self._process, None
        if process is not None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def _ask(self, asked: dict[str, Any], beside: bytes = b"") -> dict[str, Any]:
        try:
            process = self._process or await self._start()
            async with asyncio.timeout(self._seconds):
                return await _exchange(process, orjson.dumps(asked), beside)
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
            await self.close()
            raise MapsAway(f"The reader of source maps ended: {type(error).__name__}") from error
        except asyncio.CancelledError:
            # Half a question was asked: no answer would fit the next one.
            await self.close()
            raise

    async def _start(self) -> asyncio.subprocess.Process:
        # It gets nothing of our environment: what it reads was written by anybody.
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={},
            limit=1024 * 1024,
        )
        return self._process


def _now() -> float:
    return asyncio.get_running_loop().time()


async def _exchange(
    process: asyncio.subprocess.Process, asked: bytes, beside: bytes
) -> dict[str, Any]:
    given, taken = process.stdin, process.stdout
    if given is None or taken is None:
        raise RuntimeError("The process has pipes.")
    given.write(len(asked).to_bytes(4, "big") + asked)
    given.write(beside)
    await given.drain()
    length = int.from_bytes(await taken.readexactly(4), "big")
    told: dict[str, Any] = orjson.loads(await taken.readexactly(length))
    return told


def _original(told: Sequence[Any] | None) -> Original | None:
    if told is None:
        return None
    source, line, column, function, name, context_line, before, after = told
    return Original(source, line, column, function, name, context_line, tuple(before), tuple(after))
