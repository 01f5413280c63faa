"""Manifests: what the `manifest.json` of an artifact bundle says of the files beside it.

It is written by sentry-cli and the bundlers' plug-ins, or by anybody: what is odd is refused with a
sentence, and kinds of files that we have no use for are left out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.artifacts import MAX_NAME, MAX_RELEASE, ArtifactKind, debug_id_of, map_name_of
from domain.failures import Invalid

_KINDS = frozenset(kind.value for kind in ArtifactKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One file of a bundle as its manifest describes it."""

    path: str
    name: str
    kind: ArtifactKind
    debug_id: UUID | None
    source_map_name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a bundle is of, and the files that are of use."""

    release: str
    dist: str
    entries: tuple[Entry, ...]


def read_manifest(document: object) -> Manifest:
    """Return the manifest of a document, or raise Invalid."""
    if not isinstance(document, dict):
        raise Invalid("The manifest.json of the bundle is not an object.")
    files = document.get("files")
    if not isinstance(files, dict):
        raise Invalid("The manifest.json of the bundle has no files.")
    return Manifest(
        release=_text(document, "release", MAX_RELEASE),
        dist=_text(document, "dist", MAX_RELEASE),
        entries=tuple(_entries(files)),
    )


def _entries(files: Mapping[str, Any]) -> Iterator[Entry]:
    names: set[tuple[ArtifactKind, str]] = set()
    for path, told in files.items():
        if not isinstance(told, dict):
            raise Invalid(f"The manifest says nothing of {path[:200]!r}.")
        kind = told.get("type")
        if not isinstance(kind, str) or kind not in _KINDS:
            continue
        name = _text(told, "url", MAX_NAME) or f"~/{path}"
        headers = _headers(told)
        reference = headers.get("sourcemap") or headers.get("x-sourcemap")
        entry = Entry(
            path=path,
            name=checked_name(name),
            kind=ArtifactKind(kind),
            debug_id=debug_id_of(headers.get("debug-id")),
            source_map_name=None if reference is None else map_name_of(name, reference[:MAX_NAME]),
        )
        if (entry.kind, entry.name) in names:
            raise Invalid(f"The manifest names {name[:200]!r} twice.")
        names.add((entry.kind, entry.name))
        yield entry


def checked_name(name: str) -> str:
    """Return the name of an artifact, or raise Invalid for one that no browser could know."""
    if not name or len(name) > MAX_NAME:
        raise Invalid(f"The name of a file has 1 to {MAX_NAME} characters.")
    if "\0" in name or any(part == ".." for part in name.split("/")):
        raise Invalid(f"{name[:200]!r} cannot be the name of a file.")
    return name


def _headers(told: Mapping[str, Any]) -> dict[str, str]:
    headers = told.get("headers")
    if not isinstance(headers, dict):
        return {}
    return {
        name.lower(): value
        for name, value in headers.items()
        if isinstance(name, str) and isinstance(value, str)
    }


def _text(told: Mapping[str, Any], key: str, limit: int) -> str:
    value = told.get(key)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > limit or "\0" in value:
        raise Invalid(f"The {key} of the manifest is a text of at most {limit} characters.")
    return value
