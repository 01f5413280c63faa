"""Grouping rules: the rows of an organization's rules, and the ways of grouping that it left."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Index,
    Integer,
    RowMapping,
    SmallInteger,
    Table,
    delete,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TEXT

from domain.grouping.rules import Rule, RuleKind
from domain.grouping_rules import FormerGrouping, GroupingRule
from domain.ids import OrganizationId, UserId
from domain.matching import parse_matchers
from persistence.database import Reading, Writing
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
    part_of,
    text_column,
    time_column,
    uuid_column,
)

grouping_rules = Table(
    "grouping_rules",
    metadata,
    organization_column(),
    uuid_column("id", primary_key=True),
    uuid_column("service_id", nullable=True),
    text_column("name"),
    text_column("kind"),
    Column("matchers", JSONB, nullable=False),
    Column("fingerprint", ARRAY(TEXT), nullable=False, server_default=text("'{}'")),
    text_column("title", nullable=True),
    Column("begins_new_errors", Boolean, nullable=False, server_default=text("false")),
    Column("in_app", Boolean),
    Column("position", Integer, nullable=False),
    Column("is_active", Boolean, nullable=False, server_default=text("true")),
    uuid_column("created_by", nullable=True),
    *created_columns(),
    of_tenant(),
    part_of("service_id", "services"),
    names_user("created_by"),
    one_of("kind", RuleKind),
    at_most("name", 200),
    at_most("title", 500),
    Index(None, "organization_id", "position"),
)

grouping_history = Table(
    "grouping_history",
    metadata,
    organization_column(),
    uuid_column("id", primary_key=True),
    Column("version", SmallInteger, nullable=False),
    Column("rules", JSONB, nullable=False),
    time_column("ended_at"),
    of_tenant(),
    Index(None, "organization_id", "ended_at"),
)


def _rule(row: RowMapping) -> GroupingRule:
    return GroupingRule(
        organization_id=OrganizationId(row["organization_id"]),
        rule=Rule(
            id=row["id"],
            name=row["name"],
            service_id=row["service_id"],
            matchers=parse_matchers(row["matchers"]),
            fingerprint=tuple(row["fingerprint"]),
            title=row["title"],
            begins_new_errors=row["begins_new_errors"],
            in_app=row["in_app"],
        ),
        position=row["position"],
        is_active=row["is_active"],
        created_by=None if row["created_by"] is None else UserId(row["created_by"]),
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


async def listed(
    db: Reading, organization: OrganizationId, *, limit: int | None = None
) -> list[GroupingRule]:
    """Return the rules of an organization, in their order."""
    rows = await db.execute(
        select(grouping_rules)
        .where(grouping_rules.c.organization_id == organization)
        .order_by(grouping_rules.c.position, grouping_rules.c.id)
        .limit(limit)
    )
    return [_rule(row) for row in rows.mappings()]


async def by_id(db: Reading, id_: UUID, reach: Reach) -> GroupingRule | None:
    """Return the rule of an id, if the caller may see it."""
    rows = await db.execute(
        select(grouping_rules).where(reach.condition(grouping_rules), grouping_rules.c.id == id_),
        reach.values(),
    )
    row = rows.mappings().first()
    return None if row is None else _rule(row)


def _values(one: GroupingRule) -> dict[str, object]:
    rule = one.rule
    return {
        "service_id": rule.service_id,
        "name": rule.name,
        "kind": rule.kind.value,
        "matchers": rule.matchers.as_json(),
        "fingerprint": list(rule.fingerprint),
        "title": rule.title,
        "begins_new_errors": rule.begins_new_errors,
        "in_app": rule.in_app,
        "position": one.position,
        "is_active": one.is_active,
        "updated_at": one.updated_at,
    }


async def add(db: Writing, one: GroupingRule) -> None:
    """Add a rule."""
    await db.execute(
        insert(grouping_rules).values(
            organization_id=one.organization_id,
            id=one.rule.id,
            created_by=one.created_by,
            created_at=one.created_at,
            **_values(one),
        )
    )


async def replace(db: Writing, one: GroupingRule) -> bool:
    """Write a rule as it is now; False when it is gone."""
    done = await db.execute(
        update(grouping_rules)
        .where(
            grouping_rules.c.organization_id == one.organization_id,
            grouping_rules.c.id == one.rule.id,
        )
        .values(**_values(one))
    )
    return bool(done.rowcount)


async def remove(db: Writing, organization: OrganizationId, id_: UUID) -> bool:
    """Remove a rule; False when it is gone already."""
    done = await db.execute(
        delete(grouping_rules).where(
            grouping_rules.c.organization_id == organization, grouping_rules.c.id == id_
        )
    )
    return bool(done.rowcount)


async def leave(
    db: Writing,
    organization: OrganizationId,
    id_: UUID,
    was: FormerGrouping,
    *,
    keep_since: datetime,
) -> None:
    """Note a way of grouping that an organization leaves, and forget those that ended long ago."""
    history = grouping_history
    await db.execute(
        insert(history).values(
            organization_id=organization,
            id=id_,
            version=was.version,
            rules=[rule.as_json() for rule in was.rules],
            ended_at=was.ended_at,
        )
    )
    await db.execute(
        delete(history).where(
            history.c.organization_id == organization, history.c.ended_at < keep_since
        )
    )


async def move(db: Writing, organization: OrganizationId, ids: Sequence[UUID]) -> None:
    """Give the rules the order of these ids."""
    for position, id_ in enumerate(ids):
        await db.execute(
            update(grouping_rules)
            .where(grouping_rules.c.organization_id == organization, grouping_rules.c.id == id_)
            .values(position=position)
        )
