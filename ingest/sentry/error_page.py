"""The crash-report dialog: the script that an SDK loads after an error, and the form it sends.

https://docs.sentry.io/platforms/javascript/user-feedback/#crash-report-modal
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, quote
from uuid import UUID

import orjson

from domain.ids import uuid_in
from domain.inbox import ItemKind
from domain.services import IngestKey
from ingest.answers import Receive, Refused, Send, answer
from ingest.bodies import decoded, read_body
from ingest.reception import Reception
from ingest.routes import Request, Route
from ingest.sentry.credentials import key_of_dsn
from ingest.sentry.items import same_id
from ingest.sentry.visitors import limit_visitor

_PATH = re.compile(r".*/api/embed/error-page/?")
_SCRIPT = (Path(__file__).parent / "static" / "error_page.js").read_bytes().strip()
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s]+")
_MAX_BYTES = 64 * 1024
_MAX_TEXT = 500
_FIELDS = {"name": 128, "email": 255, "comments": 4096}
_TEXTS = {
    "title": "Something went wrong here.",
    "subtitle": "Our team has been notified.",
    "subtitle2": "To help us, tell us what happened.",
    "labelName": "Name",
    "labelEmail": "Email",
    "labelComments": "What happened?",
    "labelClose": "Close",
    "labelSubmit": "Submit",
    "errorGeneric": "Something went wrong while sending your report. Please try again.",
    "errorFormEntry": "Some fields are not filled in as they should be.",
    "successMessage": "Your report has been sent. Thank you!",
}
# In a script, these would end it or begin a comment; U+2028 and U+2029 end lines in old browsers.
_ESCAPES = {
    b"<": b"\\u003c",
    b">": b"\\u003e",
    b"&": b"\\u0026",
    "\u2028".encode(): b"\\u2028",
    "\u2029".encode(): b"\\u2029",
}
_SAFE = ((b"x-content-type-options", b"nosniff"), (b"cache-control", b"no-store"))
Errors = dict[str, list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorPageDoor:
    """Gives out the dialog, and takes what people write in it."""

    reception: Reception

    def routes(self) -> tuple[Route, ...]:
        """Return the path of this door."""
        return (Route("error_page", _PATH, self.page, methods=("GET", "POST")),)

    async def page(self, request: Request, receive: Receive, send: Send) -> None:
        """Answer the script, or take the form."""
        asked = _first(parse_qs(request.query.decode("latin-1")))
        key, event_id = await self._known(asked)
        if request.method == "POST":
            await self._take(request, receive, send, key, event_id)
            return
        self.reception.check_origin(request, key)
        kind = b"text/javascript; charset=utf-8"
        await answer(send, 200, _script(asked, event_id), _SAFE, kind=kind)

    async def _known(self, asked: Mapping[str, str]) -> tuple[IngestKey, UUID]:
        errors: Errors = {}
        named = key_of_dsn(asked.get("dsn"))
        event_id = uuid_in(asked.get("eventId"))
        if named is None:
            errors["dsn"] = ["This is not a DSN."]
        if event_id is None:
            errors["eventId"] = ["This is not the id of an event."]
        if named is None or event_id is None:
            raise _refused("The dialog needs a DSN and an event.", errors)
        return await self.reception.key(*named), event_id

    async def _take(
        self, request: Request, receive: Receive, send: Send, key: IngestKey, event_id: UUID
    ) -> None:
        sending = self.reception.sending(request, key, client="crash-report-dialog")
        body = await read_body(receive, request.headers.get(b"content-length"), _MAX_BYTES)
        body = await decoded(body, request.header(b"content-encoding"), _MAX_BYTES)
        said = _checked(_first(parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)))
        await limit_visitor(self.reception, request, key)
        payload = orjson.dumps({"event_id": event_id.hex, **said})
        headers = {"type": "user_report", "event_id": event_id.hex, "source": "crash_report"}
        own = same_id(sending, ItemKind.USER_REPORT, headers, payload)
        item = self.reception.item(sending, ItemKind.USER_REPORT, headers, payload, own)
        told = await self.reception.hand_over([item])
        await answer(send, 200, b"{}", told)


def _refused(detail: str, errors: Errors) -> Refused:
    """Return the refusal of a form: of each field, what is wrong with it."""
    body = orjson.dumps({"detail": detail, "errors": errors})
    return Refused(400, detail).told(b"application/json", body)


def _first(asked: Mapping[str, list[str]]) -> dict[str, str]:
    return {name: values[0] for name, values in asked.items()}


def _checked(said: Mapping[str, str]) -> dict[str, str]:
    """Return the fields of the form, or say of each what is wrong with it."""
    fields = {name: said.get(name, "").strip() for name in _FIELDS}
    errors: Errors = {}
    for name, limit in _FIELDS.items():
        if not fields[name]:
            errors[name] = ["This field is required."]
        elif len(fields[name]) > limit:
            errors[name] = [f"At most {limit} characters are taken."]
    if "email" not in errors and not _EMAIL.fullmatch(fields["email"]):
        errors["email"] = ["This is not an e-mail address."]
    if errors:
        raise _refused("The form is not filled in as it should be.", errors)
    return fields


def _script(asked: Mapping[str, str], event_id: UUID) -> bytes:
    """Return the dialog with its texts; whatever a page hands in can only be text."""
    config = orjson.dumps(
        {
            "query": f"dsn={quote(asked['dsn'], safe='')}&eventId={event_id.hex}",
            "texts": {name: asked.get(name, text)[:_MAX_TEXT] for name, text in _TEXTS.items()},
            "name": asked.get("name", "")[: _FIELDS["name"]],
            "email": asked.get("email", "")[: _FIELDS["email"]],
        }
    )
    for sign, escape in _ESCAPES.items():
        config = config.replace(sign, escape)
    return b"%b(%b);\n" % (_SCRIPT, config)
