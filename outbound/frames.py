"""How records stand in a file, so that a torn or broken one is known from a whole one.

Each has a head: a mark, its length, its CRC-32, and the CRC-32 of the head itself. Without the last
a flipped bit in a length would look like the torn end of the file, and swallow all that follows.
"""

import zlib
from collections.abc import Sequence
from struct import Struct
from typing import BinaryIO

_MARK = b"TSR1"
_HEAD = Struct(">4sIII")
_CHECKED = Struct(">4sII")


def framed(records: Sequence[bytes]) -> bytes:
    """Return records as they are written."""
    return b"".join(_head(record) + record for record in records)


def unframed(content: bytes) -> tuple[list[bytes], list[bytes]]:
    """Return the whole records, and the pieces that were broken.

    An end that was cut off by a kill is neither: it was never promised.
    """
    whole: list[bytes] = []
    broken: list[bytes] = []
    at = 0
    while at < len(content):
        end = at + _HEAD.size
        if (found := _found(content[at:end])) is not None:
            length, crc = found
            record = content[end : end + length]
            if len(record) == length and zlib.crc32(record) == crc:
                whole.append(record)
                at = end + length
                continue
        following = _next_head(content, at + 1)
        is_cut_off = following == len(content) and found is not None and len(record) < length
        if not is_cut_off and not _is_torn(content[at:following]):
            broken.append(content[at:following])
        at = following
    return whole, broken


def counted(file: BinaryIO, at: int, size: int) -> tuple[int, int]:
    """Return how many records follow a position by their heads alone, and where they end."""
    count = 0
    while True:
        file.seek(at)
        found = _found(file.read(_HEAD.size))
        if found is None or at + _HEAD.size + found[0] > size:
            return count, at
        at += _HEAD.size + found[0]
        count += 1


def _head(record: bytes) -> bytes:
    checked = _CHECKED.pack(_MARK, len(record), zlib.crc32(record))
    return checked + zlib.crc32(checked).to_bytes(4, "big")


def _found(head: bytes) -> tuple[int, int] | None:
    if len(head) < _HEAD.size:
        return None
    mark, length, crc, own_crc = _HEAD.unpack(head)
    if mark != _MARK or own_crc != zlib.crc32(head[: _CHECKED.size]):
        return None
    return length, crc


def _next_head(content: bytes, at: int) -> int:
    while (at := content.find(_MARK, at)) >= 0:
        if _found(content[at : at + _HEAD.size]) is not None:
            return at
        at += 1
    return len(content)


def _is_torn(rest: bytes) -> bool:
    # A file system may have grown the file before it wrote the bytes: then there are zeros.
    return len(rest) < _HEAD.size or not rest.strip(b"\0")
