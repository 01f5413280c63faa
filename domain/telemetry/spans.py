"""Spans: one by itself (version 1), or a container of many (version 2, and OpenTelemetry's)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.failures import Invalid
from domain.telemetry.devices import connection_type_of, device_type_of
from domain.telemetry.ratings import Vital, kept
from domain.telemetry.reading import (
    ENDPOINT,
    LABEL,
    NAME,
    PAGE,
    USER_AGENT,
    WORD,
    document_of,
    duration_ms_of,
    list_of,
    mapping_of,
    metadata_of,
    moment_of,
    number_of,
    path_of,
    plain_url,
    text_of,
    trace_id_of,
    whole_of,
)
from domain.telemetry.samples import Origin, Sample, Telemetry, Vitals
from domain.telemetry.timings import Answer, is_answer, is_query, query_time, response_time
from domain.telemetry.transactions import vitals_in

CONTAINER = "application/vnd.sentry.items.span.v2+json"
MAX_VIEWPORT = 100_000
MAX_LEVELS = 50
_VITAL_ATTRIBUTES = {vital: f"browser.web_vital.{vital.value}.value" for vital in Vital}


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A span of either version, as far as it matters here."""

    trace_id: str | None
    span_id: str
    parent_id: str | None
    segment_id: str | None
    name: str | None
    op: str | None
    status: str | None
    is_segment: bool
    at: datetime
    duration_ms: float | None
    vitals: Mapping[Vital, float]
    attributes: Mapping[str, Any]

    @property
    def key(self) -> str:
        """What tells it from every other span."""
        return f"{self.trace_id}:{self.span_id}"

    @property
    def page_view(self) -> str | None:
        """The span of the page load that it belongs to."""
        return text_of(self.attributes.get("sentry.pageload.span_id"), LABEL) or (
            self.span_id if self.is_segment else self.segment_id
        )


def read_spans(
    payload: bytes, *, content_type: str, received_at: datetime, sent_at: datetime | None
) -> Telemetry:
    """Return what a span item of either version says, or raise Invalid when it has no span."""
    body = document_of(payload)
    if content_type == CONTAINER or "items" in body:
        items = list_of(body.get("items"))
        found = [_of_container(mapping_of(one), received_at, sent_at) for one in items]
    else:
        found = [_standalone(body, received_at, sent_at)]
    spans = [span for span in found if span is not None]
    if not spans:
        raise Invalid("A span needs an id and times.", field="span_id")
    segments = {span.span_id: span for span in spans if span.is_segment}
    answers = [
        span for span in segments.values() if is_answer(span.op) and span.duration_ms is not None
    ]
    return Telemetry(
        samples=(*map(_answered, answers), *_queries(spans, segments)),
        vitals=tuple(_vitals(spans)),
        transactions=len(answers),
        spans=len(spans),
        unreadable=len(found) - len(spans),
    )


def _of_container(
    one: Mapping[str, Any], received_at: datetime, sent_at: datetime | None
) -> Span | None:
    span_id = text_of(one.get("span_id"), WORD)
    if span_id is None:
        return None
    attributes = {
        name: mapping_of(held).get("value") if isinstance(held, dict) else held
        for name, held in mapping_of(one.get("attributes")).items()
    }
    vitals = {
        vital: value
        for vital, name in _VITAL_ATTRIBUTES.items()
        if (value := kept(vital, number_of(attributes.get(name)))) is not None
    }
    parent = text_of(one.get("parent_span_id"), WORD)
    op = text_of(attributes.get("sentry.op"), NAME)
    if op is None and (attributes.get("db.system") or attributes.get("db.system.name")):
        op = "db"
    return Span(
        trace_id=trace_id_of(one.get("trace_id")),
        span_id=span_id,
        parent_id=parent,
        segment_id=text_of(attributes.get("sentry.segment.id"), WORD),
        name=text_of(one.get("name"), ENDPOINT),
        op=op,
        status=text_of(one.get("status"), WORD),
        is_segment=one.get("is_segment") is True,
        at=moment_of(one.get("end_timestamp"), received_at, sent_at),
        duration_ms=duration_ms_of(one.get("start_timestamp"), one.get("end_timestamp")),
        vitals=vitals,
        attributes=attributes,
    )


def _standalone(
    body: Mapping[str, Any], received_at: datetime, sent_at: datetime | None
) -> Span | None:
    span_id = text_of(body.get("span_id"), WORD)
    if span_id is None:
        return None
    data = mapping_of(body.get("data"))
    named = {
        "sentry.release": data.get("release"),
        "sentry.environment": data.get("environment"),
        "sentry.transaction": data.get("transaction"),
        "user.id": data.get("user"),
    }
    vitals = vitals_in(mapping_of(body.get("measurements")))
    return Span(
        trace_id=trace_id_of(body.get("trace_id")),
        span_id=span_id,
        parent_id=text_of(body.get("parent_span_id"), WORD),
        segment_id=text_of(body.get("segment_id"), WORD),
        name=text_of(body.get("description"), ENDPOINT),
        op=text_of(body.get("op"), NAME),
        status=text_of(body.get("status"), WORD),
        # What carries a vital calls itself a segment, but answers nothing.
        is_segment=body.get("is_segment") is True and not vitals,
        at=moment_of(body.get("timestamp"), received_at, sent_at),
        duration_ms=duration_ms_of(body.get("start_timestamp"), body.get("timestamp")),
        vitals=vitals,
        attributes={**data, **{name: said for name, said in named.items() if said is not None}},
    )


