"""The scrubber: the rules of one organization, applied to a whole document at once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any

from domain.scrubbing.marks import Path, mark, steps
from domain.scrubbing.names import Names, NoNames
from domain.scrubbing.own import BUILT_IN, OwnPattern, Replacing
from domain.scrubbing.patterns import Pattern
from domain.scrubbing.search import Memory, cleaned, suspects
from domain.scrubbing.settings import BuiltIn, SecretPattern
from domain.scrubbing.sweep import Hidden, Sweep

_MARKS = 500
_SOURCE_LINES = frozenset({"pre_context", "post_context"})
_NO_NAMES = NoNames()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scrubber:
    """What is taken out of documents before they are stored; names are compared loosely.

    It remembers what it met, so organizations with equal rules should share one.
    """

    secret_names: frozenset[str] = frozenset()
    safe_names: frozenset[str] = frozenset()
    hides_emails: bool = False
    hides_addresses: bool = False
    switched_off: frozenset[BuiltIn] = frozenset()
    patterns: tuple[SecretPattern, ...] = ()
    _own: tuple[OwnPattern, ...] = field(init=False, repr=False, compare=False)
    _off: frozenset[Pattern] = field(init=False, repr=False, compare=False)
    _names: Names = field(init=False, repr=False, compare=False)
    _memory: Memory = field(default_factory=Memory, init=False, repr=False, compare=False)
    _under: Mapping[str, Names | None] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Prepare the names, which remember what they said."""
        own = tuple(map(OwnPattern, self.patterns))
        off = frozenset(pattern for each in self.switched_off for pattern in BUILT_IN[each])
        object.__setattr__(self, "_own", own)
        object.__setattr__(self, "_off", off)
        strict, lenient = self._made_names(sessions_too=True), self._made_names(sessions_too=False)
        under: dict[str, Names | None] = {
            # What a sender writes on purpose, to search by: a session's name here is no key to it.
            "tags": lenient,
            "contexts": lenient,
            "user": lenient,
            "_meta": _NO_NAMES,
            # Names and versions of libraries, a hundred of them in each event.
            "modules": None,
        }
        object.__setattr__(self, "_names", strict)
        object.__setattr__(self, "_under", under)

    def _made_names(self, *, sessions_too: bool) -> Names:
        return Names(
            secret=self.secret_names,
            safe=self.safe_names,
            sessions_too=sessions_too,
            has_built_in=BuiltIn.NAMES not in self.switched_off,
            cleaned=self.scrub_text,
        )

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel to another process as rules only: what was met stays here."""
        rules = {each.name: getattr(self, each.name) for each in fields(self) if each.init}
        return _rebuilt, (type(self), rules)

    def scrub(self, document: dict[str, Any]) -> dict[str, Any]:
        """Take the secrets out of a document, in place, and note each place under `_meta`."""
        sweep = Sweep(finds_cards=BuiltIn.CARDS not in self.switched_off)
        sweep.over(document, self._names, self._under)
        changes = sweep.hidden
        if found := self._suspects(sweep.texts):
            changes += _replaced(sweep, found)
        for path, key, rules, length in changes[:_MARKS]:
            place = steps(path, key)
            if place[0] != "_meta":
                mark(document, place, rules=rules, length=length)
        return document

    def scrub_text(self, text: str) -> str:
        """Return a text that stands alone without its secrets."""
        return cleaned(text, self._suspects([text]).get(text, ()), in_source=False)[0]

    def _suspects(self, texts: Iterable[str]) -> dict[str, list[Replacing]]:
        unknown = self._memory.unknown(texts)
        hinted = suspects(unknown, emails=self.hides_emails, addresses=self.hides_addresses)
        found: dict[str, list[Replacing]] = {
            text: [*left]
            for text, patterns in hinted.items()
            if (left := [pattern for pattern in patterns if pattern not in self._off])
        }
        if self._own:
            for text in unknown:
                if own := [each for each in self._own if each.found_in(text)]:
                    found[text] = [*own, *found.get(text, ())]
        self._memory.learn(unknown, found)
        return found


def _rebuilt(scrubber: type[Scrubber], rules: Mapping[str, Any]) -> Scrubber:
    return scrubber(**rules)


def _replaced(sweep: Sweep, found: Mapping[str, Sequence[Replacing]]) -> Iterator[Hidden]:
    # The same line stands in several frames.
    clean = cache(lambda text, in_source: cleaned(text, found[text], in_source=in_source))
    for node, path in sweep.holders_of(found):
        for key, text in node.items() if type(node) is dict else enumerate(node):
            if type(text) is str and text in found:
                after, rules = clean(text, _is_source(key, path))
                if rules:
                    node[key] = after
                    yield path, key, rules, len(text)


def _is_source(key: str | int, path: Path) -> bool:
    return key == "context_line" or (path is not None and path[1] in _SOURCE_LINES)
