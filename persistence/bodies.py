"""Bodies: how the large part of an event is kept, as bytes that say how they are packed.

One zstd value is a third of the size of jsonb and costs PostgreSQL nothing to store. A format is a
number that is stored beside the bytes and never given a second meaning.
"""

import zstandard

RAW = 0
ZSTD = 1

# Below this a frame's header outweighs what compression saves.
_WORTH_PACKING = 200

_compressor = zstandard.ZstdCompressor(level=3, write_checksum=False, write_content_size=True)
_decompressor = zstandard.ZstdDecompressor()


def pack(body: bytes) -> tuple[int, bytes]:
    """Return a body as it is stored: its format and its bytes."""
    if len(body) < _WORTH_PACKING:
        return RAW, body
    return ZSTD, _compressor.compress(body)


def unpack(body_format: int, body: bytes) -> bytes:
    """Return a stored body as it was."""
    if body_format == RAW:
        return body
    if body_format == ZSTD:
        return _decompressor.decompress(body)
    raise ValueError(f"No body format {body_format} is known to this version.")
