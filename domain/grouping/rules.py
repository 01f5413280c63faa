"""Rules of grouping: what people decided about which events are the same error.

A fingerprint rule says what the events that it is for are known by, and wins over the fingerprint
that their sender gave. An in-app rule says of frames whether they are the sender's own code. The
first rule that fits decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from domain.events import limits
from domain.events.event import Event
from domain.failures import Invalid
from domain.matching import Facts, Matchers, parse_matchers

MAX_RULES = 100
MAX_NAME = 200


class RuleKind(StrEnum):
    """What a rule decides."""

    FINGERPRINT = "fingerprint"
    IN_APP = "in_app"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One decision of people; `in_app` is set in rules of that kind, the rest in the other."""

    id: UUID
    name: str
    matchers: Matchers
    service_id: UUID | None = None
    fingerprint: tuple[str, ...] = ()
    title: str | None = None
    begins_new_errors: bool = False
    in_app: bool | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be a rule."""
        if not self.name.strip():
            raise Invalid("A rule needs a name.", field="name")
        if len(self.name) > MAX_NAME:
            raise Invalid(f"A name has at most {MAX_NAME} characters.", field="name")
        if not self.matchers.all:
            raise Invalid("A rule needs at least one matcher.", field="matchers")
        if self.in_app is None:
            _check_fingerprint(self.fingerprint)
            _check_title(self.title)
        elif self.fingerprint or self.title or self.begins_new_errors:
            raise Invalid("An in-app rule has no fingerprint and no title.", field="fingerprint")
        elif not self.matchers.speak_of_frames:
            raise Invalid("An in-app rule needs a matcher of frames.", field="matchers")

    @property
    def kind(self) -> RuleKind:
        """What the rule decides."""
        return RuleKind.FINGERPRINT if self.in_app is None else RuleKind.IN_APP

    @property
    def effect(self) -> tuple[object, ...]:
        """What decides how events group; a rule that only has another name has the same."""
        return self.matchers, self.fingerprint, self.in_app

    def as_json(self) -> dict[str, Any]:
        """Return the rule as it is kept of former times."""
        return {
            "id": str(self.id),
            "name": self.name,
            "service_id": None if self.service_id is None else str(self.service_id),
            "matchers": self.matchers.as_json(),
            "fingerprint": list(self.fingerprint),
            "title": self.title,
            "begins_new_errors": self.begins_new_errors,
            "in_app": self.in_app,
        }


def rule_of_json(kept: dict[str, Any]) -> Rule:
    """Return the rule of what `as_json` gave, or raise Invalid."""
    service = kept.get("service_id")
    return Rule(
        id=UUID(kept["id"]),
        name=kept["name"],
        service_id=None if service is None else UUID(service),
        matchers=parse_matchers(kept["matchers"]),
        fingerprint=tuple(kept.get("fingerprint") or ()),
        title=kept.get("title"),
        begins_new_errors=bool(kept.get("begins_new_errors")),
        in_app=kept.get("in_app"),
    )


def _check_fingerprint(parts: Sequence[str]) -> None:
    if not any(part.strip() for part in parts):
        raise Invalid(
            "A fingerprint needs at least one part that says something.", field="fingerprint"
        )
    if len(parts) > limits.FINGERPRINT_PARTS:
        most = limits.FINGERPRINT_PARTS
        raise Invalid(f"A fingerprint has at most {most} parts.", field="fingerprint")
    if any(len(part) > limits.FINGERPRINT_PART or "\0" in part for part in parts):
        most = limits.FINGERPRINT_PART
        raise Invalid(f"A part has at most {most} characters, none U+0000.", field="fingerprint")


def _check_title(title: str | None) -> None:
    if title is not None and (not title.strip() or "\0" in title or len(title) > limits.TITLE):
        raise Invalid(f"A title has 1 to {limits.TITLE} characters.", field="title")


class Applied(NamedTuple):
    """The rules of a set that are for one event."""

    fingerprint: Rule | None
    in_app: tuple[Rule, ...]

    @property
    def effects(self) -> tuple[object, ...]:
        """What they decide together; where two sets decide the same, events group the same."""
        by = self.fingerprint
        return (None if by is None else by.effect, *(rule.effect for rule in self.in_app))

    @property
    def all(self) -> tuple[Rule, ...]:
        """The rules, the one that decides first."""
        return (*(() if self.fingerprint is None else (self.fingerprint,)), *self.in_app)

    def own(self, frame: dict[str, Any]) -> bool | None:
        """Say whether a frame is the sender's own code; None where no rule speaks of it."""
        for rule in self.in_app:
            if rule.matchers.fit_frame(frame):
                return rule.in_app
        return None


NO_RULES = Applied(None, ())


def applied(rules: Sequence[Rule], event: Event, service: str) -> Applied:
    """Return which of the rules are for an event."""
    if not rules:
        return NO_RULES
    facts = Facts(event, service)
    fingerprint: Rule | None = None
    in_app = []
    for rule in rules:
        if rule.in_app is None:
            if fingerprint is None and rule.matchers.hold(facts):
                fingerprint = rule
        elif rule.matchers.hold_apart_from_frames(facts) and any(
            map(rule.matchers.fit_frame, facts.frames)
        ):
            in_app.append(rule)
    return Applied(fingerprint, tuple(in_app))
