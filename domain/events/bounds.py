"""Bounds: what holds for every value of a document, wherever it stands."""

import re
from typing import Any

import orjson

from domain.events import limits
from domain.events.mending import CUT
from domain.events.repairs import RepairKind, Repairs
from domain.scrubbing.marks import Path, mark_clipped, steps

_WINDOW = limits.TEXT // 2
_END_OF_STRING = re.compile(rb'(?<!\\)"')
_ELLIPSIS = "..."
KEPT = limits.TEXT - len(_ELLIPSIS)


def may_exceed(payload: bytes, data: Any) -> bool:
    """Say whether a payload may hold a text or a nesting beyond the bounds; mostly it cannot.

    A text that is too long covers a window of half its length in which no string ends.
    """
    for start in range(0, len(payload) - _WINDOW, _WINDOW):
        if not _END_OF_STRING.search(payload, start, start + _WINDOW):
            return True
    if payload.count(b"[") + payload.count(b"{") <= limits.DEPTH:
        return False
    try:
        orjson.dumps(data)
    except TypeError:
        return True
    return False


def bounded(document: dict[str, Any], repairs: Repairs) -> None:
    """Clip texts that are too long and cut off what is nested too deeply, in place."""
    clipped: list[tuple[Path, Any, int]] = []
    level: list[tuple[Any, Path]] = [(document, None)]
    depth = 1
    while level:
        below: list[tuple[Any, Path]] = []
        for node, path in level:
            for key, value in node.items() if type(node) is dict else enumerate(node):
                kind = type(value)
                if kind is str:
                    if len(value) > limits.TEXT:
                        clipped.append((path, key, len(value)))
                        node[key] = value[:KEPT] + _ELLIPSIS
                elif kind is dict or kind is list:
                    if depth < limits.DEPTH:
                        below.append((value, (path, key)))
                    else:
                        node[key] = CUT
                        repairs.note(RepairKind.TOO_DEEP)
        level = below
        depth += 1
    for path, key, length in clipped:
        mark_clipped(document, steps(path, key), length=length, kept=KEPT)
    if clipped:
        repairs.note(RepairKind.TOO_LONG)


def without_nul(value: Any, repairs: Repairs) -> Any:
    """Return a value whose texts and keys have no U+0000, which PostgreSQL cannot store."""
    if isinstance(value, str):
        if "\0" in value:
            repairs.note(RepairKind.NUL_REMOVED)
        return value.replace("\0", "")
    if isinstance(value, list):
        return [without_nul(item, repairs) for item in value]
    if isinstance(value, dict):
        return {without_nul(k, repairs): without_nul(v, repairs) for k, v in value.items()}
    return value
