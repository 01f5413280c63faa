"""Hints: what a file says of itself at its end, for uploads whose headers do not say it."""

import base64
import binascii
import re
from uuid import UUID

from domain.artifacts import ArtifactKind, debug_id_of

_END = 4096
_REFERENCE = re.compile(rb"//[#@]\s*sourceMappingURL=(\S+)\s*$", re.MULTILINE)
_DEBUG_ID_LINE = re.compile(rb"//#\s*debugId=([0-9a-fA-F-]{32,36})")
_DEBUG_ID_KEY = re.compile(rb'"debug(?:_i|I)d"\s*:\s*"([0-9a-fA-F-]{32,36})"')
_INLINE = re.compile(rb"data:application/json;(?:charset=[\w-]+;)?base64,([A-Za-z0-9+/=]+)")


def kind_of(name: str, content: bytes) -> ArtifactKind | None:
    """Return what a file is for, by its name and its beginning; None if it is of no use."""
    bare = name.partition("?")[0].lower()
    if bare.endswith(".map"):
        return ArtifactKind.SOURCE_MAP
    if bare.endswith((".js", ".mjs", ".cjs", ".bundle")):
        return ArtifactKind.MINIFIED_SOURCE
    start = content[:_END].lstrip()
    if start.startswith((b"{", b")]}'")) and b'"mappings"' in content:
        return ArtifactKind.SOURCE_MAP
    return None


def debug_id_in(kind: ArtifactKind, content: bytes) -> UUID | None:
    """Return the debug id that a build has written into a file."""
    if kind is ArtifactKind.MINIFIED_SOURCE:
        found = _DEBUG_ID_LINE.search(content[-_END:])
    else:
        found = _DEBUG_ID_KEY.search(content[:_END]) or _DEBUG_ID_KEY.search(content[-_END:])
    return debug_id_of(found[1].decode()) if found else None


def reference_in(content: bytes) -> str | None:
    """Return the address of the map that minified code names at its end, unless it carries it."""
    found = _REFERENCE.findall(content[-_END:])
    if not found or found[-1].startswith(b"data:"):
        return None
    return str(found[-1].decode("utf-8", "replace"))


def inline_map_in(content: bytes) -> bytes | None:
    """Return the map that minified code carries at its end."""
    at = content.rfind(b"sourceMappingURL=data:")
    if at < 0 or not (found := _INLINE.match(content, at + len(b"sourceMappingURL="))):
        return None
    try:
        return base64.b64decode(found[1])
    except binascii.Error:
        return None
