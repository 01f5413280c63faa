"""Parsing: from the text of a search to its terms, with a precise word on each mistake."""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from domain.search.mistakes import Mistake
from domain.search.terms import (
    KEYS,
    LONGEST_SEARCH,
    MAX_TERMS,
    MAX_VALUES,
    TAG,
    Compared,
    Key,
    KeyKind,
    Search,
    Term,
    key_named,
)
from domain.search.words import SHORTEST, wanted_words

_KEY = re.compile(r"(?P<no>[!-]?)(?P<key>[A-Za-z][\w.\-]*):")
_SIGNS = tuple(sorted(filter(None, Compared), key=len, reverse=True))
_ORDERED = frozenset({KeyKind.LADDER, KeyKind.NUMBER, KeyKind.TIME})
_NUMBER = re.compile(r"\d{1,15}")
_SHORT_ID = re.compile(r"(?:.*-)?(\d{1,9})")
_AGO = re.compile(r"\d{1,6}(?:m|h|d|w)")
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)?)?")
_END_OF_WORD = re.compile(r"[\s,\]]")
_QUOTE_IT = " For the word itself, put it in quotation marks."
_BETWEEN = {
    "OR": "There is no OR: name several values, such as status:[new, open]." + _QUOTE_IT,
    "AND": "There is no AND: terms that stand side by side all hold." + _QUOTE_IT,
    "NOT": "There is no NOT: put ! before a term, such as !is:resolved." + _QUOTE_IT,
}


def parse(text: str) -> Search:
    """Return the terms of a search, or raise the first Mistake."""
    if len(text) > LONGEST_SEARCH:
        raise Mistake(
            f"A search has at most {LONGEST_SEARCH} characters.",
            start=LONGEST_SEARCH,
            end=len(text),
        )
    terms = tuple(_terms(text))
    if len(terms) > MAX_TERMS:
        over = terms[MAX_TERMS]
        raise Mistake(f"A search has at most {MAX_TERMS} terms.", start=over.start, end=over.end)
    return Search(terms=terms)


def _terms(text: str) -> Iterator[Term]:
    position = 0
    while True:
        while position < len(text) and text[position].isspace():
            position += 1
        if position == len(text):
            return
        term = _Reader(text, position).term()
        position = term.end
        yield term


@dataclass(slots=True)
class _Reader:
    """Reads one term, from where it begins."""

    text: str
    at: int

    def term(self) -> Term:
        start = self.at
        if (found := _KEY.match(self.text, start)) is None:
            return self._text(start)
        key = key_named(found["key"])
        if key is None:
            raise _unknown_key(found["key"], start + len(found["no"]), found.end() - 1)
        self.at = found.end()
        compared = self._compared(key)
        values = self._values(key)
        if compared is not Compared.IS and len(values) > 1:
            raise Mistake("Only one value can be compared.", start=start, end=self.at)
        return Term(
            key=key.name,
            compared=compared,
            values=values,
            is_negated=bool(found["no"]),
            start=start,
            end=self.at,
        )

    def _text(self, start: int) -> Term:
        """Read words without a key: they are looked for in the title and the message."""
        is_negated = self.text[start] == "!" and start + 1 < len(self.text)
        self.at = start + is_negated
        is_quoted = self.text.startswith('"', self.at)
        value = self._word(stops_at_comma=False)
        if value in _BETWEEN and not is_quoted:
            raise Mistake(_BETWEEN[value], start=start, end=self.at)
        _must_have_words(value, start, self.at)
        return Term(
            key="text",
            compared=Compared.IS,
            values=(value,),
            is_negated=is_negated,
            start=start,
            end=self.at,
        )

    def _compared(self, key: Key) -> Compared:
        for sign in _SIGNS:
            if self.text.startswith(sign, self.at):
                if key.kind not in _ORDERED:
                    raise Mistake(
                        f"{key.name} cannot be compared with {sign.value}.",
                        start=self.at,
                        end=self.at + len(sign),
                    )
                self.at += len(sign)
                return Compared(sign)
        return Compared.IS

    def _values(self, key: Key) -> tuple[str, ...]:
        if not self.text.startswith("[", self.at):
            return (self._value(key, stops_at_comma=False),)
        opened = self.at
        self.at += 1
        values = []
        while True:
            self._skip_spaces()
            values.append(self._value(key, stops_at_comma=True))
            self._skip_spaces()
            sign = self.text[self.at : self.at + 1]
            self.at += 1
            if sign == "]":
                break
            if sign != ",":
                raise Mistake("This bracket is not closed.", start=opened, end=len(self.text))
        if len(values) > MAX_VALUES:
            raise Mistake(f"At most {MAX_VALUES} values are taken.", start=opened, end=self.at)
        return tuple(dict.fromkeys(values))

    def _value(self, key: Key, *, stops_at_comma: bool) -> str:
        start = self.at
        value = self._word(stops_at_comma=stops_at_comma)
        if not value:
            raise Mistake(f"{key.name}: needs a value{_such_as(key)}.", start=start, end=start + 1)
        return _checked(key, value, start, self.at)

    def _word(self, *, stops_at_comma: bool) -> str:
        if self.text.startswith('"', self.at):
            return self._quoted()
        start = self.at
        while self.at < len(self.text):
            sign = self.text[self.at]
            if sign.isspace() or (stops_at_comma and _END_OF_WORD.match(sign)):
                break
            self.at += 1
        return self.text[start : self.at]

    def _quoted(self) -> str:
        start = self.at
        self.at += 1
        signs: list[str] = []
        while self.at < len(self.text):
            sign = self.text[self.at]
            self.at += 1
            if sign == '"':
                return "".join(signs)
            if sign == "\\" and self.at < len(self.text):
                sign = self.text[self.at]
                self.at += 1
            signs.append(sign)
        raise Mistake("This quotation mark is not closed.", start=start, end=len(self.text))

    def _skip_spaces(self) -> None:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1


