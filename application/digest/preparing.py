"""Preparing many events: what one process remembers while it does, and the two places to do it."""

import logging
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol

import orjson

from application.digest.counting import Likenesses, counted, likeness_of
from application.digest.prepare import (
    Prepared,
    Refused,
    Result,
    Task,
    Unresolved,
    payload_of,
    prepared,
    read_event,
)
from application.policies import Policy
from domain.events import Event
from domain.failures import Invalid
from domain.grouping import Grouping

log = logging.getLogger(__name__)

_MAX_POLICIES = 1_000
_MAX_EXPLAINED = 50_000
_MAPPED_PLATFORMS = frozenset({"javascript", "node"})


class Preparer(Protocol):
    """Somewhere to prepare events."""

    async def prepare(self, tasks: Sequence[Task], policies: Sequence[Policy]) -> list[Result]:
        """Return what becomes of each task, in their order."""
        ...


class Workshop:
    """Prepares events one after the other; one for each process, for what it remembers."""

    def __init__(self) -> None:
        self._policies: OrderedDict[Policy, tuple[int, Policy]] = OrderedDict()
        self._numbered = 0
        self._likenesses = Likenesses()
        self._explained: OrderedDict[bytes, None] = OrderedDict()

    def work(self, tasks: Sequence[Task], policies: Sequence[Policy]) -> list[Result]:
        """Return what becomes of each task; nothing that one event holds stops the others."""
        known = [self._known(policy) for policy in policies]
        return [self._one(task, *known[task.policy]) for task in tasks]

    def finish(self, task: Task, event: Event, policy: Policy) -> Result:
        """Prepare an event whose frames were looked after."""
        try:
            return prepared(task, event, self._known(policy)[1])
        except Exception as error:  # a bug of ours must cost one event its digest, not the batch
            return _refused(task, error)

    def _known(self, policy: Policy) -> tuple[int, Policy]:
        """Return the policy that is equal to this one and remembers what it met."""
        if policy not in self._policies:
            self._numbered += 1
            self._policies[policy] = (self._numbered, policy)
            if len(self._policies) > _MAX_POLICIES:
                self._policies.popitem(last=False)
        return self._policies[policy]

    def _one(self, task: Task, number: int, policy: Policy) -> Result:
        try:
            payload = payload_of(task)
            if task.is_over_limit and not task.may_resolve:
                return self._over_limit(task, payload, number, policy)
            return self._whole(task, payload, policy)
        except Invalid as failure:
            return Refused(reason=failure.message)
        except Exception as error:
            return _refused(task, error)

    def _over_limit(self, task: Task, payload: bytes, number: int, policy: Policy) -> Result:
        document = _document(payload)
        likeness = likeness_of(document, number) if document else None
        if document is None or likeness is None:
            return self._whole(task, payload, policy)
        hashes = self._likenesses.hashes(likeness[0], task)
        if hashes is not None and not policy.has_rules:
            return counted(task, document, hashes, policy.scrubber)
        whole = self._whole(task, payload, policy)
        if hashes is not None and isinstance(whole, Prepared):
            # What a rule asks of an event may be anything, so no other event stands for it.
            return replace(whole, keeps_body=False)
        if isinstance(whole, Prepared):
            self._likenesses.learn(likeness[0], whole.hashes, has_frames=likeness[1])
        return whole

    def _whole(self, task: Task, payload: bytes, policy: Policy) -> Result:
        event = read_event(task, payload, policy)
        if task.may_resolve and event.platform in _MAPPED_PLATFORMS and event.frames:
            return Unresolved(event=event)
        return prepared(task, event, policy, self._explanation)

    def _explanation(self, grouping: Grouping) -> dict[str, Any]:
        """Return the explanation of a grouping the first time that it is met: it is asked once."""
        key = grouping.primary.value
        if key in self._explained:
            self._explained.move_to_end(key)
            return {}
        self._explained[key] = None
        if len(self._explained) > _MAX_EXPLAINED:
            self._explained.popitem(last=False)
        return grouping.explanation


class Here:
    """Prepares events in this process."""

    def __init__(self) -> None:
        self._workshop = Workshop()

    async def prepare(self, tasks: Sequence[Task], policies: Sequence[Policy]) -> list[Result]:
        """Return what becomes of each task, in their order."""
        return self._workshop.work(tasks, policies)


def _document(payload: bytes) -> dict[str, Any] | None:
    """Return a document that needs no mending."""
    try:
        document = orjson.loads(payload)
    except orjson.JSONDecodeError:
        return None
    return document if isinstance(document, dict) else None


def _refused(task: Task, error: Exception) -> Refused:
    log.error("an item cannot be prepared", extra={"event": str(task.event_id)}, exc_info=error)
    return Refused(reason=f"{type(error).__name__}: {error}")
