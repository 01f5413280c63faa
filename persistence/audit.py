"""The audit log: appended by every change, in its transaction; the database refuses all else."""

from collections.abc import Sequence

import orjson
from sqlalchemy import Index, Table, insert, text
from sqlalchemy.dialects.postgresql import INET, JSONB

from domain.audit import ActorKind, AuditEntry
from persistence.database import RawConnection, Writing
from persistence.tables import (
    Column,
    at_most,
    metadata,
    one_of,
    organization_column,
    text_column,
    time_column,
    uuid_column,
)

audit_log = Table(
    "audit_log",
    metadata,
    organization_column(),
    uuid_column("id", primary_key=True),
    text_column("actor_kind"),
    uuid_column("actor_id", nullable=True),
    uuid_column("token_id", nullable=True),
    text_column("action"),
    text_column("object_kind"),
    uuid_column("object_id"),
    Column("before", JSONB),
    Column("after", JSONB),
    text_column("request_id", nullable=True),
    Column("address", INET),
    time_column("at"),
    one_of("actor_kind", ActorKind),
    at_most("action", 100),
    at_most("object_kind", 50),
    at_most("request_id", 64),
    Index(None, "organization_id", text("at DESC"), text("id DESC")),
    Index("audit_log_object_idx", "organization_id", "object_id", text("at DESC")),
)


async def add(db: Writing, entries: Sequence[AuditEntry]) -> None:
    """Append to the log."""
    if not entries:
        return
    await db.execute(
        insert(audit_log),
        [
            {
                "organization_id": entry.organization_id,
                "id": entry.id,
                "actor_kind": entry.actor_kind.value,
                "actor_id": entry.actor_id,
                "token_id": entry.token_id,
                "action": entry.action,
                "object_kind": entry.object_kind,
                "object_id": entry.object_id,
                "before": _plain(entry.before),
                "after": _plain(entry.after),
                "request_id": entry.request_id,
                "address": entry.address,
                "at": entry.at,
            }
            for entry in entries
        ],
    )


_ADD = """
INSERT INTO audit_log (
    organization_id, id, actor_kind, actor_id, token_id, action, object_kind, object_id, before,
    after, request_id, address, at
)
SELECT o, i, $3, $4, $5, $6, $7, x, b::jsonb, a::jsonb, $11, $12::text::inet, $13
FROM unnest($1::uuid[], $2::uuid[], $8::uuid[], $9::text[], $10::text[]) AS e (o, i, x, b, a)
"""


async def add_alike(db: RawConnection, entries: Sequence[AuditEntry]) -> None:
    """Append what one action did to many things of a kind, in one statement."""
    if not entries:
        return
    one = entries[0]
    await db.execute(
        _ADD,
        [entry.organization_id for entry in entries],
        [entry.id for entry in entries],
        one.actor_kind.value,
        one.actor_id,
        one.token_id,
        one.action,
        one.object_kind,
        [entry.object_id for entry in entries],
        [_text(entry.before) for entry in entries],
        [_text(entry.after) for entry in entries],
        one.request_id,
        one.address,
        one.at,
    )


def _text(values: object) -> str | None:
    return None if values is None else orjson.dumps(values, default=str).decode()


def _plain(values: object) -> object:
    """Return values as JSON knows them: ids and moments become text."""
    return None if values is None else orjson.loads(orjson.dumps(values, default=str))
