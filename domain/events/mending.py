"""Mending: reading JSON that a strict reader refuses."""

import json
import math
import re
from functools import partial
from typing import Any

from domain.events import limits
from domain.events.repairs import RepairKind, Repairs
from domain.failures import Invalid

CUT = "[Nested too deeply]"

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_STRING_OR_BRACKET = re.compile(r'"(?:[^"\\]++|\\.)*+(?:"|\Z)|[\[\]{}]', re.DOTALL)
_ESCAPED_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_INTEGERS = range(-(2**63), 2**64)
_LONGEST_INTEGER = 20


def mended(payload: bytes, repairs: Repairs) -> Any:
    """Read JSON whatever its encoding, its numbers and its depth; Invalid when it is none."""
    text = _cut(_decoded(payload, repairs), repairs)
    try:
        data = json.loads(
            text,
            strict=False,
            parse_int=partial(_integer, repairs=repairs),
            parse_float=partial(_number, repairs=repairs),
            parse_constant=partial(_no_number, repairs=repairs),
        )
    except ValueError as refusal:
        raise Invalid(f"The event is not JSON: {refusal}.", field="payload") from refusal
    if _ESCAPED_SURROGATE.search(text):
        data = _without_surrogates(data, repairs)
    return data


def _decoded(payload: bytes, repairs: Repairs) -> str:
    if payload.startswith(_BYTE_ORDER_MARK):
        payload = payload.removeprefix(_BYTE_ORDER_MARK)
        repairs.note(RepairKind.BYTE_ORDER_MARK)
    try:
        text = payload.decode()
    except UnicodeDecodeError:
        text = payload.decode(errors="replace")
        repairs.note(RepairKind.INVALID_UTF8)
    if "\0" in text:
        text = text.replace("\0", "")
        repairs.note(RepairKind.NUL_REMOVED)
    return text


def _cut(text: str, repairs: Repairs) -> str:
    if text.count("[") + text.count("{") <= limits.DEPTH:
        return text
    depth = kept_to = cut_from = 0
    pieces: list[str] = []
    for token in _STRING_OR_BRACKET.finditer(text):
        sign = token.group()
        if sign in "[{":
            depth += 1
            if depth == limits.DEPTH + 1:
                cut_from = token.start()
        elif sign in "]}":
            if depth == limits.DEPTH + 1:
                pieces += text[kept_to:cut_from], f'"{CUT}"'
                kept_to = token.end()
            depth -= 1
    if depth > limits.DEPTH:
        raise Invalid("The event is not JSON: it ends before it is closed.", field="payload")
    if pieces:
        repairs.note(RepairKind.TOO_DEEP)
    return "".join(pieces) + text[kept_to:] if pieces else text


def _integer(digits: str, *, repairs: Repairs) -> int | float | str:
    if len(digits) <= _LONGEST_INTEGER and (value := int(digits)) in _INTEGERS:
        return value
    return _number(digits, repairs=repairs)


def _number(digits: str, *, repairs: Repairs) -> float | str:
    value = float(digits)
    return value if math.isfinite(value) else _no_number(digits, repairs=repairs)


def _no_number(name: str, *, repairs: Repairs) -> str:
    repairs.note(RepairKind.NOT_A_NUMBER, was=name)
    return name[: limits.TAG_VALUE]


def _without_surrogates(value: Any, repairs: Repairs) -> Any:
    if isinstance(value, str):
        if not _SURROGATES.search(value):
            return value
        repairs.note(RepairKind.LONE_SURROGATE)
        return _SURROGATES.sub("\ufffd", value)
    if isinstance(value, list):
        return [_without_surrogates(item, repairs) for item in value]
    if isinstance(value, dict):
        return {
            _without_surrogates(key, repairs): _without_surrogates(item, repairs)
            for key, item in value.items()
        }
    return value
