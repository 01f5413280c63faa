"""Suppression rules: the rows of each organization's rules, and the counts of what they hit."""

import logging
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import (
    BigInteger,
    Boolean,
    Integer,
    Interval,
    RowMapping,
    Table,
    delete,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB

from domain.failures import Invalid
from domain.ids import OrganizationId, SuppressionRuleId, UserId
from domain.levels import Severity
from domain.matching import parse_matchers
from domain.schedules import parse_schedule
from domain.suppression import SuppressionAction, SuppressionRule, SuppressionScope
from persistence.database import RawConnection, Reading, Writing
from persistence.reach import Reach
from persistence.tables import (
    Column,
    at_most,
    created_columns,
    metadata,
    names_user,
    of_tenant,
    one_of,
    organization_column,
    text_column,
    time_column,
    uuid_column,
)

log = logging.getLogger(__name__)

suppression_rules = Table(
    "suppression_rules",
    metadata,
    organization_column(),
    uuid_column("id", primary_key=True),
    text_column("scope"),
    text_column("name"),
    text_column("description", nullable=True),
    Column("matchers", JSONB, nullable=False),
    text_column("expression", nullable=True),
    uuid_column("alert_rule_id", nullable=True),
    text_column("action"),
    text_column("downgrade_to", nullable=True),
    Column("max_per_window", Integer),
    Column("window", Interval),
    time_column("active_from", nullable=True),
    time_column("active_until", nullable=True),
    Column("schedule", JSONB(none_as_null=True)),
    Column("never_in_critical_window", Boolean, nullable=False, server_default=text("true")),
    text_column("never_above", default="emergency"),
    time_column("expires_at", nullable=True),
    Column("is_active", Boolean, nullable=False, server_default=text("true")),
    uuid_column("created_by", nullable=True),
    Column("hit_count", BigInteger, nullable=False, server_default=text("0")),
    time_column("last_hit_at", nullable=True),
    time_column("window_began_at", nullable=True),
    Column("window_count", BigInteger, nullable=False, server_default=text("0")),
    *created_columns(),
    of_tenant(),
    names_user("created_by"),
    one_of("scope", SuppressionScope),
    one_of("action", SuppressionAction),
    one_of("downgrade_to", Severity),
    one_of("never_above", Severity),
    at_most("name", 200),
    at_most("description", 2000),
    at_most("expression", 10_000),
)

# The rows are locked in one order, so that two digests cannot lock each other out.
_LOCKED = """
WITH wanted AS (
    SELECT organization_id, id, n
    FROM unnest($1::uuid[], $2::bigint[]) AS w (id, n) JOIN suppression_rules USING (id)
    ORDER BY organization_id, id FOR NO KEY UPDATE OF suppression_rules
)
"""

_COUNT_HITS = f"""
{_LOCKED}
UPDATE suppression_rules r
SET hit_count = r.hit_count + w.n, last_hit_at = greatest(r.last_hit_at, $3)
FROM wanted w WHERE r.organization_id = w.organization_id AND r.id = w.id
"""  # noqa: S608 constants

_WINDOW = 'extract(epoch FROM r."window")'
# Windows follow one another in time; a new one begins at nothing.
_BEGAN = f"to_timestamp(floor(extract(epoch FROM $3::timestamptz) / {_WINDOW}) * {_WINDOW})"
_TAKE_ROOM = f"""
{_LOCKED}
UPDATE suppression_rules r
SET window_began_at = greatest(r.window_began_at, {_BEGAN}),
    window_count = CASE WHEN r.window_began_at >= {_BEGAN} THEN r.window_count ELSE 0 END + w.n
FROM wanted w
WHERE r.organization_id = w.organization_id AND r.id = w.id AND r."window" IS NOT NULL
RETURNING r.id, greatest(0, least(w.n, r.max_per_window - (r.window_count - w.n))) AS room
"""  # noqa: S608 constants


def _rule(row: Mapping[str, Any] | RowMapping) -> SuppressionRule:
    values = {name: row[name] for name in SuppressionRule.__dataclass_fields__}
    schedule, lowered = row["schedule"], row["downgrade_to"]
    values.update(
        id=SuppressionRuleId(row["id"]),
        organization_id=OrganizationId(row["organization_id"]),
        scope=SuppressionScope(row["scope"]),
        matchers=parse_matchers(row["matchers"]),
        action=SuppressionAction(row["action"]),
        downgrade_to=None if lowered is None else Severity(lowered),
        schedule=None if schedule is None else parse_schedule(schedule),
        never_above=Severity(row["never_above"]),
        created_by=None if row["created_by"] is None else UserId(row["created_by"]),
    )
    return SuppressionRule(**values)


def _values(rule: SuppressionRule) -> dict[str, object]:
    return {
        "scope": rule.scope.value,
        "name": rule.name,
        "description": rule.description,
        "matchers": rule.matchers.as_json(),
        "expression": rule.expression,
        "alert_rule_id": rule.alert_rule_id,
        "action": rule.action.value,
        "downgrade_to": rule.downgrade_to,
        "max_per_window": rule.max_per_window,
        "window": rule.window,
        "active_from": rule.active_from,
        "active_until": rule.active_until,
        "schedule": None if rule.schedule is None else rule.schedule.as_json(),
        "never_in_critical_window": rule.never_in_critical_window,
        "never_above": rule.never_above.value,
        "expires_at": rule.expires_at,
        "is_active": rule.is_active,
        "updated_at": rule.updated_at,
    }


async def add(db: Writing, rule: SuppressionRule) -> None:
    """Add a rule."""
    await db.execute(
        insert(suppression_rules).values(
            organization_id=rule.organization_id,
            id=rule.id,
            created_by=rule.created_by,
            created_at=rule.created_at,
            **_values(rule),
        )
    )


async def replace(db: Writing, before: SuppressionRule, after: SuppressionRule) -> bool:
    """Write a rule anew; False when somebody changed it since it was read."""
    written = await db.execute(
        update(suppression_rules)
        .where(
            suppression_rules.c.organization_id == before.organization_id,
            suppression_rules.c.id == before.id,
            suppression_rules.c.updated_at == before.updated_at,
        )
        .values(**_values(after))
    )
    return written.rowcount == 1


async def remove(db: Writing, rule: SuppressionRule) -> bool:
    """Remove a rule; False when it is gone already."""
    gone = await db.execute(
        delete(suppression_rules).where(
            suppression_rules.c.organization_id == rule.organization_id,
            suppression_rules.c.id == rule.id,
        )
    )
    return gone.rowcount == 1


async def by_ids(
    db: Reading, ids: Sequence[SuppressionRuleId], reach: Reach
) -> dict[SuppressionRuleId, SuppressionRule]:
    """Return the rules of these ids that the caller may see."""
    rows = await db.execute(
        select(suppression_rules).where(
            reach.condition(suppression_rules), suppression_rules.c.id.in_(ids)
        ),
        reach.values(),
    )
    return {(found := _rule(row)).id: found for row in rows.mappings()}


async def listed(db: Reading, reach: Reach, limit: int) -> list[SuppressionRule]:
    """Return the rules of a reach, newest first, at most so many."""
    rows = await db.execute(
        select(suppression_rules)
        .where(reach.condition(suppression_rules))
        .order_by(suppression_rules.c.created_at.desc(), suppression_rules.c.id.desc())
        .limit(limit),
        reach.values(),
    )
    return [_rule(row) for row in rows.mappings()]


async def count(db: Reading, organization: OrganizationId) -> int:
    """Return how many rules an organization has."""
    counted = select(func.count()).where(suppression_rules.c.organization_id == organization)
    return int(await db.scalar(counted) or 0)


async def active_of(
    db: RawConnection, organizations: Collection[OrganizationId], scope: SuppressionScope
) -> dict[OrganizationId, tuple[SuppressionRule, ...]]:
    """Return the rules of these organizations that are switched on; when, the domain decides.

    A rule that an older version wrote and this one cannot read suppresses nothing.
    """
    rows = await db.fetch(
        "SELECT * FROM suppression_rules"
        " WHERE organization_id = ANY ($1::uuid[]) AND is_active AND scope = $2"
        " ORDER BY created_at, id",
        list(organizations),
        scope.value,
    )
    found: dict[OrganizationId, list[SuppressionRule]] = defaultdict(list)
    for row in rows:
        read = {**dict(row), "matchers": orjson.loads(row["matchers"])}
        if row["schedule"] is not None:
            read["schedule"] = orjson.loads(row["schedule"])
        try:
            rule = _rule(read)
        except (Invalid, ValueError) as error:
            log.warning("a rule cannot be read", extra={"rule": str(row["id"]), "why": str(error)})
            continue
        found[rule.organization_id].append(rule)
    return {organization: tuple(found[organization]) for organization in organizations}


async def count_hits(
    db: RawConnection, hits: Mapping[SuppressionRuleId, int], at: datetime
) -> None:
    """Add to the counts of rules, and note when they were hit last."""
    await db.execute(_COUNT_HITS, list(hits), list(hits.values()), at)


async def take_room(
    db: RawConnection, wanted: Mapping[SuppressionRuleId, int], at: datetime
) -> dict[SuppressionRuleId, int]:
    """Return how many each rate limit lets pass of so many, in its window; they are counted."""
    rows = await db.fetch(_TAKE_ROOM, list(wanted), list(wanted.values()), at)
    room = {SuppressionRuleId(row["id"]): row["room"] for row in rows}
    # A rule that was removed or changed meanwhile limits nothing.
    return {id_: room.get(id_, amount) for id_, amount in wanted.items()}
