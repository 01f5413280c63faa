"""Pictures are taken apart: what draws them stays, and nothing else does."""

import struct
import time

import pytest

from domain.images import MAX_SIDE, NotAnImage, cleaned
from tests.domain.recorded import ENVELOPES
from tests.pictures import GIF, a_jpeg, a_png, a_webp, chunk, segment

SECRET = b"52.5200 N 13.4050 E <script>alert(1)</script>"
WHOLE = {
    "image/png": a_png(),
    "image/jpeg": a_jpeg(),
    "image/webp": a_webp(),
    "image/gif": GIF,
}
LADEN = {
    "image/png": a_png(
        2, 2, chunk(b"tEXt", SECRET), chunk(b"eXIf", SECRET), chunk(b"iCCP", SECRET)
    ),
    "image/jpeg": a_jpeg(8, 8, segment(0xE1, b"Exif\0\0" + SECRET), segment(0xFE, SECRET)),
    "image/webp": a_webp((b"EXIF", SECRET), (b"XMP ", SECRET)),
    "image/gif": GIF[:19] + b"\x21\xfe" + bytes([len(SECRET)]) + SECRET + b"\0" + GIF[19:],
}


@pytest.mark.parametrize("kind", WHOLE)
def test_what_draws_a_picture_stays_and_is_stable(kind):
    clean = cleaned(WHOLE[kind], kind)

    assert cleaned(clean, kind) == clean
    assert len(clean) <= len(WHOLE[kind])
    assert clean[:3] == WHOLE[kind][:3]


@pytest.mark.parametrize("kind", LADEN)
def test_what_was_said_beside_a_picture_and_behind_its_end_goes(kind):
    assert SECRET in LADEN[kind]

    clean = cleaned(LADEN[kind] + SECRET, kind)

    assert SECRET not in clean
    assert clean == cleaned(WHOLE[kind], kind)


def test_a_thumbnail_goes_with_the_rest_of_what_is_said():
    assert b"\1\1\7\7\7" in a_jpeg()
    assert b"\7\7\7" not in cleaned(a_jpeg(), "image/jpeg")


def test_a_webp_no_longer_announces_what_was_taken_out():
    flags = cleaned(LADEN["image/webp"], "image/webp")[20]

    assert flags & 0b00101100 == 0


@pytest.mark.parametrize("kind", WHOLE)
def test_a_picture_that_is_cut_off_anywhere_is_none(kind):
    for end in range(12, len(WHOLE[kind])):
        with pytest.raises(NotAnImage):
            cleaned(WHOLE[kind][:end], kind)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (a_png(MAX_SIDE + 1, 1), "image/png"),
        (a_png(MAX_SIDE, MAX_SIDE), "image/png"),
        (a_png(0, 1), "image/png"),
        (a_jpeg(65_535, 65_535), "image/jpeg"),
        (GIF[:6] + struct.pack("<HH", 65_535, 65_535) + GIF[10:], "image/gif"),
        (a_png().replace(b"IDAT", b"IDAX"), "image/png"),
        (b"\x89PNG\r\n\x1a\n" + chunk(b"IEND", b""), "image/png"),
        (b"RIFF\x04\0\0\0WEBP", "image/webp"),
        (b"\xff\xd8\xff\xd9", "image/jpeg"),
    ],
)
def test_bombs_and_broken_pictures_are_none(body, kind):
    with pytest.raises(NotAnImage):
        cleaned(body, kind)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (a_png(2, 2, chunk(b"tEXt", b"") * 400_000), "image/png"),
        (b"\xff\xd8" + b"\xff" * 5_000_000, "image/jpeg"),
        (b"\xff\xd8" + segment(0xFE, b"") * 1_000_000, "image/jpeg"),
        (GIF[:19] + b"\x21\xfe" + b"\1x" * 2_000_000, "image/gif"),
    ],
    ids=["png", "fill", "jpeg", "gif"],
)
def test_pictures_made_to_cost_time_do_not(body, kind):
    began = time.process_time()

    with pytest.raises(NotAnImage):
        cleaned(body, kind)

    assert time.process_time() - began < 2


def test_the_screenshots_of_real_clients_stay_as_they_are_drawn():
    body = (ENVELOPES / "sentry-javascript-11/feedback-screenshot-2.envelope").read_bytes()
    start = body.index(b"\x89PNG")
    end = body.index(b"IEND", start) + 8

    clean = cleaned(body[start:], "image/png")

    assert len(clean) <= end - start
    assert clean.endswith(b"IEND\xaeB`\x82")
