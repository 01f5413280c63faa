"""Pictures for tests: whole ones, and what may hide in them."""

import struct
import zlib

_PNG = b"\x89PNG\r\n\x1a\n"


def chunk(name: bytes, data: bytes) -> bytes:
    """A piece of a PNG."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def a_png(width: int = 2, height: int = 2, *more: bytes) -> bytes:
    """A grey picture; what is more stands before its points."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    points = zlib.compress(b"\0" * min((width + 1) * height, 10_000))
    drawn = chunk(b"IDAT", points) + chunk(b"IEND", b"")
    return _PNG + chunk(b"IHDR", head) + b"".join(more) + drawn


def a_jpeg(width: int = 8, height: int = 8, *more: bytes) -> bytes:
    """Something in the form of a JPEG, with stuffed bytes and a restart in its scan."""
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\1\x11\0"
    scan = b"\1\1\0\0\x3f\0"
    return b"".join(
        (
            b"\xff\xd8",
            segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\1\1" + b"\7\7\7"),
            *more,
            segment(0xDB, b"\0" * 65),
            segment(0xC0, frame),
            segment(0xDA, scan) + b"\x12\xff\x00\x34\xff\xd0\x56",
            b"\xff\xd9",
        )
    )


def segment(marker: int, data: bytes) -> bytes:
    """A piece of a JPEG."""
    return bytes((0xFF, marker)) + struct.pack(">H", len(data) + 2) + data


def a_webp(*more: tuple[bytes, bytes]) -> bytes:
    """Something in the form of a lossless WebP of 3 by 2 points, with other pieces."""
    extended = bytes([0b00101100]) + b"\0\0\0" + b"\2\0\0" + b"\1\0\0"
    points = b"\x2f" + struct.pack("<I", 2 | 1 << 14) + b"\0\0\0"
    inside = b"WEBP"
    for name, data in ((b"VP8X", extended), (b"VP8L", points), *more):
        inside += name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)
    return b"RIFF" + struct.pack("<I", len(inside)) + inside


GIF = bytes.fromhex(
    "47494638396101000100800000ffffff000000"  # a head with two colours
    "21f90401000000002c00000000010001000002024401003b"  # one point
)
