"""Images: what of a picture is kept, told without drawing it (RPT-05).

A picture is taken apart into the pieces of its format. Those that draw it are kept as they are;
where it was taken, by whom and with what, comments, thumbnails, and whatever hides behind its end
are left out. Nothing is unpacked, so no picture can cost more than its bytes.
"""

import re
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from itertools import count

MAX_SIDE = 20_000
MAX_PIXELS = 64_000_000
# More pieces than any program writes would only cost time.
MAX_PIECES = 100_000

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"pHYs", b"sBIT"}
)
_WEBP_KEPT = frozenset({b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF"})
# Frame headers, which say the size; the others of the row are tables.
_JPEG_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_JPEG_KEPT = _JPEG_FRAMES | {0xC4, 0xCC, 0xDB, 0xDD, 0xE0, 0xEE}
_SOS, _EOI, _APP0 = 0xDA, 0xD9, 0xE0
# A marker may be led in by any number of these.
_BEFORE_MARKER = re.compile(rb"\xff+")
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


class NotAnImage(ValueError):
    """The bytes are no whole picture, or one that is too large to be shown."""


def cleaned(body: bytes, content_type: str) -> bytes:
    """Return a picture with nothing in it but the picture; raise NotAnImage for what is none."""
    try:
        return _CLEANERS[content_type](body)
    except (struct.error, IndexError) as error:
        raise NotAnImage("The picture is not whole.") from error


def _png(body: bytes) -> bytes:
    kept = [_PNG]
    at = len(_PNG)
    names: list[bytes] = []
    while not names or names[-1] != b"IEND":
        size, name = struct.unpack_from(">I4s", body, at)
        data = body[at + 8 : at + 8 + size]
        (said,) = struct.unpack_from(">I", body, at + 8 + size)
        if said != zlib.crc32(name + data):
            raise NotAnImage("A piece of the picture is broken.")
        if not names:
            if name != b"IHDR":
                raise NotAnImage("The picture does not say its size.")
            _must_fit(*struct.unpack_from(">II", data))
        if name in _PNG_KEPT:
            kept.append(body[at : at + 12 + size])
        names.append(name)
        _must_be_few(len(names))
        at += 12 + size
    if b"IDAT" not in names:
        raise NotAnImage("There is nothing in the picture.")
    return b"".join(kept)


def _jpeg(body: bytes) -> bytes:
    kept, at, has_size, has_scan = [b"\xff\xd8"], 2, False, False
    for pieces in count():
        _must_be_few(pieces)
        found = _BEFORE_MARKER.match(body, at)
        if found is None:
            raise NotAnImage("A piece of the picture is broken.")
        at = found.end() - 1
        marker = body[at + 1]
        if marker == _EOI:
            break
        (size,) = struct.unpack_from(">H", body, at + 2)
        end = at + 2 + size
        if size < 2 or end > len(body):
            raise NotAnImage("A piece of the picture is broken.")
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", body, at + 5)
            _must_fit(width, height)
            has_size = True
        if marker == _SOS:
            end, has_scan = _end_of_scan(body, end), True
        if marker in _JPEG_KEPT or marker == _SOS:
            # JFIF says the resolution; behind that stands at most a thumbnail.
            kept.append(_without_thumbnail(body[at:end]) if marker == _APP0 else body[at:end])
        at = end
    if not (has_size and has_scan):
        raise NotAnImage("There is nothing in the picture.")
    return b"".join([*kept, b"\xff\xd9"])


def _end_of_scan(body: bytes, at: int) -> int:
    """Return where the next marker stands; restart markers and stuffed bytes are of the scan."""
    found = _MARKER.search(body, at)
    if found is None:
        raise NotAnImage("The picture has no end.")
    return found.start()


def _without_thumbnail(segment: bytes) -> bytes:
    if segment[4:9] != b"JFIF\0" or len(segment) < 18:
        return b""
    return b"\xff\xe0\x00\x10" + segment[4:16] + b"\0\0"


def _webp(body: bytes) -> bytes:
    kept, extended, has_image = [], b"", False
    for name, data in _riff(body):
        if name == b"VP8X":
            _must_fit(*(int.from_bytes(data[n : n + 3], "little") + 1 for n in (4, 7)))
            # It tells of pieces that are left out: a profile of colours, EXIF and XMP.
            extended = bytes([data[0] & ~0b00101100]) + data[1:10]
            continue
        if name == b"VP8 ":
            _must_fit(*(side & 0x3FFF for side in struct.unpack_from("<HH", data, 6)))
        elif name == b"VP8L":
            (bits,) = struct.unpack_from("<I", data, 1)
            _must_fit((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
        if name in _WEBP_KEPT:
            has_image = has_image or name != b"ALPH"
            kept.append(_chunk(name, data))
    if not has_image:
        raise NotAnImage("There is nothing in the picture.")
    inside = b"WEBP" + (_chunk(b"VP8X", extended) if extended else b"") + b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(inside)) + inside


def _riff(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    (size,) = struct.unpack_from("<I", body, 4)
    end, at = min(len(body), 8 + size), 12
    for pieces in count():
        _must_be_few(pieces)
        if at + 8 > end:
            return
        name, length = struct.unpack_from("<4sI", body, at)
        if at + 8 + length > end:
            raise NotAnImage("A piece of the picture is broken.")
        yield name, body[at + 8 : at + 8 + length]
        at += 8 + length + length % 2


def _chunk(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def _gif(body: bytes) -> bytes:
    _must_fit(*struct.unpack_from("<HH", body, 6))
    at = 13 + _table(body[10])
    kept, pieces = [body[:at]], 0
    while body[at] != 0x3B:
        start = at
        is_picture = body[at] == 0x2C
        if is_picture:
            at += 10 + _table(body[at + 9]) + 1
        elif body[at] == 0x21:
            at += 2
        else:
            raise NotAnImage("A piece of the picture is broken.")
        label = body[start + 1]
        while body[at]:
            at += 1 + body[at]
            pieces += 1
            _must_be_few(pieces)
        at += 1
        # Comments and what applications say (but how often it moves) are left out.
        if is_picture or label == 0xF9 or body[start + 3 : start + 14] == b"NETSCAPE2.0":
            kept.append(body[start:at])
    return b"".join([*kept, b";"])


def _table(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _must_be_few(pieces: int) -> None:
    if pieces > MAX_PIECES:
        raise NotAnImage("The picture has too many pieces.")


def _must_fit(width: int, height: int) -> None:
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE and width * height <= MAX_PIXELS):
        raise NotAnImage("The picture has too many points, or none.")


_CLEANERS: Mapping[str, Callable[[bytes], bytes]] = {
    "image/png": _png,
    "image/jpeg": _jpeg,
    "image/webp": _webp,
    "image/gif": _gif,
}
