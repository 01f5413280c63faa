"""A sweep: one walk over a document that hides what its names give away and collects the rest."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Any

from domain.scrubbing.marks import Path, steps
from domain.scrubbing.names import FILTERED, Names, Verdict
from domain.scrubbing.patterns import is_card

# The path of a container, the key in it, the rules that hid the value there, and its length.
Hidden = tuple[Path, Any, Sequence[str], int]

_SMALLEST_CARD = 10**12
_BY_NAME = ("tocsin:name",)
_BY_KEY = ("tocsin:key-text",)


class Sweep:
    """The strings of a document, the containers that hold them, and what was hidden at once."""

    __slots__ = ("_finds_cards", "_starts", "containers", "hidden", "texts")

    def __init__(self, *, finds_cards: bool = True) -> None:
        self._finds_cards = finds_cards
        self.texts: list[str] = []
        self.containers: list[tuple[Any, Path, Names]] = []
        self._starts: list[int] = []
        self.hidden: list[Hidden] = []

    def over(self, root: dict[str, Any], names: Names, under: Mapping[str, Names | None]) -> None:
        """Walk a document; `under` has other rules for some of its attributes, or None to skip."""
        top: list[tuple[Any, Path, Names]] = []
        self._enter((root, None, names))
        self._over_mapping(root, None, names, top)
        stack: list[tuple[Any, Path, Names]] = []
        for node, path, _ in top:
            rules = under.get(str(steps(path)[0]), names)
            if rules is not None:
                stack.append((node, path, rules))
        while stack:
            entry = node, path, names = stack.pop()
            self._enter(entry)
            if type(node) is dict:
                self._over_mapping(node, path, names, stack)
            else:
                self._over_list(node, path, names, stack)

    def _enter(self, entry: tuple[Any, Path, Names]) -> None:
        self.containers.append(entry)
        self._starts.append(len(self.texts))

    def holders_of(self, wanted: Container[str]) -> Iterator[tuple[Any, Path]]:
        """Yield the containers that hold one of these texts, each with its path."""
        seen = -1
        for index, text in enumerate(self.texts):
            if text in wanted:
                holder = bisect_right(self._starts, index) - 1
                if holder != seen:
                    seen = holder
                    node, path, _ = self.containers[holder]
                    yield node, path

    def _over_mapping(
        self,
        node: dict[str, Any],
        path: Path,
        names: Names,
        stack: list[tuple[Any, Path, Names]],
        *,
        is_renamed: bool = False,
    ) -> None:
        known, found = names.known, self.texts.append
        texts, below = len(self.texts), len(stack)
        for key, value in node.items():
            secret = known.get(key)
            if secret or (secret is None and names.learn(key)):
                if not is_renamed and known.get(key) is Verdict.CLEAN:
                    # Once more from the beginning, so that no path has the old name in it.
                    del self.texts[texts:], stack[below:]
                    self._rename(node, path, names)
                    self._over_mapping(node, path, names, stack, is_renamed=True)
                    return
                if names.hides(key):
                    self._hide(node, key, path)
                    continue
            kind = type(value)
            if kind is str:
                found(value)
            elif kind is dict or kind is list:
                stack.append((value, (path, key), names))
            elif kind is int and value > _SMALLEST_CARD:
                self._hide_card(node, key, path)

    def _rename(self, node: dict[str, Any], path: Path, names: Names) -> None:
        renamed: dict[str, Any] = {}
        counts: Counter[str] = Counter()
        for key, value in node.items():
            name = key
            if names.learn(key) is Verdict.CLEAN:
                bare = name = names.cleaned(key)
                # Equal ones are numbered on, so that the search is short however many there are.
                while name in renamed:
                    counts[bare] += 1
                    name = f"{bare} ({counts[bare] + 1})"
                names.keep(name, like=key)
                self.hidden.append((path, name, _BY_KEY, len(key)))
            renamed[name] = value
        node.clear()
        node.update(renamed)

    def _over_list(
        self, node: list[Any], path: Path, names: Names, stack: list[tuple[Any, Path, Names]]
    ) -> None:
        # Headers, tags and query strings may come as pairs of a name and a value.
        if len(node) == 2 and type(node[0]) is str and names.hides(node[0]):
            self._hide(node, 1, path, name=node[0])
        found = self.texts.append
        for index, value in enumerate(node):
            kind = type(value)
            if kind is str:
                found(value)
            elif kind is dict or kind is list:
                stack.append((value, (path, index), names))
            elif kind is int and value > _SMALLEST_CARD:
                self._hide_card(node, index, path)

    def _hide(self, node: Any, key: Any, path: Path, *, name: str | None = None) -> None:
        value = node[key]
        if type(value) is dict or type(value) is list:
            inner = list(value) if type(value) is dict else range(len(value))
            for step in inner:
                self._hide_leaf(value, step, (path, key), name=str(step))
        else:
            self._hide_leaf(node, key, path, name=name or str(key))

    def _hide_leaf(self, node: Any, key: Any, path: Path, *, name: str) -> None:
        value = node[key]
        if value is None or type(value) is bool:
            return
        if type(value) is str and (not value or value.startswith(FILTERED[:-1])):
            return
        # How many tokens a language model used is no token.
        if type(value) in (int, float) and name.lower().endswith("tokens"):
            return
        node[key] = FILTERED
        length = len(value) if type(value) is str else len(str(value))
        self.hidden.append((path, key, _BY_NAME, length))

    def _hide_card(self, node: Any, key: Any, path: Path) -> None:
        digits = str(node[key])
        if self._finds_cards and is_card(digits):
            node[key] = "[Filtered:card]"
            self.hidden.append((path, key, ("tocsin:card",), len(digits)))
