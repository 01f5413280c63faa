"""Frames and sinks: what is sent to many, and what each of them is sent it by.

A transport is a sink. It has to know nothing of feeds: it is offered finished JSON, in order, and
told in the end why nothing more will come.
"""

from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from graphql import GraphQLError

from application.sign_ins import Browser


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveRequest:
    """What somebody wants to watch, as they asked for it."""

    text: str
    variables: dict[str, object] | None = None
    operation_name: str | None = None
    request_id: str = "-"
    browser: Browser = field(default_factory=Browser)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One message for all who ask the same and are at the same place.

    `payload` is the JSON of a GraphQL result, `cursor` the text of the place after it (None where
    a subscription has no places). It is for who has everything up to `start`, or up to anything
    before `first`, which is the first change in it.
    """

    payload: str
    cursor: str | None = None
    start: int = 0
    first: int = 0
    end: int = 0

    def follows(self, position: int) -> bool:
        """Say whether it is what comes next for who has everything up to a position."""
        return self.start <= position < self.first


class End(Enum):
    """Why nothing more will come."""

    COMPLETE = "complete"
    REFUSED = "refused"
    RESTARTING = "restarting"
    TOO_SLOW = "too slow"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """The last word to a subscriber; `errors` say what was refused, as they may know it."""

    why: End
    errors: tuple[GraphQLError, ...] = ()


class Sink(Protocol):
    """The way to one subscriber; none of its methods ever raises."""

    def offer(self, frame: Frame) -> bool:
        """Send a frame if that needs no waiting; else send nothing and return False."""
        ...

    async def send(self, frame: Frame) -> None:
        """Send a frame, however long it takes; who has gone away takes everything at once."""
        ...

    def end(self, ending: Ending) -> None:
        """Say why nothing more comes; called once at most, and never after a detachment."""
        ...


class Refused(Exception):
    """A subscription that does not begin; its errors are as the caller may know them."""

    def __init__(self, *errors: GraphQLError) -> None:
        super().__init__(*errors)
        self.errors = errors
