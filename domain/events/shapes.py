"""Shapes: what an attribute should be, made of whatever a sender put there.

Each function works in place on an attribute of a container, says what it had to change, and takes
an empty attribute out, so that the rest of the code meets no surprises.
"""

from collections.abc import Sequence
from typing import Any

import orjson

from domain.events.repairs import RepairKind, Repairs
from domain.scrubbing.marks import mark_clipped, nest, reindex


def words(value: Any) -> str | None:
    """Return a plain value as text, or None for nothing and for containers."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else None


def spelled(value: Any) -> str | None:
    """Return any value as text: containers as JSON."""
    if isinstance(value, dict | list):
        return orjson.dumps(value).decode()
    return words(value)


def shape_text(node: dict[str, Any], key: str, at: str, repairs: Repairs) -> str | None:
    """Make an attribute a text; what is no plain value is left out."""
    value = node.get(key)
    if type(value) is str:
        return value
    text = words(value)
    if text is not None:
        node[key] = text
    elif key in node:
        if value is not None:
            repairs.note(RepairKind.INVALID_DATA, at, was=value)
        del node[key]
    return text


def shape_column(body: dict[str, Any], key: str, limit: int, repairs: Repairs) -> None:
    """Make an attribute of the event a text that fits its column, or leave it out."""
    text = shape_text(body, key, key, repairs)
    if text is None:
        return
    if not text.strip():
        del body[key]
    elif len(text) > limit:
        body[key] = text[:limit]
        repairs.note(RepairKind.TOO_LONG, key)
        mark_clipped(body, (key,), length=len(text), kept=limit)


def shape_mapping(node: dict[str, Any], key: str, at: str, repairs: Repairs) -> dict[str, Any]:
    """Make an attribute a mapping: pairs become one, another value stands under `value`."""
    value = node.get(key)
    if type(value) is dict:
        return value
    if value is None:
        node.pop(key, None)
        return {}
    repairs.note(RepairKind.INVALID_DATA, at)
    mapping = pairs(value) if isinstance(value, list) else {}
    node[key] = mapping or {"value": value}
    return mapping or {"value": value}


def pairs(values: Sequence[Any]) -> dict[str, Any]:
    """Return the pairs of a name and a value among these values as a mapping."""
    found: dict[str, Any] = {}
    for pair in values:
        if isinstance(pair, list) and len(pair) == 2:
            name = words(pair[0])
            if name is not None:
                found[name] = pair[1]
    return found


def shape_values(body: dict[str, Any], key: str, repairs: Repairs) -> list[Any]:
    """Make an attribute `{"values": [...]}`, which senders also write as a list or as one item."""
    value = body.get(key)
    if type(value) is dict and type(value.get("values")) is list:
        return value["values"]  # type: ignore[no-any-return]
    if value is None:
        body.pop(key, None)
        return []
    if isinstance(value, list):
        nest(body, key, under="values")
        values = value
    elif isinstance(value, dict) and "values" in value:
        inner = value["values"]
        values = [] if inner is None else [inner]
        repairs.note(RepairKind.INVALID_DATA, key)
    else:
        values = [value]
    body[key] = {"values": values}
    return values


def keep_mappings(
    body: dict[str, Any], items: list[Any], path: tuple[str | int, ...], repairs: Repairs
) -> None:
    """Leave only the mappings in a list, in place; the notes move with them."""
    kept = [index for index, item in enumerate(items) if type(item) is dict]
    if len(kept) < len(items):
        repairs.note(RepairKind.INVALID_DATA, dotted(path))
        reindex(body, path, kept)
        items[:] = [items[index] for index in kept]


def keep_ends(
    body: dict[str, Any], items: list[Any], path: tuple[str | int, ...], head: int, tail: int
) -> int:
    """Leave only the first and the last of a list, in place; return how many were left out."""
    omitted = len(items) - head - tail
    if omitted <= 0:
        return 0
    kept = [*range(head), *range(head + omitted, len(items))]
    reindex(body, path, kept)
    items[:] = [items[index] for index in kept]
    return omitted


def dotted(path: tuple[str | int, ...]) -> str:
    """Return a path as people write it."""
    return ".".join(map(str, path))


def clipped(text: str, limit: int) -> str:
    """Return a text that fits a column."""
    return text if len(text) <= limit else text[: limit - 3] + "..."
