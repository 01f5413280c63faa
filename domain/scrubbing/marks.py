"""Marks: the `_meta` tree of a document, which says where a value is not what was sent.

It is the Sentry protocol's own: a tree of the document's keys, with the note of a value under the
empty key. What an SDK wrote there stays; our notes are added beside it.
"""

from collections.abc import Sequence
from typing import Any

# The keys that lead to a container, from the inside out: (path of the outer container, key).
Path = tuple[Any, str | int] | None


def steps(path: Path, *last: str | int) -> list[str | int]:
    """Return a place as the list of keys that lead to it from the document."""
    keys = list(last)
    while path is not None:
        path, step = path
        keys.insert(0, step)
    return keys


def mark(
    document: dict[str, Any], path: Sequence[str | int], *, rules: Sequence[str], length: int
) -> None:
    """Note at `path` that these rules replaced (a part of) a value that was `length` long."""
    note = _note_at(document, path)
    removed = note.get("rem")
    if not isinstance(removed, list):
        removed = note["rem"] = []
    removed.extend([rule, "s"] for rule in rules)
    note.setdefault("len", length)


def mark_clipped(
    document: dict[str, Any], path: Sequence[str | int], *, length: int, kept: int
) -> None:
    """Note at `path` that a value of `length` was cut down to `kept`."""
    note = _note_at(document, path)
    removed = note.get("rem")
    if not isinstance(removed, list):
        removed = note["rem"] = []
    removed.append(["!limit", "x", kept, length])
    note["len"] = length


def reindex(document: dict[str, Any], path: Sequence[str | int], kept: Sequence[int]) -> None:
    """Move the notes of a list's items to where the items are after only `kept` stayed."""
    node = _find(document, path)
    if node:
        items = {str(new): node[str(old)] for new, old in enumerate(kept) if str(old) in node}
        own = {"": node[""]} if "" in node else {}
        node.clear()
        node.update(own, **items)


def nest(document: dict[str, Any], name: str, under: str) -> None:
    """Move the notes of an attribute one step down, because its value was moved there."""
    node = _find(document, (name,))
    if node:
        document["_meta"][name] = {under: node}


def _find(document: dict[str, Any], path: Sequence[str | int]) -> dict[str, Any] | None:
    node: Any = document.get("_meta")
    for step in path:
        if not isinstance(node, dict):
            return None
        node = node.get(str(step))
    return node if isinstance(node, dict) else None


def _note_at(document: dict[str, Any], path: Sequence[str | int]) -> dict[str, Any]:
    node = document
    for step in ("_meta", *path, ""):
        child = node.get(str(step))
        if not isinstance(child, dict):
            child = node[str(step)] = {}
        node = child
    return node
