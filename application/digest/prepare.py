"""What the digest does to one event by itself: unpack, repair, scrub, normalise and group it. Pure.

It costs more than everything else together, so it may run in processes of its own: what comes in
and what comes out are small, and the document stays where it was read.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

import orjson

from application.policies import Policy
from domain.events import Event, normalise, parse
from domain.failures import Invalid
from domain.grouping import Grouping, group
from domain.grouping.hashes import Hash
from domain.ids import OccurrenceId, ServiceId, derived_uuid7
from domain.inbox import InboxItem, ItemKind
from domain.levels import LogLevel
from domain.matching import Facts
from domain.visitors import visitors_of
from persistence import bodies


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What preparing needs of an item; `policy` is a number in the batch's list of policies."""

    event_id: UUID
    service_id: ServiceId
    received_at: datetime
    sent_at: datetime | None
    client: str | None
    remote_address: str | None
    body_format: int
    body: bytes
    is_over_limit: bool
    may_resolve: bool
    policy: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """An event as it will be written; its document is packed, and `event` is without it.

    `fitting` are the places, in the policy's list, of suppression rules whose matchers hold.
    """

    event: Event
    hashes: tuple[Hash, ...]
    explanation: dict[str, Any]
    occurrence_id: OccurrenceId
    body: tuple[int, bytes]
    visitors: tuple[int, ...]
    fitting: tuple[int, ...] = ()
    keeps_body: bool = True

    @property
    def occurred_at(self) -> datetime:
        """When the event happened."""
        return self.event.occurred_at

    @property
    def release(self) -> str | None:
        """The release that it happened in."""
        return self.event.release


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """An event over the limit that is like one that was prepared: it only counts."""

    hashes: tuple[Hash, ...]
    occurrence_id: OccurrenceId
    occurred_at: datetime
    release: str | None
    level: LogLevel
    environment: str | None
    visitors: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """An event that nothing can be made of, and why."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unresolved:
    """An event whose frames somebody may still give their names back; whole, for that."""

    event: Event


Result: TypeAlias = Prepared | Counted | Refused | Unresolved


def task_of(item: InboxItem, policy: int, *, may_resolve: bool) -> Task:
    """Return the task of preparing an item."""
    return Task(
        # Of asyncpg's own kind otherwise, which does not travel between processes.
        event_id=UUID(bytes=item.event_id.bytes),
        service_id=ServiceId(UUID(bytes=item.service_id.bytes)),
        received_at=item.received_at,
        sent_at=item.sent_at,
        client=item.client,
        remote_address=item.remote_address,
        body_format=item.body_format,
        body=item.body,
        is_over_limit=item.kind is ItemKind.EVENT_OVER_LIMIT,
        may_resolve=may_resolve,
        policy=policy,
    )


def payload_of(task: Task | InboxItem) -> bytes:
    """Return a body as it was handed over, or raise Invalid."""
    try:
        return bodies.unpack(task.body_format, task.body)
    except Exception as error:
        raise Invalid(f"The stored body cannot be unpacked: {error}") from error


def read_event(task: Task, payload: bytes, policy: Policy) -> Event:
    """Return the event of a task, or raise Invalid when nothing can be made of it."""
    return normalise(
        parse(payload),
        event_id=task.event_id,
        received_at=task.received_at,
        sent_at=task.sent_at,
        scrubber=policy.scrubber,
        client=task.client,
        address=task.remote_address if policy.infers_addresses else None,
    )


def prepared(
    task: Task,
    event: Event,
    policy: Policy,
    explain: Callable[[Grouping], dict[str, Any]] = lambda grouping: grouping.explanation,
) -> Prepared:
    """Return an event as it will be written."""
    grouping = group(event, config=policy.grouping_of(task.service_id))
    if grouping.title:
        event = replace(event, title=grouping.title)
    fitting: tuple[int, ...] = ()
    if policy.suppression:
        facts = Facts(event, policy.name_of(task.service_id))
        rules = enumerate(policy.suppression)
        fitting = tuple(place for place, rule in rules if rule.matchers.hold(facts))
    return Prepared(
        fitting=fitting,
        event=event.without_document(),
        hashes=grouping.hashes,
        explanation=explain(grouping),
        occurrence_id=occurrence_id_of(task),
        body=bodies.pack(orjson.dumps(event.body)),
        visitors=visitors_of(event.user_ref, event.session_id),
    )


def occurrence_id_of(sent: Task | InboxItem) -> OccurrenceId:
    """Return the id of an event's occurrence: the same, however often its digest is begun."""
    milliseconds = int(sent.received_at.timestamp() * 1000)
    return OccurrenceId(derived_uuid7(milliseconds, sent.service_id.bytes, sent.event_id.bytes))
