"""Failures: the expected ways in which a request is refused, each with a sentence for a person.

Failure
├── NotFound       the thing is not there, or not for this viewer
├── Invalid        an input cannot be accepted; `field` names it
├── Conflict       somebody else was first, or it exists already
├── IllegalMove    a state machine has no such step
├── WrongCredentials  what was shown opens nothing; which part of it is wrong is not said
├── Forbidden      the viewer may see it but may not do this
└── TooMany        a limit is reached; it may be tried again later

Anything else that is raised is a bug: it is logged with an id and masked.
"""


class Failure(Exception):
    """An expected refusal; its text is meant for a person."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotFound(Failure):
    """The thing is not there, or the viewer may not know of it."""


class Invalid(Failure):
    """An input cannot be accepted as it is."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class Conflict(Failure):
    """Somebody else changed it first, or it exists already."""


class IllegalMove(Failure):
    """The state machine has no step from here to there."""

    def __init__(self, noun: str, before: str, to: str) -> None:
        was, is_ = before.replace("_", " "), to.replace("_", " ")
        super().__init__(f"{noun} that is {was} cannot become {is_}.")
        self.before = before
        self.to = to


class WrongCredentials(Failure):
    """What somebody showed to sign in opens nothing; which part of it is wrong is not said."""


class Forbidden(Failure):
    """The viewer is known, but this is not theirs to do."""


class TooMany(Failure):
    """A limit is reached; the same may be tried again later."""

    def __init__(self, message: str, *, retry_after_seconds: int) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds
