"""Reading payloads: whatever can be read is read, and what had to be mended is told."""

import time

import orjson
import pytest

from domain.events import parse
from domain.events.bounds import KEPT
from domain.events.mending import CUT
from domain.failures import Invalid
from tests.domain.recorded import normalised, told


def kinds(payload: bytes) -> list[str]:
    return [repair.kind.value for repair in parse(payload).repairs]


def test_a_sound_payload_is_read_without_a_repair():
    document = parse(b'{"message": "disk full"}')

    assert document.data == {"message": "disk full"}
    assert document.repairs == ()
    assert document.size == 24


@pytest.mark.parametrize(
    ("payload", "data", "repaired"),
    [
        (b'{"m": "a\xff\xfeb"}', {"m": "a\ufffd\ufffdb"}, ["invalid_utf8"]),
        (b'\xef\xbb\xbf{"m": "a"}', {"m": "a"}, ["byte_order_mark"]),
        (rb'{"m": "a\ud800b"}', {"m": "a\ufffdb"}, ["lone_surrogate"]),
        (rb'{"\udc00": ["\udfff", 1]}', {"\ufffd": ["\ufffd", 1]}, ["lone_surrogate"]),
        (rb'{"m": "\ud83d\ude00"}', {"m": "\U0001f600"}, []),
        (rb'{"m": "\ud83d\ude00", "n": NaN}', {"m": "\U0001f600", "n": "NaN"}, ["not_a_number"]),
        (rb'{"m": "a\u0000b", "k\u0000": ["\u0000"]}', {"m": "ab", "k": [""]}, ["nul_removed"]),
        (b'{"m": "a\x00b"}', {"m": "ab"}, ["nul_removed"]),
        (rb'{"m": "\\u0000", "n": 1}', {"m": r"\u0000", "n": 1}, []),
        (b'{"m": "two\nlines"}', {"m": "two\nlines"}, []),
        (b'{"n": NaN}', {"n": "NaN"}, ["not_a_number"]),
        (b'{"n": -Infinity}', {"n": "-Infinity"}, ["not_a_number"]),
        (b'{"n": 1e999}', {"n": "1e999"}, ["not_a_number"]),
        (b'{"n": 1208925819614629174706176}', {"n": 2.0**80}, []),
        (b'{"n": 1208925819614629174706176, "m": NaN}', {"n": 2.0**80, "m": "NaN"}, None),
        (b'{"n": 18446744073709551615, "m": NaN}', {"n": 2**64 - 1, "m": "NaN"}, None),
        (b'{"a": 1.5, "m": NaN}', {"a": 1.5, "m": "NaN"}, None),
        (b'{"a": 1, "a": 2}', {"a": 2}, []),
    ],
)
def test_a_payload_that_a_strict_reader_refuses_is_mended(payload, data, repaired):
    document = parse(payload)

    assert document.data == data
    if repaired is not None:
        assert kinds(payload) == repaired


def test_a_number_with_more_digits_than_any_integer_is_kept_as_text():
    document = parse(b'{"n": ' + b"9" * 5000 + b"}")

    assert document.data == {"n": "9" * 200}


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"hello",
        b'{"m": "a',
        b'{"m": 1} trailing',
        b'{"m": }',
        b"[" * 200_000,
        b'{"a":' * 5_000,
        b"[" * 300 + b"}" * 300,
        b"\x1f\x8b\x08\x00",
    ],
)
def test_what_is_no_json_is_refused_with_a_sentence(payload):
    with pytest.raises(Invalid, match=r"^The event is not JSON: .+\.$") as refusal:
        parse(payload)

    assert refusal.value.field == "payload"


@pytest.mark.parametrize("payload", [b"[]", b"1", b"null", b'"text"', b"NaN", b"[{}]"])
def test_json_that_is_no_object_is_refused_with_a_sentence(payload):
    with pytest.raises(Invalid, match=r"^The event must be a JSON object\.$"):
        parse(payload)


@pytest.mark.parametrize("depth", [300, 900, 2_000, 200_000])
@pytest.mark.parametrize(("opened", "closed"), [(b"[", b"]"), (b'{"a":', b"}")])
def test_a_document_that_is_nested_too_deeply_is_cut_in_linear_time(depth, opened, closed):
    deep = opened * depth + b"1" + closed * depth
    payload = b'{"message": "deep", "extra": {"it": ' + deep + b"}}"

    started = time.process_time()
    event = normalised(payload)
    seconds = time.process_time() - started

    assert event.message == "deep"
    assert told(event) == [("too_deep", None)]
    assert CUT.encode() in orjson.dumps(event.body)
    assert seconds < 2


def test_brackets_in_texts_are_no_nesting():
    payload = b'{"m": "' + b"[{" * 500 + b'", "n": NaN, "q": "\\"[["}'

    document = parse(payload)

    assert document.data == {"m": "[{" * 500, "n": "NaN", "q": '"[['}


def test_siblings_of_what_is_cut_stay():
    payload = b'{"a": 1, "b": ' + b"[" * 3000 + b"]" * 3000 + b', "c": [[3]], "d": NaN}'

    data = parse(payload).data

    assert (data["a"], data["c"], data["d"]) == (1, [[3]], "NaN")


def test_many_brackets_that_are_not_deep_are_left_alone():
    document = parse(orjson.dumps({"a": [[]] * 1000}))

    assert document.data == {"a": [[]] * 1000}
    assert document.repairs == ()


@pytest.mark.parametrize("size", [8193, 20_000, 300_000])
def test_a_text_that_is_too_long_is_clipped_and_marked(size):
    document = parse(orjson.dumps({"extra": {"log": ["x" * size]}}))

    assert document.data["extra"]["log"] == ["x" * KEPT + "..."]
    assert document.data["_meta"] == {
        "extra": {"log": {"0": {"": {"rem": [["!limit", "x", KEPT, size]], "len": size}}}}
    }
    assert [repair.kind.value for repair in document.repairs] == ["too_long"]


def test_a_long_text_full_of_quotes_is_clipped_as_well():
    document = parse(orjson.dumps({"extra": {"log": '"' * 9000}}))

    assert len(document.data["extra"]["log"]) == 8192


def test_a_text_at_the_limit_is_left_alone():
    payload = orjson.dumps({"message": "x" * 8192, "other": "y" * 8000})

    assert parse(payload).data == {"message": "x" * 8192, "other": "y" * 8000}


def test_long_white_space_is_no_long_text():
    document = parse(b'{"a": 1,' + b" " * 20_000 + b'"b": 2}')

    assert document.data == {"a": 1, "b": 2}
    assert document.repairs == ()
