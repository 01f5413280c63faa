"""Failures as the API shows them: members of a mutation's result, or errors with a stable code.

A mutation whose result names the type answers with it. Everywhere else (queries, live feeds, a
result that does not name it) the same failure becomes an error with `extensions.code`.
"""

from collections.abc import Callable
from typing import Any

import strawberry
from graphql import GraphQLError
from strawberry.utils.str_converters import to_camel_case

from domain import failures
from domain.search import Mistake


@strawberry.interface
class Failure:
    """An expected refusal."""

    message: str = strawberry.field(description="What was refused and why, for a person to read.")


@strawberry.type
class NotFound(Failure):
    """The thing is not there, or the viewer may not know of it."""


@strawberry.type
class Invalid(Failure):
    """An input cannot be accepted as it is."""

    field: str | None = strawberry.field(description="The argument or input field, if it is one.")


@strawberry.type
class Conflict(Failure):
    """Somebody else changed it first, or it exists already: load it again."""


@strawberry.type
class IllegalMove(Failure):
    """The thing is in a state from which there is no such step."""

    before: str = strawberry.field(description="The state that it is in, as its enum has it.")
    to: str = strawberry.field(description="The state that was asked for, as its enum has it.")


@strawberry.type
class WrongCredentials(Failure):
    """What was shown to sign in opens nothing; which part of it is wrong is not said."""


@strawberry.type
class Forbidden(Failure):
    """The viewer may see it, but this is not theirs to do."""


@strawberry.type
class TooMany(Failure):
    """A limit is reached; the same may be tried again later."""

    retry_after_seconds: int = strawberry.field(description="How long to wait, in seconds.")


class Shown:
    """Answers a mutation with the type that shows a failure."""

    def __init__(
        self, exception_type: type[Exception], error_type: type, show: Callable[[Any], Failure]
    ) -> None:
        self.exception_type = exception_type
        self.error_type = error_type
        self._show = show

    def handle(self, exception: Exception, *, field: object, info: object) -> Failure:
        """Return the failure as a member of the result."""
        return self._show(exception)


def _as_sent(field: str | None) -> str | None:
    """Return the name of an argument as clients write it."""
    return None if field is None else to_camel_case(field)


# Narrow before wide: the first one that fits answers.
HANDLERS: tuple[Shown, ...] = (
    Shown(failures.NotFound, NotFound, lambda found: NotFound(message=found.message)),
    Shown(
        failures.Invalid,
        Invalid,
        lambda found: Invalid(message=found.message, field=_as_sent(found.field)),
    ),
    Shown(failures.Conflict, Conflict, lambda found: Conflict(message=found.message)),
    Shown(
        failures.IllegalMove,
        IllegalMove,
        lambda found: IllegalMove(
            message=found.message, before=found.before.upper(), to=found.to.upper()
        ),
    ),
    Shown(
        failures.WrongCredentials,
        WrongCredentials,
        lambda found: WrongCredentials(message=found.message),
    ),
    Shown(failures.Forbidden, Forbidden, lambda found: Forbidden(message=found.message)),
    Shown(
        failures.TooMany,
        TooMany,
        lambda found: TooMany(message=found.message, retry_after_seconds=found.retry_after_seconds),
    ),
)

_CODES: tuple[tuple[type[failures.Failure], str], ...] = (
    (failures.NotFound, "NOT_FOUND"),
    (failures.Invalid, "INVALID"),
    (failures.Conflict, "CONFLICT"),
    (failures.IllegalMove, "ILLEGAL_MOVE"),
    (failures.WrongCredentials, "WRONG_CREDENTIALS"),
    (failures.Forbidden, "FORBIDDEN"),
    (failures.TooMany, "TOO_MANY"),
    (failures.Failure, "REFUSED"),
)

UNAUTHENTICATED = "UNAUTHENTICATED"
UNAVAILABLE = "UNAVAILABLE"
RESTARTING = "RESTARTING"


def details_of(failure: failures.Failure) -> dict[str, object]:
    """Return the `extensions` of a failure that is shown as an error."""
    code = next(code for kind, code in _CODES if isinstance(failure, kind))
    if isinstance(failure, Mistake):
        return {"code": code, "field": failure.field, "start": failure.start, "end": failure.end}
    if isinstance(failure, failures.Invalid) and failure.field is not None:
        return {"code": code, "field": _as_sent(failure.field)}
    if isinstance(failure, failures.TooMany):
        return {"code": code, "retryAfterSeconds": failure.retry_after_seconds}
    if isinstance(failure, failures.IllegalMove):
        return {"code": code, "before": failure.before.upper(), "to": failure.to.upper()}
    return {"code": code}


def refusal(code: str, message: str, **more: object) -> GraphQLError:
    """Return an error that is shown as it is, because it carries a code."""
    return GraphQLError(message, extensions={"code": code, **more})


def signed_out() -> GraphQLError:
    """Return the answer to a caller without a usable token."""
    return refusal(UNAUTHENTICATED, "Send a valid API token: Authorization: Bearer <token>.")
