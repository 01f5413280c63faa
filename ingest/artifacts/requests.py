"""What calls of builds carry, read with a clear word where it cannot be used."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ingest.answers import Refused

_SHA1 = re.compile(r"[0-9a-fA-F]{40}")
_MOST_NAMES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembly:
    """The wish for a bundle of these pieces."""

    checksum: bytes
    chunks: tuple[bytes, ...]
    projects: tuple[str, ...]
    release: str
    dist: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """What is said of a release."""

    version: str
    url: str | None
    released_at: datetime | None


def assembly_of(document: Mapping[str, Any], version: str | None) -> Assembly:
    """Return the wish of a document; `version` stands where the path names the release."""
    chunks = document.get("chunks")
    if not isinstance(chunks, list):
        raise Refused(400, "chunks is a list of SHA-1 sums.")
    return Assembly(
        checksum=_sha1(document.get("checksum")),
        chunks=tuple(map(_sha1, chunks)),
        projects=tuple(names_in(document, "projects")),
        release=version if version is not None else _text(document, "version") or "",
        dist=_text(document, "dist") or "",
    )


def release_of(document: Mapping[str, Any], version: str | None) -> Announcement:
    """Return what a document says of a release."""
    released = _text(document, "dateReleased")
    try:
        released_at = datetime.fromisoformat(released) if released else None
    except ValueError as error:
        raise Refused(400, "dateReleased is a time in ISO 8601.") from error
    if released_at is not None and released_at.tzinfo is None:
        raise Refused(400, "dateReleased names its offset from UTC.")
    return Announcement(
        version=version if version is not None else _text(document, "version") or "",
        url=_text(document, "url"),
        released_at=released_at,
    )


def names_in(document: Mapping[str, Any], key: str) -> list[str]:
    """Return a list of names; some tools send numbers where there are only digits."""
    names = document.get(key) or []
    if not isinstance(names, list) or len(names) > _MOST_NAMES:
        raise Refused(400, f"{key} is a list of at most {_MOST_NAMES} names.")
    if not all(isinstance(name, str | int) for name in names):
        raise Refused(400, f"{key} is a list of names.")
    return [str(name) for name in names]


def _sha1(value: object) -> bytes:
    if not isinstance(value, str) or not _SHA1.fullmatch(value):
        raise Refused(400, "A checksum is a SHA-1 of 40 hexadecimal digits.")
    return bytes.fromhex(value)


def _text(document: Mapping[str, Any], key: str) -> str | None:
    value = document.get(key)
    if value is not None and (not isinstance(value, str) or "\0" in value):
        raise Refused(400, f"{key} is a text.")
    return value
