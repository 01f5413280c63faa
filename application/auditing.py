"""Auditing: what every use case that changes something writes down in its transaction (TEN-07)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from application.clock import Clock
from domain.audit import ActorKind, AuditEntry
from domain.ids import AuditEntryId, OrganizationId
from domain.scrubbing import Scrubber
from domain.viewers import Viewer
from persistence import audit
from persistence.database import RawConnection, Writing

_SCRUBBER = Scrubber()


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What was done to what; `before` and `after` hold only the fields that changed."""

    organization_id: OrganizationId
    action: str
    object_kind: str
    object_id: UUID
    before: Mapping[str, object] | None = None
    after: Mapping[str, object] | None = None


async def record(db: Writing, clock: Clock, by: Viewer | None, *changes: Changed) -> None:
    """Write changes to the audit log; without a viewer it was Tocsin itself."""
    ids = clock.new_ids(len(changes))
    entries = [_entry(id_, clock.now(), by, c) for id_, c in zip(ids, changes, strict=True)]
    await audit.add(db, entries)


async def record_alike(
    db: RawConnection, clock: Clock, by: Viewer | None, changes: Sequence[Changed]
) -> None:
    """Write down what one action did to many things of a kind; none of it may hold a secret."""
    if not changes:
        return
    ids = clock.new_ids(len(changes))
    one = _entry(ids[0], clock.now(), by, changes[0], clean=False)
    entries = [
        audit.Alike(each.organization_id, id_, each.object_id, each.before, each.after)
        for id_, each in zip(ids, changes, strict=True)
    ]
    await audit.add_alike(db, one, entries)


def difference(
    before: Mapping[str, object], after: Mapping[str, object]
) -> tuple[dict[str, object], dict[str, object]]:
    """Return the fields in which two states differ, as they were and as they are."""
    changed = [name for name in after if before.get(name) != after[name]]
    return {name: before.get(name) for name in changed}, {name: after[name] for name in changed}


def _entry(
    id_: UUID, at: datetime, by: Viewer | None, change: Changed, *, clean: bool = True
) -> AuditEntry:
    kind = ActorKind.SYSTEM if by is None else ActorKind.PROGRAM if by.token else ActorKind.USER
    return AuditEntry(
        id=AuditEntryId(id_),
        organization_id=change.organization_id,
        actor_kind=kind,
        actor_id=None if by is None else by.user,
        token_id=None if by is None else by.token,
        action=change.action,
        object_kind=change.object_kind,
        object_id=change.object_id,
        before=_clean(change.before) if clean else change.before,
        after=_clean(change.after) if clean else change.after,
        request_id=None if by is None else by.request_id,
        address=None if by is None else by.address,
        at=at,
    )


def _clean(values: Mapping[str, object] | None) -> dict[str, object] | None:
    return None if values is None else _SCRUBBER.scrub(dict(values))
