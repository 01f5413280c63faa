"""The spool: accepted items on the local disk, while the database is away.

Each process appends to a segment of its own, which it holds by a lock; a record counts from when it
is fsynced. Draining takes only segments that nobody writes any more, oldest first, and removes one
after all of it was taken: a record may be handed over twice, but is never lost.
"""

import asyncio
import fcntl
import logging
import os
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from io import FileIO
from pathlib import Path

from outbound.frames import counted, framed, unframed

logger = logging.getLogger(__name__)

SEGMENT_BYTES = 16 * 1024 * 1024
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
        self._taken: dict[Path, int] = {}
        self.bad_records = 0

    @property
    def size(self) -> int:
        """How many bytes wait on the disk."""
        return sum(_size(path) for path in self._segments())

    @property
    def records(self) -> int:
        """How many records wait, of all processes that share the directory.

        Bytes at the end of a segment that cannot be read count as one: draining sees to them too.
        """
        segments = self._segments()
        if not segments:
            self._counted.clear()
        return sum(self._count(path) for path in segments)

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
                total += await self._drain_segment(path, handle, batch)
        return total

    async def _drain_segment(
        self, path: Path, handle: Callable[[Sequence[bytes]], Awaitable[None]], batch: int
    ) -> int:
        records, broken = unframed(await asyncio.to_thread(path.read_bytes))
        # What this process handed over before the database went away again is not repeated.
        begun = self._taken.get(path, 0)
        for start in range(begun, len(records), batch):
            await handle(records[start : start + batch])
            self._taken[path] = start + batch
        await asyncio.to_thread(self._remove, path, broken)
        return len(records) - begun

    def close(self) -> None:
        """Let go of the segment: whoever drains next takes it."""
        with self._writing:
            if self._file is not None:
                self._file.close()
                self._file = None

    def set_aside(self, record: bytes) -> None:
        """Keep a record that nobody can take, for a person to look at."""
        self.bad_records += 1
        path = self._directory / f"{time.time_ns():020d}-{os.getpid()}.bad"
        _write_synced(path, framed([record]))
        logger.error("A record of the spool was set aside in %s.", path)

    @property
    def set_aside_files(self) -> int:
        """How many files hold what nobody could take."""
        try:
            return sum(path.suffix == ".bad" for path in self._directory.iterdir())
        except OSError:
            return 0

    def _segments(self) -> list[Path]:
        kinds = (_WRITTEN, _SEALED)
        try:
            return sorted(p for p in self._directory.iterdir() if p.suffix in kinds)
        except OSError:  # not there yet, or not a directory: appending will say so
            return []

    def _count(self, path: Path) -> int:
        size = _size(path)
        count, end = self._counted.get(path, (0, 0))
        if end < size:
            with suppress(FileNotFoundError), path.open("rb") as file:
                more, end = counted(file, end, size)
                count += more
                self._counted[path] = (count, end)
        return count + (end < size)

    def _append(self, records: Sequence[bytes]) -> bool:
        content = framed(records)
        with self._writing:
            if self.size + len(content) > self._max_bytes:
                return False
            try:
                self._write(self._file or self._begin(), content)
            except OSError as error:
                logger.warning("The disk does not take the spool: %s.", error)
                return False
        return True

    def _write(self, file: FileIO, content: bytes) -> None:
        before = file.tell()
        try:
            _write_all(file, content)
            _sync(file.fileno())
        except OSError:
            # What is half written was promised to nobody, and what a disk that failed to sync holds
            # is not known: cut it, and write no more behind it.
            try:
                file.truncate(before)
            finally:
                self._seal()
            raise
        if file.tell() > SEGMENT_BYTES:
            self._seal()

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
        if self._file is None:
            return
        if _size(self._path):
            self._path.rename(self._path.with_suffix(_SEALED))
        else:
            self._path.unlink()
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

    def _remove(self, path: Path, broken: Sequence[bytes]) -> None:
        """Remove a segment that was taken; keep what of it could not be read."""
        if broken:
            self.bad_records += len(broken)
            bad = path.with_suffix(".bad")
            bad.unlink(missing_ok=True)
            _write_synced(bad, b"".join(broken))
            logger.error("%d records of the spool are broken; see %s.", len(broken), bad)
        path.unlink()
        for known in (self._counted, self._taken):
            known.pop(path, None)
        self._sync_directory()

    def _sync_directory(self) -> None:
        descriptor = os.open(self._directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:  # drained meanwhile
        return 0


def _write_all(file: FileIO, content: bytes) -> None:
    # A disk that is almost full takes a part and reports no error; the next write brings it.
    left = memoryview(content)
    while left:
        left = left[file.write(left) :]


def _write_synced(path: Path, content: bytes) -> None:
    with path.open("xb", buffering=0) as file:
        _write_all(file, content)
        _sync(file.fileno())


def _sync(descriptor: int) -> None:
    if sys.platform == "darwin":
        # There fsync leaves the bytes in the cache of the drive.
        fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
    else:
        os.fsync(descriptor)