def _answered(span: Span) -> Sample:
    attributes = span.attributes
    return response_time(
        Answer(
            key=span.key,
            origin=_origin(span),
            at=span.at,
            duration_ms=span.duration_ms or 0.0,
            op=span.op,
            status=span.status,
            metadata=metadata_of(
                {
                    "method": attributes.get("http.request.method")
                    or attributes.get("http.method"),
                    "status_code": attributes.get("http.response.status_code")
                    or attributes.get("http.status_code"),
                    "source": attributes.get("sentry.segment.name.source"),
                    "span_id": span.span_id,
                }
            ),
        )
    )


def _queries(spans: Sequence[Span], segments: Mapping[str, Span]) -> Iterator[Sample]:
    """Yield the queries of each segment, summed up; of those whose segment is elsewhere, too."""
    known = {span.span_id: span for span in spans}
    groups: dict[tuple[str | None, str | None], list[Span]] = defaultdict(list)
    for span in spans:
        if is_query(span.op) and not span.is_segment and span.duration_ms is not None:
            groups[span.trace_id, _segment_id_of(span, known)].append(span)
    for (_, segment_id), group in groups.items():
        segment = segments.get(segment_id or "") or group[0]
        summed = query_time(
            [span.duration_ms or 0.0 for span in group],
            key=group[0].key,
            origin=_origin(segment),
            at=segment.at,
            op=segment.op,
        )
        if summed is not None:
            yield summed


def _segment_id_of(span: Span, known: Mapping[str, Span]) -> str | None:
    """Return the segment that a span says it is in, else the nearest one above it."""
    if span.segment_id is not None:
        return span.segment_id
    above = span.parent_id
    for _ in range(MAX_LEVELS):
        parent = known.get(above or "")
        if parent is None or parent.is_segment:
            break
        above = parent.parent_id
    return above


def _vitals(spans: Sequence[Span]) -> Iterator[Vitals]:
    """Yield the vitals of each view of a page, which are spread over several spans."""
    groups: dict[str | None, list[Span]] = defaultdict(list)
    for span in spans:
        if span.vitals:
            groups[span.page_view].append(span)
    for group in groups.values():
        load = next((span for span in group if span.is_segment), group[0])
        # The earliest report of a view comes first; a later one of the same vital is truer.
        values = {vital: value for span in group for vital, value in span.vitals.items()}
        yield Vitals(
            key=load.key,
            origin=_origin(load),
            page=_page_of(load),
            measured_at=load.at,
            values=values,
            viewport=_viewport_of(load),
        )


def _page_of(span: Span) -> str | None:
    """Return the page as a route if it is named by one, else as a path; None if it is not said."""
    attributes = span.attributes
    for name in ("sentry.segment.name", "sentry.transaction", "http.route"):
        said = text_of(attributes.get(name), PAGE)
        if said is not None and said.startswith("/"):
            return said
    path = text_of(attributes.get("url.path"), PAGE)
    return path or text_of(path_of(plain_url(attributes.get("url.full"))), PAGE)


def _viewport_of(span: Span) -> tuple[int, int] | None:
    width = whole_of(span.attributes.get("browser.viewport.width"), most=MAX_VIEWPORT)
    height = whole_of(span.attributes.get("browser.viewport.height"), most=MAX_VIEWPORT)
    return None if width is None or height is None else (width, height)


def _origin(span: Span) -> Origin:
    attributes = span.attributes

    def first(*names: str, limit: int = LABEL) -> str | None:
        found = (text_of(attributes.get(name), limit) for name in names)
        return next((text for text in found if text is not None), None)

    user_agent = first("user_agent.original", limit=USER_AGENT)
    url = plain_url(attributes.get("url.full") or attributes.get("http.url"))
    connection = first("network.connection.effective_type", "effectiveConnectionType", limit=WORD)
    route = first("http.route", "sentry.segment.name", "sentry.transaction", limit=ENDPOINT)
    is_of_page = bool(span.vitals) or (span.op in ("pageload", "navigation"))
    return Origin(
        release=first("sentry.release", "service.version"),
        environment=first(
            "sentry.environment", "deployment.environment.name", "deployment.environment"
        ),
        trace_id=span.trace_id,
        session_id=first("session.id") or (span.page_view if is_of_page else None),
        user_ref=first("user.id", "enduser.id", "user.name", "user.email"),
        page_url=url,
        endpoint_path=route or span.name,
        user_agent=user_agent,
        device_type=device_type_of(user_agent),
        connection_type=connection_type_of(connection),
    )
