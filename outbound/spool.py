"""The spool: accepted items on the local disk, while the database is away.

Each process appends to a segment of its own, which it holds by a lock; a record is its length, its
CRC-32 and its bytes, and counts from when it is fsynced. Draining takes only segments that nobody
writes any more, oldest first, and removes one after all of it was taken: a record may be handed
over twice, but is never lost.
"""

import asyncio
import fcntl
import logging
import os
import threading
import time
import zlib
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from io import FileIO
from pathlib import Path
from struct import Struct

logger = logging.getLogger(__name__)

SEGMENT_BYTES = 16 * 1024 * 1024
_HEAD = Struct(">II")
_WRITTEN = ".open"
_SEALED = ".spool"


class Spool:
    """A bounded log of records in a directory that several processes may share."""

    def __init__(self, directory: Path, max_bytes: int) -> None:
        self._directory = directory
        self._max_bytes = max_bytes
        self._file: FileIO | None = None
        self._path = directory
        self._writing = threading.Lock()
        self._counted: dict[Path, tuple[int, int]] = {}
        self.bad_segments = 0

    @property
    def size(self) -> int:
        """How many bytes wait on the disk."""
        return sum(_size(path) for path in self._segments())

    @property
    def records(self) -> int:
        """How many records wait, of all processes that share the directory."""
        return sum(self._count(path) for path in self._segments())

    async def append(self, records: Sequence[bytes]) -> bool:
        """Write and fsync; False when the bound is reached or the disk takes no more."""
        return await asyncio.to_thread(self._append, records)

    async def drain(self, handle: Callable[[Sequence[bytes]], Awaitable[None]], batch: int) -> int:
        """Hand over what was kept, oldest first, and forget it once it was taken."""
        if not self._segments():
            return 0
        total = 0
        with (self._directory / "lock").open("wb") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:  # another process drains already
                return 0
            for path in await asyncio.to_thread(self._sealed):
                records, rest = await asyncio.to_thread(_read, path)
                for start in range(0, len(records), batch):
                    await handle(records[start : start + batch])
                await asyncio.to_thread(self._remove, path, rest)
                total += len(records)
        return total

    def close(self) -> None:
        """Let go of the segment: whoever drains next takes it."""
        with self._writing:
            if self._file is not None:
                self._file.close()
                self._file = None

    def set_aside(self, record: bytes) -> None:
        """Keep a record that nobody can take, for a person to look at."""
        self.bad_segments += 1
        path = self._directory / f"{time.time_ns():020d}-{os.getpid()}.bad"
        path.write_bytes(_framed([record]))
        logger.error("A record of the spool was set aside in %s.", path)

    def _segments(self) -> list[Path]:
        kinds = (_WRITTEN, _SEALED)
        try:
            return sorted(p for p in self._directory.iterdir() if p.suffix in kinds)
        except OSError:  # not there yet, or not a directory: appending will say so
            return []

    def _count(self, path: Path) -> int:
        size = _size(path)
        known = self._counted.get(path)
        if known is None or known[0] != size:
            known = self._counted[path] = (size, _count(path))
        return known[1]

    def _append(self, records: Sequence[bytes]) -> bool:
        framed = _framed(records)
        with self._writing:
            if self.size + len(framed) > self._max_bytes:
                return False
            try:
                file = self._file or self._begin()
                before = file.tell()
                try:
                    file.write(framed)
                    file.flush()
                    os.fsync(file.fileno())
                except OSError:
                    # What is half written was promised to nobody, and must not stand in the way.
                    file.truncate(before)
                    file.seek(before)
                    raise
            except OSError as error:
                logger.warning("The disk does not take the spool: %s.", error)
                return False
            if file.tell() > SEGMENT_BYTES:
                self._seal()
        return True

    def _begin(self) -> FileIO:
        self._directory.mkdir(parents=True, exist_ok=True)
        while True:
            self._path = self._directory / f"{time.time_ns():020d}-{os.getpid()}{_WRITTEN}"
            # Unbuffered: after a failed write no bytes may be left to be written later.
            file = self._path.open("xb", buffering=0)
            fcntl.flock(file, fcntl.LOCK_EX)
            # Before it was locked, another process may have taken it for one of a dead writer.
            if self._path.exists():
                break
            file.close()
        self._file = file
        self._sync_directory()
        return file

    def _seal(self) -> None:
        if self._file is not None:
            self._path.rename(self._path.with_suffix(_SEALED))
            self._file.close()
            self._file = None

    def _sealed(self) -> list[Path]:
        """Seal our own segment and those of processes that are gone; return all that are sealed."""
        with self._writing:
            self._seal()
        for path in self._segments():
            if path.suffix == _WRITTEN:
                with suppress(OSError), path.open("rb") as file:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    path.rename(path.with_suffix(_SEALED))
        return [path for path in self._segments() if path.suffix == _SEALED]

    def _remove(self, path: Path, rest: bytes) -> None:
        """Remove a segment that was taken; keep what of it could not be read."""
        if rest:
            self.bad_segments += 1
            path.with_suffix(".bad").write_bytes(rest)
            logger.error("A segment of the spool is broken; see %s.", path.with_suffix(".bad"))
        path.unlink()
        self._counted.pop(path, None)
        self._sync_directory()

    def _sync_directory(self) -> None:
        descriptor = os.open(self._directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _framed(records: Sequence[bytes]) -> bytes:
    return b"".join(_HEAD.pack(len(record), zlib.crc32(record)) + record for record in records)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:  # drained meanwhile
        return 0


def _read(path: Path) -> tuple[list[bytes], bytes]:
    """Return the whole records of a segment, and the bytes from the first broken one on.

    A record that was cut off by a kill is no loss: it was never promised.
    """
    content = path.read_bytes()
    found: list[bytes] = []
    at = 0
    while at + _HEAD.size <= len(content):
        length, crc = _HEAD.unpack_from(content, at)
        record = content[at + _HEAD.size : at + _HEAD.size + length]
        if len(record) < length:
            break
        if zlib.crc32(record) != crc:
            return found, content[at:]
        found.append(record)
        at += _HEAD.size + length
    return found, b""


def _count(path: Path) -> int:
    """Return how many records a segment holds, by their lengths alone."""
    count = 0
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            at = 0
            while len(head := file.read(_HEAD.size)) == _HEAD.size:
                at += _HEAD.size + _HEAD.unpack(head)[0]
                if at > size:
                    break
                count += 1
                file.seek(at)
    except FileNotFoundError:
        return 0
    return count
