"""The spool: what it said it has, it has, whatever is killed or torn."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from io import FileIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outbound import spool as spool_module
from outbound.frames import framed, unframed
from outbound.spool import Spool

ROOT = Path(__file__).parents[2]
WRITER = """
import asyncio, sys
from pathlib import Path
from outbound.spool import Spool

async def write():
    spool = Spool(Path(sys.argv[1]), 10**9)
    for n in range(10**6):
        assert await spool.append([f"{sys.argv[2]}-{n}-{m}".encode() for m in range(3)])
        print(n, flush=True)

asyncio.run(write())
"""


@pytest.fixture
def a_spool() -> Iterator[Callable[..., Spool]]:
    """A maker of spools that are closed when the test is over."""
    with ExitStack() as stack:

        def make(directory: Path, max_bytes: int = 10**8) -> Spool:
            made = Spool(directory, max_bytes)
            stack.callback(made.close)
            return made

        yield make


@pytest.fixture
def spool(tmp_path: Path, a_spool: Callable[..., Spool]) -> Spool:
    return a_spool(tmp_path / "spool")


class Taken(list[bytes]):
    """What was handed over."""

    async def __call__(self, records: Sequence[bytes]) -> None:
        self.extend(records)


async def test_what_was_kept_is_handed_over_in_order_and_then_forgotten(spool: Spool):
    taken = Taken()
    await spool.append([b"one", b"two"])
    await spool.append([b"", b"three"])
    assert spool.records == 4

    assert await spool.drain(taken, 3) == 4

    assert taken == [b"one", b"two", b"", b"three"]
    assert (spool.records, spool.size) == (0, 0)
    assert await spool.drain(taken, 3) == 0


async def test_another_process_later_finds_what_was_kept(tmp_path: Path, a_spool):
    earlier = a_spool(tmp_path)
    await earlier.append([b"kept"])
    earlier.close()
    taken = Taken()

    later = a_spool(tmp_path, 1_000_000)

    assert later.records == 1
    assert await later.drain(taken, 10) == 1
    assert taken == [b"kept"]


async def test_a_full_spool_says_so_and_keeps_what_it_has(tmp_path: Path, a_spool):
    spool, taken = a_spool(tmp_path, 100), Taken()

    assert await spool.append([b"x" * 60])
    assert not await spool.append([b"y" * 60])

    await spool.drain(taken, 10)
    assert taken == [b"x" * 60]
    assert await spool.append([b"y" * 60])


async def test_what_could_not_be_taken_stays(spool: Spool):
    await spool.append([b"one", b"two"])

    async def refuse(_records: Sequence[bytes]) -> None:
        raise ConnectionError("the database is away again")

    with pytest.raises(ConnectionError):
        await spool.drain(refuse, 1)

    taken = Taken()
    await spool.drain(taken, 10)
    assert taken == [b"one", b"two"]


async def test_what_is_appended_while_another_drains_is_not_lost(tmp_path: Path, a_spool):
    writer, drainer = a_spool(tmp_path, 10**8), a_spool(tmp_path, 10**8)
    taken, kept = Taken(), []
    is_writing = True

    async def write(spool: Spool, name: str) -> None:
        for n in range(300):
            record = f"{name}-{n}".encode()
            assert await spool.append([record])
            kept.append(record)

    async def drain() -> None:
        while is_writing:
            await drainer.drain(taken, 7)
            await asyncio.sleep(0)

    draining = asyncio.create_task(drain())
    await asyncio.gather(write(writer, "a"), write(drainer, "b"))
    is_writing = False
    await draining
    # A segment that another living process still writes is left to that process.
    await writer.drain(taken, 7)
    await drainer.drain(taken, 7)

    assert sorted(taken) == sorted(kept)


async def test_a_killed_writer_loses_nothing_that_it_was_promised(tmp_path: Path, a_spool):
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path), "w"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert process.stdout is not None
    promised = [int(process.stdout.readline()) for _ in range(50)][-1]

    process.send_signal(signal.SIGKILL)
    promised = max([promised, *(int(line) for line in process.stdout if line.endswith("\n"))])
    process.wait()
    process.stdout.close()

    taken = Taken()
    await a_spool(tmp_path, 10**9).drain(taken, 100)
    wanted = {f"w-{n}-{m}".encode() for n in range(promised + 1) for m in range(3)}
    assert wanted <= set(taken)
    assert len(taken) == len(set(taken))


async def test_a_torn_tail_is_cut_and_what_stands_before_it_kept(spool: Spool, tmp_path: Path):
    await spool.append([b"whole", b"torn"])
    [segment] = (tmp_path / "spool").glob("*.open")
    os.truncate(segment, segment.stat().st_size - 2)

    taken = Taken()
    assert await spool.drain(taken, 10) == 1

    assert taken == [b"whole"]
    assert (spool.bad_records, spool.records) == (0, 0)


@pytest.mark.parametrize("broken_at", [0, 4, 8, 12, 16, 20])
async def test_a_broken_record_is_set_aside_and_costs_no_other(
    broken_at: int, spool: Spool, tmp_path: Path
):
    await spool.append([b"first", b"second", b"third"])
    [segment] = (tmp_path / "spool").glob("*.open")
    content = bytearray(segment.read_bytes())
    content[len(framed([b"first"])) + broken_at] ^= 0x40
    segment.write_bytes(content)
    assert spool.records >= 1

    taken = Taken()
    await spool.drain(taken, 10)

    assert taken == [b"first", b"third"]
    assert (spool.bad_records, spool.records, spool.size) == (1, 0, 0)
    [bad] = (tmp_path / "spool").glob("*.bad")
    assert len(bad.read_bytes()) == len(framed([b"second"]))


@pytest.mark.parametrize("tail", [b"\0" * 4096, b"\0", b"TSR", framed([b"cut off"])[:-1]])
async def test_a_tail_that_was_promised_to_nobody_is_cut(tail: bytes, spool: Spool, tmp_path: Path):
    await spool.append([b"whole"])
    [segment] = (tmp_path / "spool").glob("*.open")
    with segment.open("ab") as file:
        file.write(tail)

    taken = Taken()
    await spool.drain(taken, 10)

    assert taken == [b"whole"]
    assert (spool.bad_records, spool.records, spool.size) == (0, 0, 0)


@given(
    records=st.lists(st.binary(max_size=40), max_size=8),
    flips=st.lists(st.tuples(st.integers(0, 10_000), st.integers(1, 255)), max_size=3),
    cut=st.integers(0, 60),
)
def test_whatever_is_broken_only_what_was_hit_is_lost(
    records: list[bytes], flips: list[tuple[int, int]], cut: int
):
    starts = [len(framed(records[:n])) for n in range(len(records) + 1)]
    content = bytearray(framed(records))
    for place, change in flips:
        if content:
            content[place % len(content)] ^= change
    content = content[: max(0, len(content) - cut)]

    whole, _ = unframed(bytes(content))

    sound = framed(records)
    untouched = [
        record
        for record, start, end in zip(records, starts, starts[1:], strict=False)
        if content[start:end] == sound[start:end]
    ]
    assert whole == untouched


async def test_what_was_handed_over_before_the_database_left_again_is_not_repeated(spool: Spool):
    taken = Taken()

    async def takes_two(records: Sequence[bytes]) -> None:
        if len(taken) == 2:
            raise ConnectionError
        await taken(records)

    await spool.append([b"one", b"two", b"three"])
    with pytest.raises(ConnectionError):
        await spool.drain(takes_two, 1)
    assert spool.records == 3

    assert await spool.drain(taken, 1) == 1

    assert taken == [b"one", b"two", b"three"]
    assert spool.records == 0


async def test_a_write_that_fails_half_way_leaves_nothing_behind(
    tmp_path: Path, a_spool, monkeypatch
):
    def fails(_descriptor: int) -> None:
        raise OSError(5, "Input/output error")

    spool, taken = a_spool(tmp_path), Taken()
    assert await spool.append([b"before"])
    with monkeypatch.context() as patched:
        patched.setattr(spool_module, "_sync", fails)
        assert not await spool.append([b"refused"])
        assert not await spool.append([b"refused again"])
    assert await spool.append([b"after"])

    assert spool.records == 2
    await spool.drain(taken, 10)
    assert taken == [b"before", b"after"]
    assert [path.name for path in tmp_path.iterdir()] == ["lock"]


async def test_a_disk_that_takes_writes_in_parts_gets_all_of_them(tmp_path: Path, a_spool):
    class Grudging(FileIO):
        def write(self, content) -> int:
            return super().write(content[:3])

    spool, taken = a_spool(tmp_path), Taken()
    with Grudging(tmp_path / "file", "wb") as file:
        spool_module._write_all(file, framed([b"a record of some length"]))

    (tmp_path / "file").rename(tmp_path / "0.spool")
    await spool.drain(taken, 10)
    assert taken == [b"a record of some length"]


async def test_a_long_spool_is_several_segments_in_order(tmp_path: Path, a_spool, monkeypatch):
    monkeypatch.setattr(spool_module, "SEGMENT_BYTES", 50)
    spool, taken = a_spool(tmp_path, 10**6), Taken()
    records = [f"{n:030d}".encode() for n in range(20)]

    for record in records:
        await spool.append([record])

    assert len(list(tmp_path.glob("*.spool"))) >= 9
    assert spool.records == 20
    await spool.drain(taken, 3)
    assert taken == records


async def test_a_disk_that_takes_no_more_is_a_no_and_not_a_crash(tmp_path: Path, a_spool):
    (tmp_path / "file").write_text("in the way")

    assert not await a_spool(tmp_path / "file" / "spool", 10**6).append([b"x"])
