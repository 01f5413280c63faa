"""Naming: what the names in a search mean, and which names begin as somebody types."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Table, func, select, text, true

from domain.search.words import after
from persistence.database import Reading
from persistence.errors.tables import errors
from persistence.organizations import memberships, organizations
from persistence.reach import Reach, several_organizations
from persistence.services import services
from persistence.teams import team_members, teams
from persistence.users import users

# Each value is one step down the index, however many errors have it: none is looked at twice.
_TAGS = text("""
WITH RECURSIVE found AS (
    SELECT o.id AS organization, r.high, 1 AS step, (
        SELECT min(value) FROM error_tags AS t WHERE t.organization_id = o.id AND t.key = :key
        AND t.value >= r.low AND t.value < r.high
    ) AS value
    FROM unnest(CAST(:organizations AS uuid[])) AS o (id),
        unnest(CAST(:low AS text[]), CAST(:high AS text[])) AS r (low, high)
    UNION ALL
    SELECT f.organization, f.high, f.step + 1, (
        SELECT min(value) FROM error_tags AS t WHERE t.organization_id = f.organization
        AND t.key = :key AND t.value > f.value AND t.value < f.high
    )
    FROM found AS f WHERE f.value IS NOT NULL AND f.step < :limit
)
SELECT DISTINCT value FROM found WHERE value IS NOT NULL ORDER BY value LIMIT :limit
""")
_LAST = "\U0010ffff"
# Values of tags and columns are suggested from so many organizations at most.
_MOST_ORGANIZATIONS = 20

# Values of errors are read off this many of the newest, not off all of them.
LOOKED_THROUGH = 5_000
_COLUMNS = {"type": "error_type", "environment": "environment", "release": "last_release"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What names mean, in lower case; several organizations may have something of one name."""

    services: Mapping[str, Sequence[UUID]]
    people: Mapping[str, Sequence[UUID]]
    teams: Mapping[str, Sequence[UUID]]


async def named(
    db: Reading,
    reach: Reach,
    service_names: Sequence[str],
    people: Sequence[str],
    team_names: Sequence[str],
) -> Named:
    """Return the services, people (by address) and teams of these names in a reach."""
    return Named(
        services=await _by_name(db, reach, services, service_names) if service_names else {},
        people=await _people(db, reach, people) if people else {},
        teams=await _by_name(db, reach, teams, team_names) if team_names else {},
    )


async def teams_of(db: Reading, reach: Reach, user: UUID) -> list[UUID]:
    """Return the teams of a reach that somebody is in."""
    wanted = select(team_members.c.team_id).where(
        reach.condition(team_members), team_members.c.user_id == user
    )
    return [row[0] for row in await db.execute(wanted, reach.values())]


async def _by_name(
    db: Reading, reach: Reach, table: Table, names: Sequence[str]
) -> dict[str, list[UUID]]:
    lowered = func.lower(table.c.name)
    wanted = select(lowered, table.c.id).where(reach.condition(table), lowered.in_(names))
    found: dict[str, list[UUID]] = {}
    for name, id_ in await db.execute(wanted, reach.values()):
        found.setdefault(name, []).append(id_)
    return found


async def _people(db: Reading, reach: Reach, addresses: Sequence[str]) -> dict[str, list[UUID]]:
    lowered = func.lower(users.c.email)
    wanted = (
        select(lowered, users.c.id)
        .join(memberships, memberships.c.user_id == users.c.id)
        .where(reach.condition(memberships), lowered.in_(addresses))
    )
    return {row[0]: [row[1]] for row in await db.execute(wanted, reach.values())}


async def beginning(db: Reading, reach: Reach, key: str, begins: str, limit: int) -> list[str]:
    """Return names of a key that begin like this, in any case."""
    if key.startswith("tag."):
        return await _tags(db, reach, key.removeprefix("tag."), begins, limit)
    if key in _COLUMNS:
        return await _lately(db, reach, errors.c[_COLUMNS[key]], begins, limit)
    wanted = _beginning(reach, key, begins)
    if wanted is None:
        return []
    rows = await db.execute(wanted.limit(limit), reach.values())
    return sorted({row[0] for row in rows})


async def _some_of(db: Reading, reach: Reach) -> list[UUID]:
    """Return the organizations from which names are suggested that no table lists."""
    if reach.organizations is not None:
        return list(reach.organizations[:_MOST_ORGANIZATIONS])
    rows = await db.execute(select(organizations.c.id).limit(_MOST_ORGANIZATIONS))
    return [row[0] for row in rows]


async def _lately(
    db: Reading, reach: Reach, column: ColumnElement[str], begins: str, limit: int
) -> list[str]:
    """Return values of a column that the newest errors have: so many of each organization."""
    whose = await _some_of(db, reach)
    each = LOOKED_THROUGH // max(len(whose), 1)
    tenants = func.unnest(several_organizations()).table_valued("id").render_derived("tenants")
    newest = (
        select(column.label("name"))
        .where(errors.c.organization_id == tenants.c.id, errors.c.merged_into_id.is_(None))
        .order_by(errors.c.listed_at.desc(), errors.c.id.desc())
        .limit(each)
        .lateral("newest")
    )
    # Each once, before it is looked at: there are few, and thousands of errors have them.
    once = select(newest.c.name).distinct().select_from(tenants.join(newest, true())).subquery()
    wanted = _names(once.c.name, begins).limit(limit)
    return sorted(row[0] for row in await db.execute(wanted, {"organizations": whose}))


async def _tags(db: Reading, reach: Reach, key: str, begins: str, limit: int) -> list[str]:
    """Return values of a tag that begin as typed, or so with another use of capitals."""
    whose = await _some_of(db, reach)
    ways = (begins, begins.lower(), begins.upper(), begins.capitalize())
    low = list(dict.fromkeys(ways))
    values = {"organizations": whose, "key": key, "low": low, "limit": limit}
    high = [after(way) if way else _LAST for way in low]
    return [row[0] for row in await db.execute(_TAGS, {**values, "high": high})]


def _beginning(reach: Reach, key: str, begins: str) -> Select[str] | None:
    if key == "service":
        return _names(services.c.name, begins).where(reach.condition(services))
    if key == "assignee":
        members = _names(users.c.email, begins)
        members = members.join(memberships, memberships.c.user_id == users.c.id)
        return members.where(reach.condition(memberships))
    return None


def _names(column: ColumnElement[str], begins: str) -> Select[str]:
    return (
        select(column.label("name"))
        .distinct()
        .where(func.starts_with(func.lower(column), begins.lower()))
    )
