"""Frames: which of an event's are minified and can be found, and what they become.

A frame that was read keeps what it said before under `data.minified`: so it is known that it was
read, and a later, better map need not guess.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from domain.artifacts import debug_id_of
from domain.events.stacks import frames_in
from domain.source_maps.names import address_of, filename_of, is_library
from domain.source_maps.originals import Original

MAX_FILES = 32
MAX_FRAMES = 500
PLATFORMS = frozenset({"javascript", "node"})
_CONTEXT_FRAMES = 60
_LINE = 300
_NAME = 500
_NOWHERE = (
    "<", "[", "native", "node:", "internal/", "eval", "webpack-internal:", "blob:",
    "chrome-extension:", "moz-extension:", "safari-extension:", "safari-web-extension:",
)  # fmt: skip
_KEPT = ("filename", "abs_path", "function", "module", "lineno", "colno", "in_app")
_UNNAMED = frozenset({"", "<unknown>", "<anonymous>"})
_NOTES = frozenset({"js_missing_source", "js_invalid_source"})
_MAX_NOTES = 10


@dataclass(slots=True, kw_only=True)
class MinifiedFile:
    """A minified file that an event names, and the frames that lie in it."""

    url: str
    debug_id: UUID | None
    frames: list[dict[str, Any]] = field(default_factory=list)

    @property
    def positions(self) -> list[tuple[int, int]]:
        """Line and column of each frame, counted from one."""
        return [(frame["lineno"], frame["colno"]) for frame in self.frames]


def minified_files(body: Mapping[str, Any], platform: str) -> list[MinifiedFile]:
    """Return the minified files that an event's frames lie in, and that nobody has read yet."""
    files: dict[str, MinifiedFile] = {}
    debug_ids: dict[str, UUID] | None = None
    read = 0
    # What was raised last is what people look at first.
    for frame in (frame for stack in reversed(list(_stacks(body))) for frame in reversed(stack)):
        url = _url_of(frame, platform)
        if url is None or (url not in files and len(files) == MAX_FILES):
            continue
        if debug_ids is None:
            debug_ids = _debug_ids(body)
        if url not in files:
            files[url] = MinifiedFile(url=url, debug_id=debug_ids.get(url))
        files[url].frames.append(frame)
        read += 1
        if read == MAX_FRAMES:
            break
    return list(files.values())


def restore(body: Mapping[str, Any], found: Mapping[int, tuple[str, Original | None]]) -> int:
    """Write what was found into the frames, by their `id()`; return how many were read."""
    restored = 0
    for stack in _stacks(body):
        called: str | None = None
        for number, frame in enumerate(stack):
            url, original = found.get(id(frame), ("", None))
            if original is not None:
                with_context = len(stack) - number <= _CONTEXT_FRAMES
                _restore(frame, url, original, called, with_context=with_context)
                restored += 1
            called = original.name if original else None
    return restored


def note(body: dict[str, Any], notes: Sequence[tuple[str, str, str]]) -> None:
    """Write into `errors` which files could not be read: type, file and why. Old notes go."""
    told = [each for each in body.get("errors") or () if each.get("type") not in _NOTES]
    told += [{"type": kind, "name": url, "value": why} for kind, url, why in notes[:_MAX_NOTES]]
    if told:
        body["errors"] = told
    else:
        body.pop("errors", None)


def _stacks(body: Mapping[str, Any]) -> Iterator[list[dict[str, Any]]]:
    yield frames_in(dict(body))
    for key in ("threads", "exception"):
        for owner in body[key]["values"] if key in body else ():
            yield frames_in(owner)


def _url_of(frame: dict[str, Any], platform: str) -> str | None:
    own = frame.get("platform")
    if (own if isinstance(own, str) else platform) not in PLATFORMS:
        return None
    line, column = frame.get("lineno"), frame.get("colno")
    if not line or not column or is_restored(frame):
        return None
    url = frame.get("abs_path") or frame.get("filename")
    return url if url and not url.startswith(_NOWHERE) else None


def is_restored(frame: Mapping[str, Any]) -> bool:
    """Say whether a frame was read by a source map."""
    data = frame.get("data")
    return isinstance(data, dict) and isinstance(data.get("minified"), dict)


def _debug_ids(body: Mapping[str, Any]) -> dict[str, UUID]:
    meta = body.get("debug_meta")
    images = meta.get("images") if isinstance(meta, dict) else None
    found: dict[str, UUID] = {}
    for image in images if isinstance(images, list) else ():
        if not isinstance(image, dict) or image.get("type") != "sourcemap":
            continue
        file, id_ = image.get("code_file"), debug_id_of(image.get("debug_id"))
        if isinstance(file, str) and id_ is not None:
            found[file] = id_
    return found


def _restore(
    frame: dict[str, Any], url: str, original: Original, called: str | None, *, with_context: bool
) -> None:
    minified = {key: frame[key] for key in _KEPT if key in frame}
    data = frame.get("data")
    frame["data"] = {**(data if isinstance(data, dict) else {}), "minified": minified}
    frame["filename"] = filename_of(original.source)[:_NAME]
    frame["abs_path"] = address_of(original.source, url)[:_NAME]
    frame["lineno"], frame["colno"] = original.line, original.column
    frame.pop("module", None)
    if original.function and original.function not in _UNNAMED:
        frame["function"] = original.function[:_NAME]
    elif called:
        frame["function"] = called[:_NAME]
    if is_library(original.source):
        frame["in_app"] = False
    for key in ("context_line", "pre_context", "post_context"):
        frame.pop(key, None)
    if with_context and original.context_line is not None:
        frame["context_line"] = original.context_line[:_LINE]
        frame["pre_context"] = [line[:_LINE] for line in original.pre_context]
        frame["post_context"] = [line[:_LINE] for line in original.post_context]
