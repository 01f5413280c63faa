"""Sessions: how runs of a program went, one by one or counted by the sender (release health)."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from domain.failures import Invalid
from domain.ids import uuid_in
from domain.telemetry.kinds import SessionStatus
from domain.telemetry.reading import (
    document_of,
    mapping_of,
    mappings_of,
    moment_of,
    number_of,
    text_of,
    whole_of,
)

# How long a session may change; then only a new one is believed.
REMEMBERED = timedelta(days=2)
MAX_AGGREGATES = 1_000
MAX_QUANTITY = 10_000_000
_COUNTED = (
    SessionStatus.EXITED,
    SessionStatus.ERRORED,
    SessionStatus.UNHANDLED,
    SessionStatus.ABNORMAL,
    SessionStatus.CRASHED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What sessions are counted by, beside their service and how they went."""

    hour: datetime
    release: str
    environment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What one report says of one session."""

    id: UUID
    started_at: datetime
    status: SessionStatus
    is_new: bool
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """So many sessions that went in one way."""

    place: Place
    status: SessionStatus
    quantity: int


def read_session(
    payload: bytes, *, event_id: UUID, received_at: datetime, sent_at: datetime | None
) -> Session:
    """Return what an SDK says of one session, or raise Invalid when it cannot be told apart."""
    body = document_of(payload)
    status = _status_of(body)
    if status is None:
        raise Invalid("The status of the session is none that we know.", field="status")
    is_new = body.get("init") is True
    started_at = moment_of(body.get("started"), received_at, sent_at)
    if not is_new and received_at - started_at > REMEMBERED:
        raise Invalid("The session is too old to change; it has been counted.", field="started")
    return Session(
        id=_id_of(body, event_id),
        started_at=started_at,
        status=status,
        is_new=is_new,
        place=_place(mapping_of(body.get("attrs")), started_at),
    )


def read_sessions(
    payload: bytes, *, received_at: datetime, sent_at: datetime | None
) -> tuple[Counted, ...]:
    """Return the sessions that an SDK counted by itself, or raise Invalid when there are none."""
    body = document_of(payload)
    attributes = mapping_of(body.get("attrs"))
    found = tuple(
        counted
        for aggregate in mappings_of(body.get("aggregates"))[:MAX_AGGREGATES]
        for counted in _aggregated(aggregate, attributes, received_at, sent_at)
    )
    if not found:
        raise Invalid("There are no sessions in it.", field="aggregates")
    return found


def _aggregated(
    aggregate: Mapping[str, Any],
    attributes: Mapping[str, Any],
    received_at: datetime,
    sent_at: datetime | None,
) -> Iterator[Counted]:
    place = _place(attributes, moment_of(aggregate.get("started"), received_at, sent_at))
    for status in _COUNTED:
        quantity = whole_of(aggregate.get(status.value), least=1, most=MAX_QUANTITY)
        if quantity is not None:
            yield Counted(place=place, status=status, quantity=quantity)


def _status_of(body: Mapping[str, Any]) -> SessionStatus | None:
    said = text_of(body.get("status")) or SessionStatus.OK
    try:
        status = SessionStatus(said)
    except ValueError:
        return None
    errors = number_of(body.get("errors")) or 0
    went_well = status in (SessionStatus.OK, SessionStatus.EXITED)
    return SessionStatus.ERRORED if went_well and errors > 0 else status


def _id_of(body: Mapping[str, Any], event_id: UUID) -> UUID:
    said = text_of(body.get("sid"))
    if said is None:
        return event_id
    return uuid_in(said) or UUID(bytes=hashlib.sha256(said.encode()).digest()[:16])


def _place(attributes: Mapping[str, Any], started_at: datetime) -> Place:
    return Place(
        hour=started_at.replace(minute=0, second=0, microsecond=0),
        release=text_of(attributes.get("release")) or "",
        environment=text_of(attributes.get("environment")) or "",
    )
