"""Terms: what can be asked in a search, and what is known of each key.

A term is `key:value`, or a text alone. Several values in brackets mean any of them, a `!` before
the term means none. Numbers, times and ladders may be compared.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.errors import ErrorStatus, Priority, StatusCategory
from domain.levels import LogLevel, Severity

LONGEST_SEARCH = 1_000
MAX_TERMS = 50
MAX_VALUES = 50
TAG = "tag."


class Compared(StrEnum):
    """How a value is compared; ladders go from the least to the worst."""

    IS = ""
    MORE = ">"
    AT_LEAST = ">="
    LESS = "<"
    AT_MOST = "<="


class KeyKind(StrEnum):
    """What values a key takes."""

    WORD = "word"
    LADDER = "ladder"
    NAME = "name"
    PERSON = "person"
    NUMBER = "number"
    SHORT_ID = "short_id"
    TIME = "time"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key of the search: its values where they are few, and a sentence for who types it."""

    name: str
    kind: KeyKind
    says: str
    values: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One condition; `start` and `end` say where in the text it stands."""

    key: str
    compared: Compared
    values: tuple[str, ...]
    is_negated: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """The terms of a search, all of which must hold."""

    terms: tuple[Term, ...] = ()


def _key(name: str, kind: KeyKind, says: str, *, values: type[StrEnum] | None = None) -> Key:
    found = () if values is None else tuple(value.value for value in values)
    return Key(name=name, kind=kind, says=says, values=found)


class ErrorTrait(StrEnum):
    """What may hang on an error."""

    ASSIGNEE = "assignee"
    TEAM = "team"
    RELEASE = "release"
    REPORT = "report"
    COMMENT = "comment"
    DUPLICATE = "duplicate"
    ESCALATION = "escalation"
    OVERDUE = "overdue"
    BREACH = "breach"


_ALL = (
    Key(
        name="is",
        kind=KeyKind.WORD,
        says="The pile of triage that it lies on, or the status that it stands at.",
        values=tuple(dict.fromkeys([*map(str, StatusCategory), *map(str, ErrorStatus)])),
    ),
    _key("id", KeyKind.SHORT_ID, "The name that people say, such as SHOP-WEB-12."),
    _key("status", KeyKind.WORD, "The status that it stands at.", values=ErrorStatus),
    _key("severity", KeyKind.LADDER, "How much it matters.", values=Severity),
    _key("level", KeyKind.LADDER, "How loudly the source reported it last.", values=LogLevel),
    _key("priority", KeyKind.WORD, "Its place in the queue.", values=Priority),
    _key("type", KeyKind.NAME, "The code of its error type, such as database."),
    _key("service", KeyKind.NAME, "The service that it is of."),
    _key("environment", KeyKind.NAME, "Where it happens, such as production."),
    _key("release", KeyKind.NAME, "A release that it first or last happened in."),
    _key(
        "assignee", KeyKind.PERSON, "Who has it: me, my-teams, nobody, an e-mail address, or #team."
    ),
    _key("user", KeyKind.NAME, "A user who met it, by the id that the source gives."),
    _key("count", KeyKind.NUMBER, "How often it happened."),
    _key("users", KeyKind.NUMBER, "How many users met it."),
    _key("first-seen", KeyKind.TIME, "When it happened first: 2h, 3d, or a date."),
    _key("last-seen", KeyKind.TIME, "When it happened last: 2h, 3d, or a date."),
    _key("has", KeyKind.WORD, "What hangs on it.", values=ErrorTrait),
    _key("title", KeyKind.TEXT, "A text in its title."),
    _key("text", KeyKind.TEXT, "A text in its title or its message; the key may be left out."),
)
_ALIASES = {
    "assigned": "assignee",
    "env": "environment",
    "times": "count",
    "firstseen": "first-seen",
    "lastseen": "last-seen",
    "message": "text",
}
KEYS: Mapping[str, Key] = {key.name: key for key in _ALL}


def key_named(name: str) -> Key | None:
    """Return the key of a name; every tag is one."""
    lowered = name.lower()
    if lowered.startswith(TAG) and len(name) > len(TAG):
        tag = TAG + name[len(TAG) :]
        return Key(name=tag, kind=KeyKind.NAME, says="The value of a tag.")
    return KEYS.get(_ALIASES.get(lowered, lowered))
