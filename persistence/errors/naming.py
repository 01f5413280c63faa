"""Naming: what the names in a search mean, and which names begin as somebody types."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Table, func, select

from persistence.database import Reading
from persistence.errors.findable import error_tags
from persistence.errors.tables import errors
from persistence.organizations import memberships
from persistence.reach import Reach
from persistence.services import services
from persistence.teams import teams
from persistence.users import users

# Values of errors are read off this many of the newest, not off all of them.
LOOKED_THROUGH = 5_000
_COLUMNS = {"type": "error_type", "environment": "environment", "release": "last_release"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What names mean, in lower case."""

    services: Mapping[str, UUID]
    people: Mapping[str, UUID]
    teams: Mapping[str, UUID]


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


async def _by_name(
    db: Reading, reach: Reach, table: Table, names: Sequence[str]
) -> dict[str, UUID]:
    lowered = func.lower(table.c.name)
    wanted = select(lowered, table.c.id).where(reach.condition(table), lowered.in_(names))
    return {row[0]: row[1] for row in await db.execute(wanted, reach.values())}


async def _people(db: Reading, reach: Reach, addresses: Sequence[str]) -> dict[str, UUID]:
    lowered = func.lower(users.c.email)
    wanted = (
        select(lowered, users.c.id)
        .join(memberships, memberships.c.user_id == users.c.id)
        .where(reach.condition(memberships), lowered.in_(addresses))
    )
    return {row[0]: row[1] for row in await db.execute(wanted, reach.values())}


async def beginning(db: Reading, reach: Reach, key: str, begins: str, limit: int) -> list[str]:
    """Return names of a key that begin like this, in any case."""
    wanted = _beginning(reach, key, begins)
    if wanted is None:
        return []
    rows = await db.execute(wanted.limit(limit), reach.values())
    found = {row[0] for row in rows}
    return sorted(name for name in found if name)


def _beginning(reach: Reach, key: str, begins: str) -> Select[str] | None:
    if key == "service":
        return _names(services.c.name, begins).where(reach.condition(services))
    if key == "assignee":
        members = _names(users.c.email, begins)
        members = members.join(memberships, memberships.c.user_id == users.c.id)
        return members.where(reach.condition(memberships))
    if key in _COLUMNS:
        newest = (
            select(errors.c[_COLUMNS[key]].label("name"))
            .where(reach.condition(errors), errors.c.merged_into_id.is_(None))
            .order_by(errors.c.listed_at.desc())
            .limit(LOOKED_THROUGH)
            .subquery()
        )
        return _names(newest.c.name, begins)
    if key.startswith("tag."):
        return _names(error_tags.c.value, begins).where(
            reach.condition(error_tags), error_tags.c.key == key.removeprefix("tag.")
        )
    return None


def _names(column: ColumnElement[str], begins: str) -> Select[str]:
    return (
        select(column.label("name"))
        .distinct()
        .where(func.starts_with(func.lower(column), begins.lower()))
    )
