"""Normalising: from a document to an event, whatever the document looks like.

The document is taken over: its containers become the body of the event. Everything is brought
into shape first, then scrubbed, and only then read, so that no column holds what the body may not.
"""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from domain.events import columns, limits
from domain.events.document import Document
from domain.events.enriching import enrich, infer_address
from domain.events.error_types import error_type_of
from domain.events.event import Event
from domain.events.fitting import fit
from domain.events.repairs import Repairs
from domain.events.sections import shape_level, shape_sections
from domain.events.shapes import clipped, shape_column
from domain.events.stacks import (
    crash_frame,
    frame_of,
    shape_exceptions,
    shape_threads,
    told_frames,
)
from domain.events.text_stacks import read_text_stacks
from domain.events.times import occurred_at
from domain.levels import LogLevel
from domain.scrubbing import Scrubber

# A document this small cannot grow past the limit of a body by being repaired and marked.
_SURELY_FITS = limits.BODY_BYTES // 8
_COLUMNS = (
    ("release", limits.NAME),
    ("dist", limits.NAME),
    ("environment", limits.NAME),
    ("server_name", limits.NAME),
    ("logger", limits.NAME),
    ("transaction", limits.TRANSACTION),
    ("platform", limits.PLATFORM),
    ("type", limits.NAME),
)
_OUR_OWN = ("event_id", "received", "project", "key_id")


def normalise(
    document: Document,
    *,
    event_id: UUID,
    received_at: datetime,
    sent_at: datetime | None,
    scrubber: Scrubber,
    client: str | None = None,
    address: str | None = None,
) -> Event:
    """Return the event of a document: repaired, scrubbed and within the limits; never refused.

    `address` is where it came from, if it is to be kept for senders who leave that to us.
    """
    body, repairs = document.data, Repairs(document.repairs)
    if type(body.get("_meta")) not in (dict, type(None)):
        del body["_meta"]
    for key in _OUR_OWN:
        body.pop(key, None)
    for key, limit in _COLUMNS:
        if key in body:
            shape_column(body, key, limit, repairs)
    level = shape_level(body, repairs)
    read_text_stacks(body, repairs)
    shape_exceptions(body, repairs)
    shape_threads(body, repairs)
    shape_sections(body, repairs)
    moment = occurred_at(
        body.get("timestamp"), received_at=received_at, sent_at=sent_at, repairs=repairs
    )
    _tell(body, repairs)
    infer_address(body, address)
    # Before the scrubbing, which may take a version for an address, and sees what was added.
    enrich(body, columns.headers_of(body["request"]) if "request" in body else {})
    scrubber.scrub(body)
    headers = columns.headers_of(body["request"]) if "request" in body else {}
    body["event_id"] = event_id.hex
    body["timestamp"] = moment.astimezone(UTC).isoformat()
    event = _event(body, headers, event_id, moment, received_at, level, client)
    if document.size > _SURELY_FITS:
        fit(body)
    return event


def reread(
    body: dict[str, Any],
    *,
    event_id: UUID,
    occurred_at: datetime,
    received_at: datetime,
    level: LogLevel,
) -> Event:
    """Return the event of a body that was normalised before, such as one that was stored."""
    headers = columns.headers_of(body.get("request") or {})
    return _event(body, headers, event_id, occurred_at, received_at, level, None)


def with_frames_reread(event: Event) -> Event:
    """Return an event with all that its frames say read again, after they were changed."""
    frames = told_frames(event.body)
    crash = crash_frame(frames) or {}
    return replace(
        event,
        culprit=columns.culprit_of(event.transaction, crash),
        file_path=columns.known(crash.get("filename") or crash.get("abs_path"), limits.FILE_PATH),
        line_number=crash.get("lineno"),
        column_number=crash.get("colno"),
        frames=tuple(map(frame_of, frames)),
    )


def _tell(body: dict[str, Any], repairs: Repairs) -> None:
    theirs = body.get("errors")
    told = [error for error in theirs if type(error) is dict] if type(theirs) is list else []
    told = told[: limits.REPAIRS] + [repair.as_error() for repair in repairs.noted]
    if told:
        body["errors"] = told
    else:
        body.pop("errors", None)


def _event(
    body: dict[str, Any],
    headers: dict[str, str],
    event_id: UUID,
    moment: datetime,
    received_at: datetime,
    level: LogLevel,
    client: str | None,
) -> Event:
    get = body.get
    contexts, tags, request = get("contexts") or {}, get("tags") or {}, get("request") or {}
    user = get("user") or {}
    exceptions = body["exception"]["values"] if "exception" in body else []
    last = exceptions[-1] if exceptions else {}
    type_name, value = last.get("type") or "", last.get("value") or ""
    message = (get("logentry") or {}).get("formatted") or value
    frames = told_frames(body)
    crash = crash_frame(frames) or {}
    known = columns.known
    transaction = known(get("transaction"), limits.TRANSACTION)
    logger = known(get("logger"), limits.NAME)
    url = known(request.get("url"), limits.URL)
    endpoint = columns.endpoint_of(transaction, url)
    handled = columns.handled_of(exceptions)
    mechanism = (last.get("mechanism") or {}).get("type")
    trace_id, span_id = columns.trace_ids_of(contexts)
    platform = known(get("platform"), limits.PLATFORM) or "other"
    return Event(
        event_id=event_id,
        occurred_at=moment,
        received_at=received_at,
        level=level,
        platform=platform,
        type=clipped(type_name, limits.TYPE),
        value=value,
        title=columns.title_of(type_name, value, message),
        message=clipped(message, limits.MESSAGE),
        culprit=columns.culprit_of(transaction, crash),
        error_type=error_type_of(
            platform=platform,
            type_name=type_name,
            module=last.get("module") or "",
            mechanism=mechanism or "",
            handled=handled,
            value=value,
            place=transaction or endpoint or "",
        ),
        transaction=transaction,
        environment=known(get("environment"), limits.NAME),
        release=known(get("release"), limits.NAME),
        server_name=known(get("server_name"), limits.NAME),
        logger=logger,
        component=columns.component_of(tags, contexts, logger),
        file_path=known(crash.get("filename") or crash.get("abs_path"), limits.FILE_PATH),
        line_number=crash.get("lineno"),
        column_number=crash.get("colno"),
        url=url,
        endpoint_path=endpoint,
        handled=handled,
        mechanism=clipped(mechanism, limits.NAME) if mechanism else None,
        user_ref=columns.user_ref_of(user),
        session_id=columns.session_id_of(tags, contexts),
        ip_address=columns.address_of(user, request),
        trace_id=trace_id,
        span_id=span_id,
        request_id=columns.request_id_of(headers, tags),
        user_agent=known(headers.get("user-agent"), limits.USER_AGENT),
        sdk=columns.sdk_of(body, client),
        tags=tuple(tags.items()),
        fingerprint=tuple(get("fingerprint") or ()),
        frames=tuple(map(frame_of, frames)),
        body=body,
    )
