"""Bodies: whatever is packed comes out as it was, in every format that was ever written."""

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from persistence import bodies

# A released dictionary is never changed: what was stored with it could not be read any more.
DICTIONARIES = {"bodies_1.dict": "79aed62bbeac717448f87a63c6ffcf56643339f12b92acae607e6418a1b6c669"}


@given(st.binary(max_size=2_000))
def test_what_is_packed_comes_out_as_it_was(body: bytes):
    assert bodies.unpack(*bodies.pack(body)) == body
    assert bodies.unpack(*bodies.pack_quickly(body)) == body


def test_an_event_is_kept_in_a_fraction_of_its_bytes():
    event = b'{"exception":{"values":[{"type":"ValueError","stacktrace":{"frames":[{"function":"f"'
    body = event * 40

    body_format, packed = bodies.pack(body)

    assert body_format == bodies.ZSTD_WITH_DICTIONARY_1
    assert len(packed) < len(body) / 20


@pytest.mark.parametrize("name", DICTIONARIES)
def test_a_released_dictionary_is_as_it_was(name: str):
    content = (Path(bodies.__file__).parent / name).read_bytes()

    assert hashlib.sha256(content).hexdigest() == DICTIONARIES[name]


def test_a_format_of_a_later_version_is_named():
    with pytest.raises(ValueError, match="No body format 99 is known"):
        bodies.unpack(99, b"")
