"""The process that reads source maps: right places, and no way to take its parent along."""

import json

import pytest

from domain.source_maps.originals import MapBroken, MapsAway
from outbound.source_maps import MapReader
from tests.artifacts import MINIFIED, SOURCE_MAP

KEY = b"k" * 32


@pytest.fixture
async def reader():
    reader = MapReader()
    yield reader
    await reader.close()


async def test_places_are_read_once_the_map_is_handed_in(reader: MapReader):
    assert await reader.read(KEY, [(2, 55)]) is None

    await reader.open(KEY, MINIFIED, SOURCE_MAP)

    cart, nowhere, app = await reader.read(KEY, [(2, 55), (99, 1), (2, 186)])
    assert cart[:4] == ("cart.ts", 6, 26, "cartTotal")
    assert nowhere is None
    assert app[:5] == ("app.ts", 7, 29, "checkout", "cartTotal")


async def test_thousands_of_places_are_read_in_parts(reader: MapReader):
    await reader.open(KEY, MINIFIED, SOURCE_MAP)

    found = await reader.read(KEY, [(2, 55)] * 3_000)

    assert {each.source for each in found} == {"cart.ts"}
    assert len(found) == 3_000


async def test_the_maps_least_used_make_room():
    reader = MapReader(held_bytes=2 * (len(MINIFIED) + 3 * len(SOURCE_MAP)))
    try:
        for number in range(3):
            await reader.open(bytes([number]) * 32, MINIFIED, SOURCE_MAP)

        held = [await reader.read(bytes([number]) * 32, []) for number in range(3)]
        assert [await reader.read(bytes([n]) * 32, [(2, 55)]) is None for n in range(3)] == [
            True, False, False,
        ]  # fmt: skip
        assert held == [[], [], []]
    finally:
        await reader.close()


SLOW = """
import json, sys
while head := sys.stdin.buffer.read(4):
    asked = json.loads(sys.stdin.buffer.read(int.from_bytes(head, "big")))
    if "map" not in asked:
        sys.stdout.buffer.write((16).to_bytes(4, "big") + b'{"unknown":true}')
        sys.stdout.buffer.flush()
"""


async def test_a_map_that_takes_too_long_is_given_up(tmp_path):
    child = tmp_path / "slow.py"
    child.write_text(SLOW)
    reader = MapReader(seconds=1.0, child=child)

    with pytest.raises(MapBroken, match="within the bounds of memory and time"):
        await reader.open(KEY, b"", SOURCE_MAP)
    with pytest.raises(MapBroken):
        await reader.read(KEY, [(1, 1)])
    assert await reader.read(b"o" * 32, [(1, 1)]) is None
    await reader.close()


async def test_the_next_map_is_read_after_one_that_ended_the_process(reader: MapReader):
    with pytest.raises(MapBroken):
        await reader.open(b"x" * 32, b"(" * 3_000_000, b"[")

    await reader.open(KEY, MINIFIED, SOURCE_MAP)

    assert (await reader.read(KEY, [(2, 55)]))[0].source == "cart.ts"


async def test_where_no_process_can_be_started_no_map_is_blamed():
    reader = MapReader(memory_bytes=1)

    with pytest.raises(MapsAway):
        await reader.open(KEY, MINIFIED, SOURCE_MAP)
    with pytest.raises(MapsAway):
        await reader.read(KEY, [(2, 55)])
    await reader.close()


async def test_a_line_of_a_megabyte_is_clipped(reader: MapReader):
    told = {**json.loads(SOURCE_MAP), "sourcesContent": ["x" * 1_000_000, "y" * 1_000_000]}
    await reader.open(KEY, b"", json.dumps(told | {"mappings": ";AAAA"}).encode())

    [found] = await reader.read(KEY, [(2, 1)])

    assert found.context_line == "x" * 300
