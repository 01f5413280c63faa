"""What was removed: the notes of a scrubbed document as a list, for people to look through."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """A place where something was taken out, by which rules, and how long it was before."""

    path: tuple[str, ...]
    rules: tuple[str, ...]
    length: int | None


def removed_from(document: dict[str, Any]) -> Iterator[Removed]:
    """Yield what the `_meta` tree of a document tells, place by place."""
    stack: list[tuple[tuple[str, ...], Any]] = [((), document.get("_meta"))]
    while stack:
        path, node = stack.pop()
        if not isinstance(node, dict):
            continue
        note = node.get("")
        if isinstance(note, dict) and isinstance(note.get("rem"), list):
            rules = tuple(str(each[0]) for each in note["rem"] if isinstance(each, list) and each)
            length = note.get("len")
            yield Removed(
                path=path, rules=rules, length=length if isinstance(length, int) else None
            )
        stack += [((*path, key), node[key]) for key in reversed(list(node)) if key]
