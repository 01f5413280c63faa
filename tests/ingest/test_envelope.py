"""The envelope's grammar, with the recorded envelopes of real SDKs as witnesses."""

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.answers import Refused
from ingest.sentry.envelope import split

RECORDED = Path(__file__).parent.parent / "envelopes"
INDEX = json.loads((RECORDED / "index.json").read_text())


@pytest.mark.parametrize("name", [n for n in INDEX if ".envelope" in n])
def test_a_recorded_envelope_has_the_items_that_its_index_names(name: str):
    body = (RECORDED / name).read_bytes()

    envelope = split(gzip.decompress(body) if name.endswith(".gz") else body)

    _header, *items = INDEX[name]["items"]
    assert [(item.type, len(item.payload)) for item in envelope.items] == [
        (item["type"], item["bytes"]) for item in items
    ]


@pytest.mark.parametrize(
    ("body", "items"),
    [
        (b"", []),
        (b"{}", []),
        (b"{}\n", []),
        (b'{}\n{"type":"event"}\n{"a":1}', [("event", b'{"a":1}')]),
        (b'{}\n{"type":"event"}\n{"a":1}\n', [("event", b'{"a":1}')]),
        (b'{}\n{"type":"event","length":7}\n{"a":1}', [("event", b'{"a":1}')]),
        (b'{}\n{"type":"event","length":0}\n\n{"type":"x"}\n', [("event", b""), ("x", b"")]),
        (b'{}\n{"type":"x","length":3}\na\nb\n\n\n', [("x", b"a\nb")]),
        (b'{}\n{"type":"trace_metric","length":2}\n{}\n{"type":"event"}\n{}',
         [("trace_metric", b"{}"), ("event", b"{}")]),
        (b'{}\n{"typ":"event"}\n{}', [("unknown", b"{}")]),
        (b'{"dsn":"x"}\r\n{"type":"event"}\r\n{}', [("event", b"{}")]),
    ],
)  # fmt: skip
def test_the_grammar_is_read_as_the_specification_has_it(
    body: bytes, items: list[tuple[str, bytes]]
):
    assert [(item.type, item.payload) for item in split(body).items] == items


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"nonsense", "header is not JSON"),
        (b"[]", "header is not a JSON object"),
        (b"{}\nnonsense\n{}", "header of item 1 is not JSON"),
        (b'{}\n{"type":"event","length":9}\n{}', "ends before its length of 9"),
        (b'{}\n{"type":"event","length":1}\n{}', "does not end after its length of 1"),
        (b'{}\n{"type":"event","length":-1}\n{}', "length of item 1 is not a number"),
        (b'{}\n{"type":"event","length":"2"}\n{}', "length of item 1 is not a number"),
        (b'{}\n{"type":"event","length":true}\n{}', "length of item 1 is not a number"),
        (b"{}\n" + b'{"type":"x"}\n{}\n' * 1001, "at most 1000 items"),
    ],
)
def test_what_is_no_envelope_is_refused_with_the_reason(body: bytes, why: str):
    with pytest.raises(Refused, match=why) as refused:
        split(body)

    assert refused.value.status == 400


@given(st.binary(max_size=300))
def test_any_bytes_are_split_or_refused(body: bytes):
    status = 200
    try:
        split(body)
    except Refused as refused:
        status = refused.status

    assert status in (200, 400)


@given(st.lists(st.tuples(st.from_regex(r"[a-z_]{1,12}", fullmatch=True), st.binary(max_size=80))))
def test_items_with_a_length_come_out_as_they_went_in(items: list[tuple[str, bytes]]):
    body = b'{"event_id":"x"}\n' + b"".join(
        json.dumps({"type": kind, "length": len(payload)}).encode() + b"\n" + payload + b"\n"
        for kind, payload in items
    )

    assert [(item.type, item.payload) for item in split(body).items] == items
