"""Teams, as the API shows them."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Self

import strawberry

from domain import teams
from domain.ids import OrganizationId, TeamId, UserId
from graph.connections import (
    After,
    Before,
    Connection,
    First,
    Last,
    connection_of,
    page_asked,
)
from graph.context import Info
from graph.ids import Node, organization_id, shown
from graph.organizations import Organization, organization_of
from graph.users import User, user_of
from persistence.projection.declared import TEAM
from persistence.reach import Reach
from persistence.teams import KEYSET, count, page_of

if TYPE_CHECKING:
    from graph.services import Service


@strawberry.type
class TeamMember:
    """One member's place in a team."""

    user_key: strawberry.Private[UserId]
    is_lead: bool = strawberry.field(description="Whether they are asked first.")

    @strawberry.field
    async def user(self, info: Info) -> User | None:
        """The person."""
        return await user_of(info, self.user_key)


@strawberry.type
class Team(Node):
    """People who look after services together, and whom an error may be given to."""

    key: strawberry.Private[TeamId]
    organization_key: strawberry.Private[OrganizationId]
    name: str = strawberry.field(description="What it is called.")
    description: str | None = strawberry.field(description="What it is for.")
    created_at: datetime = strawberry.field(description="When it was made.")
    updated_at: datetime = strawberry.field(description="When its name or description changed.")

    @classmethod
    def of(cls, team: teams.Team) -> Self:
        """Show a team."""
        return cls(
            id=shown(TEAM, team.id),
            key=team.id,
            organization_key=team.organization_id,
            name=team.name,
            description=team.description,
            created_at=team.created_at,
            updated_at=team.updated_at,
        )

    @strawberry.field
    async def organization(self, info: Info) -> Organization | None:
        """The organization that it belongs to."""
        return await organization_of(info, self.organization_key)

    @strawberry.field
    async def members(self, info: Info) -> list[TeamMember]:
        """Who is in it, leads first, 500 at most."""
        found = await info.context.loaders.team_members.load(self.key)
        return [TeamMember(user_key=one.user_id, is_lead=one.is_lead) for one in found]

    @strawberry.field
    async def services(
        self, info: Info
    ) -> list[Annotated["Service", strawberry.lazy("graph.services")]]:
        """The services that it looks after, in the order of their names."""
        from graph.services import Service

        found = await info.context.loaders.team_services.load(self.key)
        return [Service.of(service) for service in found]


@strawberry.type
class TeamQueries:
    """What can be asked about teams."""

    @strawberry.field
    async def teams(
        self,
        info: Info,
        organization: Annotated[
            strawberry.ID, strawberry.argument(description="The organization.")
        ],
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Team]:
        """The teams of an organization, newest first."""
        context = info.context
        reach = Reach((organization_id(organization, field="organization"),))
        page = page_asked(KEYSET, first=first, after=after, last=last, before=before)
        async with context.house.database.reading(context.scope) as db:
            found = await page_of(db, reach, page)

        async def counted() -> int:
            async with context.house.database.reading(context.scope) as db:
                return await count(db, reach)

        return connection_of(found, page, KEYSET, Team.of, counted)


async def team_of(info: Info, id_: TeamId | None) -> Team | None:
    """Return the team of an id, or None when there is none that the viewer may see."""
    found = None if id_ is None else await info.context.loaders.teams.load(id_)
    return None if found is None else Team.of(found)
