"""Counting: the cheap way with events over the limit that are like one that was prepared.

A flood is a thousand times the same failure. What decides how an event is grouped is read off its
document as it came, without repairing or scrubbing it; when an event with the same likeness was
prepared before, its hashes are known, and it only counts. Whatever looks odd is prepared in full.
"""

import hashlib
from collections import OrderedDict
from datetime import datetime
from typing import Any

import orjson

from application.digest.prepare import Counted, Task, occurrence_id_of
from domain.events.columns import known, session_id_of, user_ref_of
from domain.events.limits import NAME
from domain.events.repairs import Repairs
from domain.events.times import occurred_at
from domain.grouping.hashes import Hash, HashKind
from domain.grouping.messages import clean_message
from domain.levels import LogLevel, level_named
from domain.scrubbing import Scrubber
from domain.visitors import visitors_of

# Of the events that only count, one in so many is kept whole.
KEPT_ONE_IN = 100
MAX_LIKENESSES = 10_000
_MAX_FRAMES = 250
_FRAME = ("platform", "function", "module", "filename", "abs_path", "context_line", "in_app")


class Likenesses:
    """The hashes that events of each likeness got, of the likenesses that were met last."""

    def __init__(self) -> None:
        self._known: OrderedDict[bytes, tuple[Hash, ...]] = OrderedDict()
        self._kept: OrderedDict[bytes, int] = OrderedDict()

    def hashes(self, likeness: bytes, task: Task) -> tuple[Hash, ...] | None:
        """Return the hashes of a likeness, or None when the event shall be prepared in full.

        Kept in full are the first of each minute, and some of the others by chance of their id.
        """
        known = self._known.get(likeness)
        minute = int(task.received_at.timestamp()) // 60
        if known is None or task.event_id.int % KEPT_ONE_IN == 0:
            return None
        if self._kept.get(likeness) != minute:
            self._remember(self._kept, likeness, minute)
            return None
        return known

    def learn(self, likeness: bytes, hashes: tuple[Hash, ...], *, has_frames: bool) -> None:
        """Remember what an event was grouped by, unless more than its likeness went into it."""
        by_message = hashes[0].kind is HashKind.MESSAGE
        if by_message != has_frames:
            self._remember(self._known, likeness, hashes)

    @staticmethod
    def _remember(memory: "OrderedDict[bytes, Any]", likeness: bytes, what: object) -> None:
        memory[likeness] = what
        memory.move_to_end(likeness)
        if len(memory) > MAX_LIKENESSES:
            memory.popitem(last=False)


def likeness_of(document: dict[str, Any], policy: int) -> tuple[bytes, bool] | None:
    """Return what events of one error have in common, and whether frames say it; None if odd."""
    exceptions = _values(document.get("exception"))
    fingerprint = document.get("fingerprint")
    if exceptions is None or "{{" in str(fingerprint):
        return None
    told: list[Any] = [policy, document.get("platform"), fingerprint]
    if not exceptions:
        said = _message(document)
        return None if said is None else (_digest([*told, said]), False)
    has_frames = False
    for exception in exceptions:
        frames = _frames(exception)
        if frames is None:
            return None
        has_frames = has_frames or bool(frames)
        told += [exception.get("type"), exception.get("module"), frames]
    if not has_frames:
        values = [exception.get("value") for exception in exceptions]
        texts = [value for value in values if isinstance(value, str)]
        if len(texts) < len(values):
            return None
        told.append([clean_message(text) for text in texts])
    return _digest(told), has_frames


def counted(
    task: Task, document: dict[str, Any], hashes: tuple[Hash, ...], scrubber: Scrubber
) -> Counted:
    """Return what is counted of an event."""
    release = document.get("release")
    is_short = type(release) is str and 0 < len(release) <= NAME
    return Counted(
        hashes=hashes,
        occurrence_id=occurrence_id_of(task),
        occurred_at=_moment(task, document),
        release=release if is_short else None,
        level=level_named(document.get("level")) or LogLevel.ERROR,
        environment=known(document.get("environment"), NAME),
        visitors=_visitors(document, scrubber),
    )


def _moment(task: Task, document: dict[str, Any]) -> datetime:
    return occurred_at(
        document.get("timestamp"),
        received_at=task.received_at,
        sent_at=task.sent_at,
        repairs=Repairs(),
    )


def _visitors(document: dict[str, Any], scrubber: Scrubber) -> tuple[int, ...]:
    user, tags, contexts = (document.get(key) or {} for key in ("user", "tags", "contexts"))
    user = user if type(user) is dict else {}
    if scrubber.hides_emails or scrubber.hides_addresses:
        user = {"id": user.get("id"), "username": user.get("username")}
    tags = tags if type(tags) is dict and all(type(v) is str for v in tags.values()) else {}
    session = contexts.get("session") if type(contexts) is dict else None
    contexts = {"session": session} if type(session) is dict else {}
    return visitors_of(user_ref_of(user), session_id_of(tags, contexts))


def _message(document: dict[str, Any]) -> list[Any] | None:
    entry = document.get("logentry") or document.get("message")
    if type(entry) is str:
        entry = {"formatted": entry}
    contexts, tags = document.get("contexts") or {}, document.get("tags") or {}
    if (
        type(entry) is not dict
        or type(contexts) is not dict
        or type(tags) is not dict
        or "react" in contexts
        or "vue" in contexts
        or "threads" in document
        or "stacktrace" in document
    ):
        return None
    template = entry.get("message") or entry.get("formatted")
    if type(template) is not str or not template:
        return None
    return [clean_message(template), document.get("logger"), tags.get("component")]


def _values(section: Any) -> list[dict[str, Any]] | None:
    if type(section) is dict:
        section = section.get("values", [section])
    if section is None:
        return []
    if type(section) is list and all(type(each) is dict for each in section):
        return section
    return None


def _frames(exception: dict[str, Any]) -> list[Any] | None:
    stack = exception.get("stacktrace")
    if stack is None:
        return []
    frames = stack.get("frames") if type(stack) is dict else None
    if type(frames) is not list or len(frames) > _MAX_FRAMES:
        return None
    if not all(type(frame) is dict for frame in frames):
        return None
    return [[*map(frame.get, _FRAME), frame.get("lineno") is None] for frame in frames]


def _digest(told: list[Any]) -> bytes:
    return hashlib.blake2b(orjson.dumps(told), digest_size=16).digest()
