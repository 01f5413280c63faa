"""Ingest settings: what an organization decided about grouping and scrubbing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Boolean, SmallInteger, Table, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TEXT, insert

from domain.ids import OrganizationId, ServiceId, UserId
from domain.scrubbing.settings import BuiltIn, ScrubbingSettings, parse_patterns
from persistence.database import RawConnection, Reading, Writing
from persistence.tables import (
    Column,
    created_columns,
    metadata,
    names_user,
    of_tenant,
    organization_column,
    uuid_column,
)


def _flag(name: str) -> Column[object]:
    return Column(name, Boolean, nullable=False, server_default=text("false"))


def _texts(name: str) -> Column[object]:
    return Column(name, ARRAY(TEXT), nullable=False, server_default=text("'{}'"))


ingest_settings = Table(
    "ingest_settings",
    metadata,
    organization_column(),
    Column("grouping_version", SmallInteger, nullable=False, server_default=text("1")),
    _texts("secret_names"),
    _texts("safe_names"),
    _flag("hides_emails"),
    _flag("hides_addresses"),
    _flag("infers_addresses"),
    _texts("switched_off"),
    Column("patterns", JSONB, nullable=False, server_default=text("'[]'")),
    uuid_column("updated_by", nullable=True),
    *created_columns(),
    of_tenant(),
    names_user("updated_by"),
)

_FOR_DIGEST = """
SELECT o.id AS organization_id,
    (SELECT to_jsonb(s) FROM ingest_settings s WHERE s.organization_id = o.id)::text AS settings,
    (SELECT jsonb_agg(jsonb_build_object(
        'id', r.id, 'name', r.name, 'service_id', r.service_id, 'matchers', r.matchers,
        'fingerprint', r.fingerprint, 'title', r.title, 'begins_new_errors', r.begins_new_errors,
        'in_app', r.in_app) ORDER BY r.position, r.id)
        FROM grouping_rules r WHERE r.organization_id = o.id AND r.is_active)::text AS rules,
    (SELECT jsonb_agg(jsonb_build_object(
        'version', h.version, 'rules', h.rules, 'ended_at', h.ended_at))
        FROM grouping_history h WHERE h.organization_id = o.id AND h.ended_at > $2)::text AS former,
    (SELECT jsonb_agg(jsonb_build_array(v.id, v.name))
        FROM services v WHERE v.organization_id = o.id
        AND (EXISTS (SELECT FROM grouping_rules r WHERE r.organization_id = o.id)
            OR EXISTS (SELECT FROM grouping_history h WHERE h.organization_id = o.id)
            OR EXISTS (SELECT FROM suppression_rules s WHERE s.organization_id = o.id))
    )::text AS services
FROM unnest($1::uuid[]) AS o (id)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """What an organization decided, as it is stored: rules are not read yet."""

    settings: dict[str, Any]
    rules: list[dict[str, Any]]
    former: list[dict[str, Any]]
    services: list[tuple[ServiceId, str]]


async def for_digest(
    db: RawConnection, ids: Iterable[OrganizationId], *, since: datetime
) -> dict[OrganizationId, Decisions]:
    """Return what these organizations decided, with the former ways that ended after `since`."""
    rows = await db.fetch(_FOR_DIGEST, sorted(ids), since)
    return {OrganizationId(row["organization_id"]): _decisions(row) for row in rows}


def _decisions(row: Any) -> Decisions:
    services = orjson.loads(row["services"] or "[]")
    return Decisions(
        settings=orjson.loads(row["settings"] or "{}"),
        rules=orjson.loads(row["rules"] or "[]"),
        former=orjson.loads(row["former"] or "[]"),
        services=[(ServiceId(UUID(id_)), name) for id_, name in services],
    )


def scrubbing_of(settings: Any) -> ScrubbingSettings:
    """Return the scrubbing settings of a row or of the JSON of one; if empty, the defaults."""
    known = frozenset(BuiltIn)
    return ScrubbingSettings(
        secret_names=frozenset(settings.get("secret_names") or ()),
        safe_names=frozenset(settings.get("safe_names") or ()),
        hides_emails=bool(settings.get("hides_emails")),
        hides_addresses=bool(settings.get("hides_addresses")),
        infers_addresses=bool(settings.get("infers_addresses")),
        switched_off=frozenset(
            BuiltIn(each) for each in settings.get("switched_off") or () if each in known
        ),
        patterns=parse_patterns(settings.get("patterns") or ()),
    )


async def scrubbing(db: Reading, organization: OrganizationId) -> ScrubbingSettings:
    """Return the scrubbing settings of an organization."""
    row = await _row(db, organization)
    return scrubbing_of(row or {})


async def grouping_version(db: Reading, organization: OrganizationId) -> int:
    """Return the version of the algorithm by which an organization's events group."""
    row = await _row(db, organization)
    return int(row["grouping_version"]) if row else 1


async def _row(db: Reading, organization: OrganizationId) -> dict[str, Any] | None:
    wanted = ingest_settings.c.organization_id == organization
    row = (await db.execute(select(ingest_settings).where(wanted))).mappings().first()
    return None if row is None else dict(row)


async def hold(db: Writing, organization: OrganizationId) -> None:
    """Let nobody else change an organization's decisions before this transaction ends."""
    await db.execute(
        insert(ingest_settings).values(organization_id=organization).on_conflict_do_nothing()
    )
    wanted = ingest_settings.c.organization_id == organization
    await db.execute(select(ingest_settings.c.organization_id).where(wanted).with_for_update())


async def set_grouping_version(
    db: Writing, organization: OrganizationId, version: int, *, at: datetime
) -> None:
    """Move an organization to a version of the algorithm."""
    await db.execute(
        update(ingest_settings)
        .where(ingest_settings.c.organization_id == organization)
        .values(grouping_version=version, updated_at=at)
    )


async def set_scrubbing(
    db: Writing,
    organization: OrganizationId,
    settings: ScrubbingSettings,
    *,
    by: UserId,
    at: datetime,
) -> None:
    """Write the scrubbing settings of an organization."""
    await db.execute(
        update(ingest_settings)
        .where(ingest_settings.c.organization_id == organization)
        .values(
            secret_names=sorted(settings.secret_names),
            safe_names=sorted(settings.safe_names),
            hides_emails=settings.hides_emails,
            hides_addresses=settings.hides_addresses,
            infers_addresses=settings.infers_addresses,
            switched_off=sorted(settings.switched_off),
            patterns=[pattern.as_json() for pattern in settings.patterns],
            updated_by=by,
            updated_at=at,
        )
    )
