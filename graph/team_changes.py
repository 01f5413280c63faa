"""What can be done to teams."""

from typing import Annotated

import strawberry
from strawberry import UNSET

from graph.context import Info
from graph.failures import Conflict, Forbidden, Invalid, NotFound
from graph.ids import organization_id, team_id, user_id
from graph.teams import Team
from graph.texts import optional_text_of, text_of

TeamArgument = Annotated[strawberry.ID, strawberry.argument(description="The team.")]
UserArgument = Annotated[strawberry.ID, strawberry.argument(description="The person.")]
MAX_NAME = 200
MAX_DESCRIPTION = 2_000


@strawberry.input
class TeamChanges:
    """What of a team changes; what is left out stays."""

    name: str | None = strawberry.field(default=UNSET, description="What it is called.")
    description: str | None = strawberry.field(
        default=UNSET, description="What it is for; null for nothing."
    )


@strawberry.type
class CreateTeamSuccess:
    """The team is made."""

    team: Team = strawberry.field(description="The new team, without members.")


CreateTeamResult = Annotated[
    CreateTeamSuccess | NotFound | Invalid | Conflict | Forbidden,
    strawberry.union("CreateTeamResult", description="The new team, or why there is none."),
]


@strawberry.type
class UpdateTeamSuccess:
    """The team is changed."""

    team: Team = strawberry.field(description="The team as it is now.")


UpdateTeamResult = Annotated[
    UpdateTeamSuccess | NotFound | Invalid | Conflict | Forbidden,
    strawberry.union("UpdateTeamResult", description="The changed team, or why it is not."),
]


@strawberry.type
class DeleteTeamSuccess:
    """The team is gone."""

    team: Team = strawberry.field(description="The team as it was.")


DeleteTeamResult = Annotated[
    DeleteTeamSuccess | NotFound | Invalid | Forbidden,
    strawberry.union("DeleteTeamResult", description="The former team, or why it is there."),
]


@strawberry.type
class PutTeamMemberSuccess:
    """They are in the team."""

    team: Team = strawberry.field(description="The team as it is now.")


PutTeamMemberResult = Annotated[
    PutTeamMemberSuccess | NotFound | Invalid | Conflict | Forbidden,
    strawberry.union("PutTeamMemberResult", description="The team with them, or why not."),
]


@strawberry.type
class RemoveTeamMemberSuccess:
    """They are in the team no more."""

    team: Team = strawberry.field(description="The team as it is now.")


RemoveTeamMemberResult = Annotated[
    RemoveTeamMemberSuccess | NotFound | Invalid | Forbidden,
    strawberry.union("RemoveTeamMemberResult", description="The team without them, or why not."),
]


@strawberry.type
class TeamMutations:
    """What can be done to teams; all of it is for owners and admins."""

    @strawberry.mutation
    async def create_team(
        self,
        info: Info,
        organization: Annotated[
            strawberry.ID, strawberry.argument(description="The organization.")
        ],
        name: Annotated[str, strawberry.argument(description="What it is called.")],
        description: Annotated[
            str | None, strawberry.argument(description="What it is for.")
        ] = None,
    ) -> CreateTeamResult:
        """Make a team, which has no members yet; an organization has 500 at most."""
        whose = organization_id(organization, field="organization")
        made = await info.context.house.people.teams.create(
            whose,
            text_of(name, field="name", maximum=MAX_NAME),
            optional_text_of(description, field="description", maximum=MAX_DESCRIPTION),
            by=info.context.viewer,
        )
        return CreateTeamSuccess(team=Team.of(made))

    @strawberry.mutation
    async def update_team(
        self,
        info: Info,
        id: TeamArgument,
        changes: Annotated[TeamChanges, strawberry.argument(description="What changes.")],
    ) -> UpdateTeamResult:
        """Change a team's name or description."""
        limits = {"name": MAX_NAME, "description": MAX_DESCRIPTION}
        wanted = {
            name: optional_text_of(getattr(changes, name), field=name, maximum=maximum)
            for name, maximum in limits.items()
            if getattr(changes, name) is not UNSET
        }
        after = await info.context.house.people.teams.update(
            team_id(id), wanted, by=info.context.viewer
        )
        return UpdateTeamSuccess(team=Team.of(after))

    @strawberry.mutation
    async def delete_team(self, info: Info, id: TeamArgument) -> DeleteTeamResult:
        """Remove a team; its members stay, and its services have no owner then."""
        was = await info.context.house.people.teams.delete(team_id(id), by=info.context.viewer)
        return DeleteTeamSuccess(team=Team.of(was))

    @strawberry.mutation
    async def put_team_member(
        self,
        info: Info,
        team: TeamArgument,
        user: UserArgument,
        is_lead: Annotated[
            bool, strawberry.argument(description="Whether they are asked first.")
        ] = False,
    ) -> PutTeamMemberResult:
        """Let a member of the organization be in a team, as a lead or not; 500 at most."""
        after = await info.context.house.people.teams.put_member(
            team_id(team, field="team"),
            user_id(user, field="user"),
            is_lead=is_lead,
            by=info.context.viewer,
        )
        return PutTeamMemberSuccess(team=Team.of(after))

    @strawberry.mutation
    async def remove_team_member(
        self, info: Info, team: TeamArgument, user: UserArgument
    ) -> RemoveTeamMemberResult:
        """Let somebody be in a team no more."""
        after = await info.context.house.people.teams.remove_member(
            team_id(team, field="team"), user_id(user, field="user"), by=info.context.viewer
        )
        return RemoveTeamMemberSuccess(team=Team.of(after))
