r"""Matchers: `field op value`, all of which must hold for an event to be one that a rule is for.

`=` compares the whole text without regard to case, and `*` in it stands for anything (`\*` for a
star itself). `=~` searches for a regular expression anywhere in the text, with regard to case. `!=`
and `!~` say the opposite. Of a fact with many values one has to be equal, and none to be unequal.
Matchers of frames speak of one and the same frame; if all of them only say no, of every frame.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as attribute
from enum import StrEnum
from typing import Any

from domain.expressions import expression, glob
from domain.failures import Invalid
from domain.matching.facts import FIELDS, FRAME_FIELDS, TAG, Facts, Values, of_frame

MAX_MATCHERS = 20
LONGEST_VALUE = 500
_LONGEST_TAG = 200
_KEYS = {"field", "op", "value"}


class Op(StrEnum):
    """How a fact is compared."""

    EQUAL = "="
    NOT_EQUAL = "!="
    MATCHES = "=~"
    MATCHES_NOT = "!~"


_NEGATIVE = frozenset({Op.NOT_EQUAL, Op.MATCHES_NOT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Matcher:
    """One condition on one fact of an event or of a frame; a wrong one raises Invalid."""

    field: str
    op: Op
    value: str
    _finds: Callable[[str], bool] = attribute(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Check the condition and compile it, once."""
        if not _is_known(self.field):
            raise Invalid(
                f"There is no field “{self.field[:100]}”. There are: "
                f"{', '.join((*FIELDS, *FRAME_FIELDS))}, tag.NAME.",
                field="field",
            )
        if len(self.value) > LONGEST_VALUE:
            raise Invalid(f"A value has at most {LONGEST_VALUE} characters.", field="value")
        if "\0" in self.value:
            raise Invalid("A value must not hold the sign U+0000.", field="value")
        object.__setattr__(self, "_finds", self._prepared())

    def _prepared(self) -> Callable[[str], bool]:
        if self.op in (Op.MATCHES, Op.MATCHES_NOT):
            return expression(self.value, field="value").found_in
        if "*" in self.value:
            return glob(self.value).found_in
        wanted = self.value.lower()
        return lambda text: text.lower() == wanted

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel to another process as it is written; there it is compiled anew."""
        return _rebuilt, (self.field, self.op, self.value)

    @property
    def is_negative(self) -> bool:
        """Whether it says what must not be."""
        return self.op in _NEGATIVE

    @property
    def is_of_frames(self) -> bool:
        """Whether it speaks of frames rather than of the event."""
        return self.field in FRAME_FIELDS

    def fits(self, values: Values) -> bool:
        """Say whether the condition holds for the values of a fact."""
        return any(map(self._finds, values)) is not self.is_negative

    def as_json(self) -> dict[str, str]:
        """Return the matcher as it is stored and sent."""
        return {"field": self.field, "op": self.op.value, "value": self.value}

    def __str__(self) -> str:
        """Return the matcher as people write it."""
        return f"{self.field} {self.op.value} {self.value}"


def _rebuilt(name: str, op: Op, value: str) -> Matcher:
    return Matcher(field=name, op=op, value=value)


@dataclass(frozen=True, slots=True)
class Matchers:
    """The conditions of one rule; without any, it is for every event."""

    all: tuple[Matcher, ...] = ()
    _plain: tuple[Matcher, ...] = attribute(init=False, repr=False, compare=False)
    _frame: tuple[Matcher, ...] = attribute(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Part the conditions on the event from those on its frames."""
        if len(self.all) > MAX_MATCHERS:
            raise Invalid(f"A rule has at most {MAX_MATCHERS} matchers.", field="matchers")
        plain = tuple(each for each in self.all if not each.is_of_frames)
        object.__setattr__(self, "_plain", plain)
        object.__setattr__(self, "_frame", tuple(each for each in self.all if each.is_of_frames))

    @property
    def speak_of_frames(self) -> bool:
        """Whether any condition is one on frames."""
        return bool(self._frame)

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel to another process as the matchers alone."""
        return Matchers, (self.all,)

    def hold(self, facts: Facts) -> bool:
        """Say whether the event is one that the rule is for."""
        return self.hold_apart_from_frames(facts) and self._hold_for_frames(facts)

    def hold_apart_from_frames(self, facts: Facts) -> bool:
        """Say whether what is said of the event itself holds."""
        return all(each.fits(facts.values(each.field)) for each in self._plain)

    def fit_frame(self, frame: Mapping[str, Any]) -> bool:
        """Say whether what is said of frames holds for this one."""
        return all(each.fits(of_frame(frame, each.field)) for each in self._frame)

    def _hold_for_frames(self, facts: Facts) -> bool:
        if not self._frame:
            return True
        if all(each.is_negative for each in self._frame):
            return all(map(self.fit_frame, facts.frames))
        return any(map(self.fit_frame, facts.frames))

    def as_json(self) -> list[dict[str, str]]:
        """Return the matchers as they are stored and sent."""
        return [each.as_json() for each in self.all]


def _is_known(name: str) -> bool:
    if name.startswith(TAG):
        return 0 < len(name) - len(TAG) <= _LONGEST_TAG
    return name in FIELDS or name in FRAME_FIELDS


def parse_matchers(sent: Any) -> Matchers:
    """Return the matchers of `[{field, op, value}]`, or raise Invalid that names the wrong one."""
    if not isinstance(sent, list | tuple):
        raise Invalid("The matchers must be a list.", field="matchers")
    if len(sent) > MAX_MATCHERS:
        raise Invalid(f"A rule has at most {MAX_MATCHERS} matchers.", field="matchers")
    return Matchers(tuple(_parsed(sent)))


def _parsed(sent: Iterable[Any]) -> Iterable[Matcher]:
    for index, one in enumerate(sent):
        at = f"matchers.{index}"
        if not isinstance(one, dict) or set(one) != _KEYS:
            raise Invalid("A matcher has a field, an op and a value.", field=at)
        if not all(isinstance(part, str) for part in one.values()):
            raise Invalid("The parts of a matcher are texts.", field=at)
        try:
            yield Matcher(field=one["field"], op=_op(one["op"]), value=one["value"])
        except Invalid as wrong:
            raise Invalid(wrong.message, field=f"{at}.{wrong.field}") from wrong


def _op(sent: str) -> Op:
    try:
        return Op(sent)
    except ValueError:
        known = ", ".join(Op)
        raise Invalid(f"There is no op “{sent[:20]}”. There are: {known}.", field="op") from None
