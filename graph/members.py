"""Members of an organization, as the API shows them, and what can be done to them."""

from datetime import datetime
from typing import Annotated, Self

import strawberry

from domain import organizations
from domain.ids import OrganizationId, UserId
from domain.organizations import MembershipRole
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
from graph.failures import Conflict, Forbidden, Invalid, NotFound
from graph.ids import organization_id, user_id
from graph.organizations import Organization, organization_of
from graph.teams import Team
from graph.users import User, user_of
from persistence.members import KEYSET, count, page_of

Whose = Annotated[strawberry.ID, strawberry.argument(description="The organization.")]
Who = Annotated[strawberry.ID, strawberry.argument(description="The member.")]


@strawberry.type
class Member:
    """One person's place in one organization."""

    organization_key: strawberry.Private[OrganizationId]
    user_key: strawberry.Private[UserId]
    role: MembershipRole = strawberry.field(description="What they are there for.")
    since: datetime | None = strawberry.field(description="When they became a member.")

    @classmethod
    def of(cls, membership: organizations.Membership) -> Self:
        """Show a membership."""
        return cls(
            organization_key=membership.organization_id,
            user_key=membership.user_id,
            role=membership.role,
            since=membership.created_at,
        )

    @strawberry.field
    async def user(self, info: Info) -> User | None:
        """The person."""
        return await user_of(info, self.user_key)

    @strawberry.field
    async def organization(self, info: Info) -> Organization | None:
        """The organization."""
        return await organization_of(info, self.organization_key)

    @strawberry.field
    async def teams(self, info: Info) -> list[Team]:
        """The teams that they are in, in the order of their names."""
        place = (self.organization_key, self.user_key)
        return [Team.of(team) for team in await info.context.loaders.member_teams.load(place)]


@strawberry.type
class UpdateMemberRoleSuccess:
    """The member has the role; every process knows within seconds."""

    member: Member = strawberry.field(description="The member as they are now.")


UpdateMemberRoleResult = Annotated[
    UpdateMemberRoleSuccess | NotFound | Invalid | Conflict | Forbidden,
    strawberry.union(
        "UpdateMemberRoleResult", description="The member with the role, or why they have it not."
    ),
]


@strawberry.type
class RemoveMemberSuccess:
    """They belong to the organization no more, and their tokens there are revoked."""

    user: User | None = strawberry.field(description="The person, if the viewer may see them yet.")


RemoveMemberResult = Annotated[
    RemoveMemberSuccess | NotFound | Invalid | Conflict | Forbidden,
    strawberry.union("RemoveMemberResult", description="Who is gone, or why they are not."),
]


@strawberry.type
class LeaveOrganizationSuccess:
    """The viewer belongs to the organization no more."""

    organization: strawberry.ID = strawberry.field(description="The organization that was left.")


LeaveOrganizationResult = Annotated[
    LeaveOrganizationSuccess | NotFound | Invalid | Conflict | Forbidden,
    strawberry.union("LeaveOrganizationResult", description="What was left, or why it was not."),
]


@strawberry.type
class MemberQueries:
    """What can be asked about members."""

    @strawberry.field
    async def members(
        self,
        info: Info,
        organization: Whose,
        roles: Annotated[
            list[MembershipRole] | None,
            strawberry.argument(description="Only those with one of these roles."),
        ] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Member]:
        """The members of an organization, who joined last first."""
        context = info.context
        whose = organization_id(organization, field="organization")
        page = page_asked(KEYSET, first=first, after=after, last=last, before=before)
        async with context.house.database.reading(context.scope) as db:
            found = await page_of(db, whose, page, roles)

        async def counted() -> int:
            async with context.house.database.reading(context.scope) as db:
                return await count(db, whose, roles)

        return connection_of(found, page, KEYSET, Member.of, counted)


@strawberry.type
class MemberMutations:
    """What can be done to members."""

    @strawberry.mutation
    async def update_member_role(
        self,
        info: Info,
        organization: Whose,
        user: Who,
        role: Annotated[MembershipRole, strawberry.argument(description="The new role.")],
    ) -> UpdateMemberRoleResult:
        """Give a member another role, for owners and admins; owners are made by owners alone."""
        after = await info.context.house.people.members.set_role(
            organization_id(organization, field="organization"),
            user_id(user, field="user"),
            role,
            by=info.context.viewer,
        )
        return UpdateMemberRoleSuccess(member=Member.of(after))

    @strawberry.mutation
    async def remove_member(self, info: Info, organization: Whose, user: Who) -> RemoveMemberResult:
        """Let a member go, for owners and admins; owners are let go by owners, the last by none."""
        who = user_id(user, field="user")
        seen = await user_of(info, who)
        await info.context.house.people.members.remove(
            organization_id(organization, field="organization"), who, by=info.context.viewer
        )
        return RemoveMemberSuccess(user=seen)

    @strawberry.mutation
    async def leave_organization(self, info: Info, organization: Whose) -> LeaveOrganizationResult:
        """Leave an organization; its last owner cannot."""
        whose = organization_id(organization, field="organization")
        await info.context.house.people.members.leave(whose, by=info.context.viewer)
        return LeaveOrganizationSuccess(organization=organization)
