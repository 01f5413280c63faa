"""Capturing: how an integration without an SDK tells what went wrong."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID

import strawberry

from application.capture import MAX_CAPTURES, Capture
from domain import failures
from domain.levels import LogLevel
from graph.context import Info
from graph.failures import (
    HANDLERS,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    TooMany,
)
from graph.ids import service_id
from graph.texts import text_of

Part = TypeVar("Part")

MAX_STACK = 200_000
MAX_MESSAGE = 8192
MAX_WORD = 1000
MAX_FRAMES = 250
MAX_TAGS = 50
MAX_FINGERPRINT = 20


@strawberry.input
class CaptureFrameInput:
    """One call of a stack."""

    function: str | None = strawberry.field(default=None, description="The function's name.")
    module: str | None = strawberry.field(default=None, description="The module or class it is in.")
    filename: str | None = strawberry.field(default=None, description="The file, as a short path.")
    line_number: int | None = strawberry.field(default=None, description="The line, from 1.")
    column_number: int | None = strawberry.field(default=None, description="The column, from 1.")
    context_line: str | None = strawberry.field(
        default=None, description="The text of the line itself."
    )
    is_in_app: bool | None = strawberry.field(
        default=None, description="Whether it is the program's own code, not a library's."
    )


@strawberry.input
class CaptureUserInput:
    """Whom the error happened to."""

    id: str | None = strawberry.field(default=None, description="The user's id in the program.")
    email: str | None = strawberry.field(default=None, description="The user's e-mail address.")
    username: str | None = strawberry.field(default=None, description="The user's name.")


@strawberry.input
class CaptureTagInput:
    """A word about the error that can be searched for."""

    key: str = strawberry.field(description="What the word is about.")
    value: str = strawberry.field(description="The word.")


@strawberry.input
class CaptureErrorInput:
    """One error; it needs a type, a message, a stack or frames."""

    service_id: strawberry.ID = strawberry.field(description="The service that it happened in.")
    type: str | None = strawberry.field(default=None, description="The type of the exception.")
    message: str | None = strawberry.field(default=None, description="What it says.")
    level: LogLevel = strawberry.field(default=LogLevel.ERROR, description="How loud it is.")
    stack: str | None = strawberry.field(
        default=None,
        description="The stack trace as the runtime printed it; it is read into frames.",
    )
    frames: list[CaptureFrameInput] | None = strawberry.field(
        default=None,
        description="The frames, the oldest call first, 250 at most; instead of `stack`.",
    )
    handled: bool | None = strawberry.field(
        default=None, description="Whether the program caught it."
    )
    platform: str | None = strawberry.field(
        default=None, description="The language, such as python; told from the stack if left out."
    )
    environment: str | None = strawberry.field(
        default=None, description="Where it runs, such as production."
    )
    release: str | None = strawberry.field(default=None, description="Which version runs.")
    server_name: str | None = strawberry.field(default=None, description="On which machine.")
    url: str | None = strawberry.field(default=None, description="Which address was asked for.")
    user: CaptureUserInput | None = strawberry.field(
        default=None, description="Whom it happened to."
    )
    tags: list[CaptureTagInput] | None = strawberry.field(
        default=None, description="Words about it, 50 at most."
    )
    fingerprint: list[str] | None = strawberry.field(
        default=None,
        description="What makes it the same error, if the grouping is not to tell; 20 at most.",
    )
    occurred_at: datetime | None = strawberry.field(
        default=None, description="When it happened; now, if left out."
    )
    event_id: str | None = strawberry.field(
        default=None,
        description="An id of the sender's: what is sent twice under one id is stored once.",
    )

    def capture(self) -> Capture:
        """Return it for the use case, or refuse what cannot be stored."""
        words = {
            name: _short(getattr(self, name), name)
            for name in ("type", "platform", "environment", "release", "server_name", "event_id")
        }
        return Capture(
            service=service_id(self.service_id, field="serviceId"),
            level=self.level,
            message=_text(self.message, "message", MAX_MESSAGE),
            stack=_text(self.stack, "stack", MAX_STACK),
            frames=[_frame(frame) for frame in _at_most(self.frames, MAX_FRAMES, "frames")],
            handled=self.handled,
            url=_text(self.url, "url", 2000),
            user=_user(self.user),
            tags={
                text_of(tag.key, field="tags", maximum=200): text_of(
                    tag.value, field="tags", maximum=200
                )
                for tag in _at_most(self.tags, MAX_TAGS, "tags")
            },
            fingerprint=[
                text_of(part, field="fingerprint", maximum=200)
                for part in _at_most(self.fingerprint, MAX_FINGERPRINT, "fingerprint")
            ],
            occurred_at=self.occurred_at,
            **words,
        )


@strawberry.type
class CapturedError:
    """The error is stored; it is digested within moments."""

    event_id: str = strawberry.field(description="The id of its event, by which it is found.")


CaptureErrorOutcome = Annotated[
    CapturedError | NotFound | Invalid | Forbidden | Conflict,
    strawberry.union(
        "CaptureErrorOutcome", description="What became of one error, or why it was not taken."
    ),
]


@strawberry.type
class CaptureErrorsSuccess:
    """The errors were looked at, each by itself."""

    outcomes: list[CaptureErrorOutcome] = strawberry.field(
        description="What became of each, in the order in which they were sent."
    )
    accepted_count: int = strawberry.field(description="How many of them are stored.")


CaptureErrorsResult = Annotated[
    CaptureErrorsSuccess | Invalid | TooMany,
    strawberry.union(
        "CaptureErrorsResult", description="What became of each error, or why none was taken."
    ),
]


@strawberry.type
class CaptureMutations:
    """How errors are told without an SDK."""

    @strawberry.mutation
    async def capture_errors(
        self,
        info: Info,
        errors: Annotated[
            list[CaptureErrorInput],
            strawberry.argument(description="The errors, 100 at most."),
        ],
    ) -> CaptureErrorsResult:
        """Send errors of services, as an SDK would; each is taken or refused by itself."""
        _at_most(errors, MAX_CAPTURES, "errors")
        read = [_read(one) for one in errors]
        captures = [one for one in read if isinstance(one, Capture)]
        taken = iter(await info.context.house.capture.capture(captures, by=info.context.viewer))
        outcomes = [next(taken) if isinstance(one, Capture) else one for one in read]
        return CaptureErrorsSuccess(
            outcomes=[_shown(outcome) for outcome in outcomes],
            accepted_count=sum(isinstance(outcome, UUID) for outcome in outcomes),
        )


def _read(one: CaptureErrorInput) -> Capture | failures.Failure:
    try:
        return one.capture()
    except failures.Failure as failure:
        return failure


def _shown(outcome: UUID | failures.Failure) -> Any:
    if isinstance(outcome, UUID):
        return CapturedError(event_id=outcome.hex)
    shown = next(one for one in HANDLERS if isinstance(outcome, one.exception_type))
    return shown.handle(outcome, field=None, info=None)


def _at_most(items: Sequence[Part] | None, most: int, field: str) -> Sequence[Part]:
    if items is not None and len(items) > most:
        raise failures.Invalid(f"At most {most} are taken.", field=field)
    return items or ()


def _text(text: str | None, field: str, maximum: int) -> str | None:
    return text_of(text, field=field, maximum=maximum) if text else None


def _short(text: str | None, name: str) -> str | None:
    first, *rest = name.split("_")
    return _text(text, first + "".join(part.title() for part in rest), MAX_WORD)


def _frame(frame: CaptureFrameInput) -> dict[str, object]:
    named = {
        "function": _text(frame.function, "frames", MAX_WORD),
        "module": _text(frame.module, "frames", MAX_WORD),
        "filename": _text(frame.filename, "frames", MAX_WORD),
        "lineno": frame.line_number,
        "colno": frame.column_number,
        "context_line": _text(frame.context_line, "frames", MAX_WORD),
        "in_app": frame.is_in_app,
    }
    return {name: value for name, value in named.items() if value is not None}


def _user(user: CaptureUserInput | None) -> dict[str, str]:
    if user is None:
        return {}
    said = {"id": user.id, "email": user.email, "username": user.username}
    return {
        name: text_of(value, field="user", maximum=MAX_WORD)
        for name, value in said.items()
        if value
    }
