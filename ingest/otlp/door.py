"""The door of OpenTelemetry: OTLP over HTTP, as protobuf or as JSON.

https://opentelemetry.io/docs/specs/otlp/#otlphttp — failures in logs and traces become events,
spans and metric points are handed over as such; other log records are counted only.
"""

import asyncio
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from domain.ids import ServiceId, derived_uuid
from domain.inbox import InboxItem, ItemKind
from domain.outcomes import Outcome
from ingest.answers import Receive, Refused, Send, answer
from ingest.bodies import decoded, read_body
from ingest.credentials import key_named
from ingest.otlp import failures, telemetry
from ingest.otlp.answers import Encoding, encoding_of
from ingest.otlp.records import Read
from ingest.reception import Headers, Reception, Sending
from ingest.routes import Request, Route

MAX_EVENTS = 1000
MAX_EVENT_BYTES = 1024 * 1024
_INLINE_BYTES = 64 * 1024
_PATH = re.compile(
    r"(?:.*/api/(?P<project>[^/]+)(?:/integration)?/otlp|.*/otlp|)"
    r"/v1/(?P<signal>logs|traces|metrics)/?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OtlpDoor:
    """Takes logs, traces and metrics for one process."""

    reception: Reception

    def routes(self) -> tuple[Route, ...]:
        """Return the paths of this door."""
        return (Route("otlp", _PATH, self.export),)

    async def export(self, request: Request, receive: Receive, send: Send) -> None:
        """Take one request; the answer says how much of it was not taken, and why."""
        encoding = encoding_of(request.header(b"content-type"))
        signal = request.path["signal"]
        try:
            found, headers = await self._taken(request, receive, encoding, signal)
        except Refused as refused:
            raise refused.told(encoding.kind, encoding.refusal(refused)) from refused
        told = encoding.response(signal, found.rejected)
        await answer(send, 200, told, headers, kind=encoding.kind)

    async def _taken(
        self, request: Request, receive: Receive, encoding: Encoding, signal: str
    ) -> tuple[Read, Headers]:
        project = request.path.get("project", "")
        key = await self.reception.key(key_named(request), project)
        sending = self.reception.sending(request, key)
        body = await read_body(receive, request.headers.get(b"content-length"))
        body = await decoded(body, request.header(b"content-encoding"))
        service = key.service_id
        # A large request is read elsewhere, so that the others do not wait for it.
        if len(body) <= _INLINE_BYTES:
            found, drafts = _read(service, encoding, signal, body)
        else:
            found, drafts = await asyncio.to_thread(_read, service, encoding, signal, body)
        self._count(sending, found)
        items = [self._item(sending, draft) for draft in drafts]
        return found, await self.reception.hand_over(items, is_sent_again=True)

    def _item(self, sending: Sending, draft: "_Draft") -> InboxItem:
        if draft.kind == ItemKind.EVENT:
            return self.reception.event(sending, draft.payload, draft.id)
        return self.reception.item(sending, draft.kind, draft.headers, draft.payload, draft.id)

    def _count(self, sending: Sending, found: Read) -> None:
        """Count what is not stored, so that nobody has to wonder where it is."""
        tally, key = self.reception.tally, sending.key
        if quiet := sum(not failures.is_failure(log) for log in found.logs):
            tally.count(key, Outcome.UNSUPPORTED, "log_item", "not_a_failure", quiet)
        if found.rejected.count:
            category = "span" if found.spans else "trace_metric" if found.points else "error"
            tally.count(key, Outcome.INVALID, category, "otlp", found.rejected.count)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    """What becomes an item of the inbox."""

    kind: ItemKind
    id: UUID
    payload: bytes
    headers: Mapping[str, Any]


def _read(
    service: ServiceId, encoding: Encoding, signal: str, body: bytes
) -> tuple[Read, list[_Draft]]:
    found = encoding.read(signal, body)
    drafts = _events(found, failures.in_logs(found.logs, service))
    drafts += _events(found, failures.in_spans(found.spans, service))
    parts = (
        (ItemKind.SPAN, telemetry.SPANS, telemetry.span_payloads(found.spans)),
        (ItemKind.METRIC, telemetry.SAMPLES, telemetry.sample_payloads(found.points)),
    )
    for kind, content_type, payloads in parts:
        for count, payload in payloads:
            headers = {"type": kind, "item_count": count, "content_type": content_type}
            # The same request that is sent again is the same item.
            same = derived_uuid(service.bytes, kind.encode(), payload)
            drafts.append(_Draft(kind=kind, id=same, payload=payload, headers=headers))
    return found, drafts


def _events(found: Read, failed: Iterable[failures.Failure]) -> list[_Draft]:
    events: dict[UUID, _Draft] = {}
    for failure in failed:
        payload = orjson.dumps(failure.document, default=str)
        if failure.event_id in events:
            continue
        if len(events) >= MAX_EVENTS:
            found.rejected.add(f"A request may hold {MAX_EVENTS} failures.")
        elif len(payload) > MAX_EVENT_BYTES:
            found.rejected.add(f"A failure may have {MAX_EVENT_BYTES} bytes.")
        else:
            events[failure.event_id] = _Draft(
                kind=ItemKind.EVENT, id=failure.event_id, payload=payload, headers={}
            )
    return list(events.values())
