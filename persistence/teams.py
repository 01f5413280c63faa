"""Teams and who is in them."""

from collections.abc import Sequence
from typing import TypeAlias

from sqlalchemy import (
    Boolean,
    ForeignKeyConstraint,
    Index,
    Row,
    Table,
    UniqueConstraint,
    delete,
    func,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from domain.ids import OrganizationId, TeamId, UserId
from domain.services import Service
from domain.teams import Team, TeamMember
from persistence.database import Reading, Writing, note_access_changed
from persistence.pages import Found, Keyset, Page, Place, found_on, one_more
from persistence.reach import EVERYWHERE, Reach
from persistence.services import of_row, services
from persistence.tables import (
    Column,
    at_most,
    created_columns,
    metadata,
    of_tenant,
    organization_column,
    part_of,
    text,
    text_column,
    uuid_column,
)

KEYSET = Keyset("te", "created_at")

Belonging: TypeAlias = tuple[OrganizationId, UserId]

teams = Table(
    "teams",
    metadata,
    organization_column(),
    uuid_column("id", primary_key=True),
    text_column("name"),
    text_column("description", nullable=True),
    *created_columns(),
    UniqueConstraint("organization_id", "name"),
    of_tenant(),
    at_most("name", 100),
    at_most("description", 2000),
    Index("teams_listed_idx", "organization_id", text("created_at DESC"), text("id DESC")),
)

team_members = Table(
    "team_members",
    metadata,
    organization_column(),
    uuid_column("team_id", primary_key=True),
    uuid_column("user_id", primary_key=True),
    Column("is_lead", Boolean, nullable=False, server_default=text("false")),
    *created_columns(mutable=False),
    part_of("team_id", "teams"),
    ForeignKeyConstraint(
        ["organization_id", "user_id"],
        ["memberships.organization_id", "memberships.user_id"],
        ondelete="CASCADE",
    ),
    Index("team_members_user_idx", "organization_id", "user_id"),
)


def _team(row: Row[tuple[object, ...]]) -> Team:
    return Team(
        id=TeamId(row.id),
        organization_id=OrganizationId(row.organization_id),
        name=row.name,
        description=row.description,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _member(row: Row[tuple[object, ...]]) -> TeamMember:
    return TeamMember(team_id=TeamId(row.team_id), user_id=UserId(row.user_id), is_lead=row.is_lead)


async def by_ids(
    db: Reading, ids: Sequence[TeamId], reach: Reach = EVERYWHERE
) -> dict[TeamId, Team]:
    """Return the teams of these ids that the caller may see."""
    rows = await db.execute(
        select(teams).where(reach.condition(teams), teams.c.id.in_(ids)), reach.values()
    )
    return {(found := _team(row)).id: found for row in rows}


async def page_of(db: Reading, reach: Reach, page: Page) -> Found[Team]:
    """Return one page of the teams of a reach, newest first."""
    asked = (
        select(teams)
        .where(reach.condition(teams), *page.conditions(KEYSET, teams))
        .order_by(*page.order(KEYSET, teams))
        .limit(one_more())
    )
    rows = await db.execute(asked, {**reach.values(), **page.values()})
    found = [_team(row) for row in rows]
    return found_on(page, [(Place(team.created_at, team.id), team) for team in found])


async def count(db: Reading, reach: Reach) -> int:
    """Return how many teams a reach has."""
    asked = select(func.count()).select_from(teams).where(reach.condition(teams))
    return int((await db.execute(asked, reach.values())).scalar_one())


async def members_of(
    db: Reading, ids: Sequence[TeamId], reach: Reach = EVERYWHERE
) -> dict[TeamId, list[TeamMember]]:
    """Return who is in these teams, leads first."""
    rows = await db.execute(
        select(team_members)
        .where(reach.condition(team_members), team_members.c.team_id.in_(ids))
        .order_by(team_members.c.is_lead.desc(), team_members.c.user_id),
        reach.values(),
    )
    found: dict[TeamId, list[TeamMember]] = {id_: [] for id_ in ids}
    for row in rows:
        found[TeamId(row.team_id)].append(_member(row))
    return found


async def services_of(
    db: Reading, ids: Sequence[TeamId], reach: Reach = EVERYWHERE
) -> dict[TeamId, list[Service]]:
    """Return the services that these teams look after, in the order of their names."""
    rows = await db.execute(
        select(services)
        .where(reach.condition(services), services.c.owner_team_id.in_(ids))
        .order_by(services.c.name),
        reach.values(),
    )
    found: dict[TeamId, list[Service]] = {id_: [] for id_ in ids}
    for row in rows:
        found[TeamId(row.owner_team_id)].append(of_row(row))
    return found


async def of_members(db: Reading, places: Sequence[Belonging]) -> dict[Belonging, list[Team]]:
    """Return the teams of members, by organization and user, in the order of their names."""
    joined = team_members.join(
        teams,
        (teams.c.organization_id == team_members.c.organization_id)
        & (teams.c.id == team_members.c.team_id),
    )
    rows = await db.execute(
        select(teams, team_members.c.user_id)
        .select_from(joined)
        .where(tuple_(team_members.c.organization_id, team_members.c.user_id).in_(places))
        .order_by(teams.c.name)
    )
    found: dict[Belonging, list[Team]] = {place: [] for place in places}
    for row in rows:
        found[(OrganizationId(row.organization_id), UserId(row.user_id))].append(_team(row))
    return found


async def add(db: Writing, team: Team) -> bool:
    """Add a team; False if the organization has one of this name."""
    added = await db.execute(
        upsert(teams)
        .values(
            organization_id=team.organization_id,
            id=team.id,
            name=team.name,
            description=team.description,
            created_at=team.created_at,
            updated_at=team.updated_at,
        )
        .on_conflict_do_nothing(index_elements=["organization_id", "name"])
    )
    return added.rowcount == 1


async def named(db: Reading, organization: OrganizationId, name: str) -> Team | None:
    """Return the team of a name."""
    rows = await db.execute(
        select(teams).where(teams.c.organization_id == organization, teams.c.name == name)
    )
    row = rows.first()
    return None if row is None else _team(row)


async def hold(db: Writing, id_: TeamId) -> Team | None:
    """Return a team, which nobody else changes until the transaction ends."""
    rows = await db.execute(select(teams).where(teams.c.id == id_).with_for_update(key_share=True))
    row = rows.first()
    return None if row is None else _team(row)


async def replace(db: Writing, after: Team) -> None:
    """Write what people decide of a team."""
    await db.execute(
        update(teams)
        .where(teams.c.organization_id == after.organization_id, teams.c.id == after.id)
        .values(name=after.name, description=after.description, updated_at=after.updated_at)
    )


async def remove(db: Writing, team: Team) -> None:
    """Remove a team; its services have no owner then."""
    note_access_changed(db)
    await db.execute(
        update(services)
        .where(
            services.c.organization_id == team.organization_id,
            services.c.owner_team_id == team.id,
        )
        .values(owner_team_id=None, updated_at=text("now()"))
    )
    await db.execute(
        delete(teams).where(teams.c.organization_id == team.organization_id, teams.c.id == team.id)
    )


async def put_member(db: Writing, organization: OrganizationId, member: TeamMember) -> None:
    """Let somebody be in a team, as a lead or not."""
    note_access_changed(db)
    added = upsert(team_members).values(
        organization_id=organization,
        team_id=member.team_id,
        user_id=member.user_id,
        is_lead=member.is_lead,
    )
    await db.execute(
        added.on_conflict_do_update(
            index_elements=["organization_id", "team_id", "user_id"],
            set_={"is_lead": added.excluded.is_lead},
        )
    )


async def remove_member(db: Writing, organization: OrganizationId, member: TeamMember) -> bool:
    """Let somebody be in a team no more; False if they were not."""
    note_access_changed(db)
    gone = await db.execute(
        delete(team_members).where(
            team_members.c.organization_id == organization,
            team_members.c.team_id == member.team_id,
            team_members.c.user_id == member.user_id,
        )
    )
    return gone.rowcount == 1
