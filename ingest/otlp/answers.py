"""Answers of the OTLP door: in the encoding of the request, as the specification wants them."""

from dataclasses import dataclass

import orjson

from ingest.answers import Refused
from ingest.otlp import json_form, protobuf
from ingest.otlp.records import Read, Rejected

_JSON = b"application/json"
_PROTOBUF = b"application/x-protobuf"
_REJECTED = {
    "logs": "rejectedLogRecords",
    "traces": "rejectedSpans",
    "metrics": "rejectedDataPoints",
}
# google.rpc.Code of the HTTP statuses that a sender can tell apart.
_CODES = {400: 3, 401: 16, 403: 7, 413: 8, 415: 3, 429: 8, 500: 13, 503: 14}
_UNKNOWN = 2


@dataclass(frozen=True, slots=True)
class Encoding:
    """One of the two encodings of a request and of its answer."""

    kind: bytes
    is_json: bool

    def read(self, signal: str, body: bytes) -> Read:
        """Return what a request says."""
        return json_form.read(signal, body) if self.is_json else protobuf.read(signal, body)

    def response(self, signal: str, rejected: Rejected) -> bytes:
        """Return the answer to a request that was taken, as a whole or in part."""
        if not self.is_json:
            return protobuf.response(signal, rejected)
        if not rejected.count:
            return b"{}"
        told = {_REJECTED[signal]: str(rejected.count), "errorMessage": rejected.why}
        return orjson.dumps({"partialSuccess": told})

    def refusal(self, refused: Refused) -> bytes:
        """Return a google.rpc.Status that says why a request is not taken."""
        code = _CODES.get(refused.status, _UNKNOWN)
        if self.is_json:
            return orjson.dumps({"code": code, "message": refused.detail})
        text = refused.detail.encode()
        # Two fields: `int32 code = 1` and `string message = 2`.
        return b"\x08" + _varint(code) + b"\x12" + _varint(len(text)) + text


def encoding_of(content_type: str) -> Encoding:
    """Return the encoding that a content type names; JSON only if it says so."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/json":
        return Encoding(_JSON, True)
    return Encoding(_PROTOBUF, False)


def _varint(number: int) -> bytes:
    written = bytearray()
    while number > 0x7F:
        written.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*written, number])