def _checked(key: Key, value: str, start: int, end: int) -> str:
    if "\0" in value:
        raise Mistake("A value must not hold the sign U+0000.", start=start, end=end)
    if key.kind is KeyKind.TEXT:
        _must_have_words(value, start, end)
    if key.values:
        lowered = value.lower().replace("-", "_")
        if lowered not in key.values:
            raise _no_such_value(key, value, start, end)
        return lowered
    if key.kind is KeyKind.NUMBER and not _NUMBER.fullmatch(value):
        raise Mistake(f"{key.name} takes a number, not “{value[:50]}”.", start=start, end=end)
    if key.kind is KeyKind.SHORT_ID:
        # No other error of the organization has its number, whatever the service is called by now.
        if (short := _SHORT_ID.fullmatch(value)) is None:
            said = f"{key.name} takes a name such as SHOP-WEB-12, not “{value[:50]}”."
            raise Mistake(said, start=start, end=end)
        return short.group(1)
    if key.kind is KeyKind.TIME and not (_AGO.fullmatch(value) or _DATE.fullmatch(value)):
        raise Mistake(
            f"{key.name} takes a time ago (30m, 2h, 3d, 1w) or a date (2026-11-21), not"
            f" “{value[:50]}”.",
            start=start,
            end=end,
        )
    return value


def _must_have_words(value: str, start: int, end: int) -> None:
    if not wanted_words(value):
        raise Mistake(
            f"There is no word in “{value[:50]}”: one has {SHORTEST} letters or digits at least.",
            start=start,
            end=end,
        )


def _no_such_value(key: Key, value: str, start: int, end: int) -> Mistake:
    near = difflib.get_close_matches(value.lower(), key.values, n=1)
    meant = f" Did you mean {near[0]}?" if near else ""
    listed = ", ".join(key.values)
    return Mistake(
        f"{key.name} is never “{value[:50]}”.{meant} It is one of {listed}.", start=start, end=end
    )


def _unknown_key(name: str, start: int, end: int) -> Mistake:
    near = difflib.get_close_matches(name.lower(), KEYS, n=1)
    meant = f" Did you mean {near[0]}:?" if near else f" For a tag, write {TAG}{name[:50]}:."
    return Mistake(
        f"There is no key “{name[:50]}”.{meant} To look for the text, put it in quotation marks.",
        start=start,
        end=end,
    )


def _such_as(key: Key) -> str:
    return f", such as {key.name}:{key.values[0]}" if key.values else ""
