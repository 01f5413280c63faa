"""The spool: accepted items on the local disk, while the database is away.

Each process appends to a segment file of its own; a record is its length, its CRC-32 and its bytes.
A segment goes only after all of it was taken, so a record may be handed over twice, but never lost.
"""

import asyncio
import fcntl
import os
import zlib
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from pathlib import Path
from struct import Struct

_HEAD = Struct(">II")
_SEGMENT_BYTES = 16 * 1024 * 1024


class Spool:
    """A bounded log of records in a directory, that several processes may share."""

    def __init__(self, directory: Path, max_bytes: int) -> None:
        self._directory = directory
        self._max_bytes = max_bytes
        self._number = 0
        self._segment: Path | None = None
        self.records = 0
        self.bad_records = 0
        if directory.exists():
            self.records = sum(len(_records(path)[0]) for path in self._segments())

    def _segments(self) -> list[Path]:
        return sorted(self._directory.glob("*.spool"))

    @property
    def size(self) -> int:
        """How many bytes wait on the disk."""
        return sum(path.stat().st_size for path in self._segments())

    async def append(self, records: Sequence[bytes]) -> bool:
        """Write and fsync; False when the spool is full."""
        return await asyncio.to_thread(self._append, records)

    def _append(self, records: Sequence[bytes]) -> bool:
        self._directory.mkdir(parents=True, exist_ok=True)
        framed = b"".join(_HEAD.pack(len(r), zlib.crc32(r)) + r for r in records)
        if self.size + len(framed) > self._max_bytes:
            return False
        segment = self._segment
        if segment is None or not segment.exists() or segment.stat().st_size > _SEGMENT_BYTES:
            self._number += 1
            segment = self._directory / f"{os.getpid():010d}-{self._number:06d}.spool"
            self._segment = segment
        with segment.open("ab") as file:
            file.write(framed)
            file.flush()
            os.fsync(file.fileno())
        self.records += len(records)
        return True

    async def drain(self, handle: Callable[[Sequence[bytes]], Awaitable[None]], batch: int) -> int:
        """Hand over what was kept, oldest first, and forget it once it was taken."""
        self._segment = None
        total = 0
        self._directory.mkdir(parents=True, exist_ok=True)
        with (self._directory / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return 0
            for path in self._segments():
                records, bad = await asyncio.to_thread(_records, path)
                for start in range(0, len(records), batch):
                    await handle(records[start : start + batch])
                if bad:
                    self.bad_records += 1
                    path.with_suffix(".bad").write_bytes(bad)
                with suppress(FileNotFoundError):
                    path.unlink()
                self.records = max(0, self.records - len(records))
                total += len(records)
        return total


def _records(path: Path) -> tuple[list[bytes], bytes]:
    """Return the whole records of a segment, and what is left of a torn or broken one."""
    content = path.read_bytes()
    found: list[bytes] = []
    at = 0
    while at + _HEAD.size <= len(content):
        length, crc = _HEAD.unpack_from(content, at)
        record = content[at + _HEAD.size : at + _HEAD.size + length]
        if len(record) < length or zlib.crc32(record) != crc:
            break
        found.append(record)
        at += _HEAD.size + length
    return found, content[at:]
