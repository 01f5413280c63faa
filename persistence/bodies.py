"""Bodies: how the large part of an event is kept, as bytes that say how they are packed.

One zstd value is a third of the size of jsonb and costs PostgreSQL nothing to store; with a
dictionary of what events have in common it is half of that again, and faster. A format is a number
that is stored beside the bytes and never given a second meaning: a better dictionary is a new one.
"""

from collections.abc import Mapping
from pathlib import Path

import zstandard

RAW = 0
ZSTD = 1
ZSTD_WITH_DICTIONARY_1 = 2

# Below this a frame's header outweighs what compression saves.
_WORTH_PACKING = 200
_LEVEL = 4


def _dictionary(name: str) -> zstandard.ZstdCompressionDict:
    """Load a dictionary: pieces of real bodies, which later ones are told by reference to."""
    content = Path(__file__).with_name(name).read_bytes()
    loaded = zstandard.ZstdCompressionDict(content, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
    loaded.precompute_compress(level=_LEVEL)
    return loaded


_DICTIONARY_1 = _dictionary("bodies_1.dict")
_compressor = zstandard.ZstdCompressor(
    level=_LEVEL, dict_data=_DICTIONARY_1, write_checksum=False, write_dict_id=False
)
_quick_compressor = zstandard.ZstdCompressor(level=1, write_checksum=False)
_decompressors: Mapping[int, zstandard.ZstdDecompressor] = {
    ZSTD: zstandard.ZstdDecompressor(),
    ZSTD_WITH_DICTIONARY_1: zstandard.ZstdDecompressor(dict_data=_DICTIONARY_1),
}


def pack(body: bytes) -> tuple[int, bytes]:
    """Return a body as it is kept: its format and its bytes."""
    if len(body) < _WORTH_PACKING:
        return RAW, body
    return ZSTD_WITH_DICTIONARY_1, _compressor.compress(body)


def pack_quickly(body: bytes) -> tuple[int, bytes]:
    """Return a body as it waits: a third less work, for what lives milliseconds."""
    if len(body) < _WORTH_PACKING:
        return RAW, body
    return ZSTD, _quick_compressor.compress(body)


def pack_in_thread(body: bytes) -> tuple[int, bytes]:
    """Return a large body as it is kept, in any thread: the compressor is its own."""
    if len(body) < _WORTH_PACKING:
        return RAW, body
    return ZSTD, zstandard.ZstdCompressor(level=_LEVEL).compress(body)


def unpack(body_format: int, body: bytes) -> bytes:
    """Return a stored body as it was."""
    if body_format == RAW:
        return body
    decompressor = _decompressors.get(body_format)
    if decompressor is None:
        raise ValueError(f"No body format {body_format} is known to this version.")
    return decompressor.decompress(body)
