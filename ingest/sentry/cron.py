"""The door of scheduled jobs: a check-in by one plain request, as `curl` in a crontab makes it.

https://docs.sentry.io/product/crons/getting-started/http/ — the key stands in the path.
"""

import math
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

import orjson

from domain.categories import CATEGORIES
from domain.ids import uuid_in
from domain.inbox import ItemKind
from ingest.answers import Receive, Refused, Send, answer
from ingest.bodies import decoded, read_body
from ingest.reception import Reception
from ingest.routes import Request, Route
from ingest.sentry.credentials import agreed, named_keys
from ingest.sentry.items import LIMITS

_CRON = re.compile(r".*/api/(?P<project>[^/]+)/cron/(?P<slug>[^/]+)/(?:(?P<key>[^/]+)/?)?")
_SLUG = re.compile(r"[A-Za-z0-9_-]{1,50}")
_STATUSES = ("in_progress", "ok", "error")
_QUERY = ("status", "check_in_id", "duration", "environment")
_MAX_BYTES = LIMITS[ItemKind.CHECK_IN]


@dataclass(frozen=True, slots=True, kw_only=True)
class CronDoor:
    """Takes check-ins that no SDK made."""

    reception: Reception

    def routes(self) -> tuple[Route, ...]:
        """Return the path of this door."""
        return (Route("cron", _CRON, self.check_in, methods=("GET", "POST")),)

    async def check_in(self, request: Request, receive: Receive, send: Send) -> None:
        """Take one check-in; the answer names it, so that a later one may end it."""
        named, client = named_keys(request.query, request.headers)
        in_path = request.path.get("key")
        key = await self.reception.key(
            agreed([*named, *([in_path] if in_path else [])]), request.path["project"]
        )
        sending = self.reception.sending(request, key, client=client)
        body = await read_body(receive, request.headers.get(b"content-length"), _MAX_BYTES)
        body = await decoded(body, request.header(b"content-encoding"), _MAX_BYTES)
        try:
            payload = self._payload(request, body)
        except Refused:
            self.reception.refused(key, CATEGORIES[ItemKind.CHECK_IN], "invalid")
            raise
        # Without an id, an end is the end of the monitor's latest check-in that is in progress.
        ends_latest = not payload.pop("is_named") and payload["status"] != "in_progress"
        item = self.reception.item(
            sending,
            ItemKind.CHECK_IN,
            {"type": "check_in", "ends_latest": ends_latest},
            orjson.dumps(payload),
        )
        headers = await self.reception.hand_over([item])
        await answer(send, 200, b'{"id":"%b"}' % payload["check_in_id"].encode(), headers)

    def _payload(self, request: Request, body: bytes) -> dict[str, Any]:
        """Return the check-in as an SDK would have sent it; the query wins over the body."""
        said = _object(body) if body.strip() else {}
        asked = parse_qs(request.query.decode("latin-1"))
        said |= {name: asked[name][0] for name in _QUERY if name in asked}
        if not _SLUG.fullmatch(request.path["slug"]):
            raise Refused(400, "A monitor's slug is 1 to 50 letters, digits, hyphens, underscores.")
        if said.get("status") not in _STATUSES:
            raise Refused(400, f"The status must be one of {', '.join(_STATUSES)}.")
        payload: dict[str, Any] = {
            "check_in_id": self._id(said.get("check_in_id")).hex,
            "monitor_slug": request.path["slug"],
            "status": said["status"],
            "is_named": bool(said.get("check_in_id")),
        }
        if (duration := _seconds(said.get("duration"))) is not None:
            payload["duration"] = duration
        if isinstance(environment := said.get("environment"), str) and environment:
            payload["environment"] = environment[:64]
        if isinstance(config := said.get("monitor_config"), dict):
            payload["monitor_config"] = _flat_enough(config)
        return payload

    def _id(self, said: object) -> UUID:
        """Return the id of a check-in: a new one where it names none."""
        if said in (None, ""):
            return self.reception.clock.new_id()
        found = uuid_in(said)
        if found is None:
            raise Refused(400, "The check_in_id is not a UUID.")
        return found


def _object(body: bytes) -> dict[str, Any]:
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Refused(400, "The body is not JSON.", causes=(str(error),)) from error
    if not isinstance(said, dict):
        raise Refused(400, "The body is not a JSON object.")
    return said


def _flat_enough(config: dict[str, Any]) -> dict[str, Any]:
    try:
        orjson.dumps(config)
    except orjson.JSONEncodeError as error:  # what was read may be too deep to be written
        raise Refused(400, "The monitor_config is too deep.") from error
    return config


def _seconds(said: object) -> float | None:
    """Return a duration, or refuse what is none."""
    if said is None or said == "":
        return None
    try:
        seconds = float(str(said))
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds < 10**9:
        raise Refused(400, "The duration must be a number of seconds.")
    return seconds
