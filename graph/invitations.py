"""Invitations, as the API shows them, and the mutations that ask people in."""

from datetime import datetime
from typing import Annotated, Self

import strawberry

from application.sign_ins import SignedIn
from domain import invitations
from domain.ids import InvitationId, OrganizationId, UserId
from domain.organizations import MembershipRole
from domain.rights import Right
from graph.connections import After, Connection, First, connection_of, page_asked
from graph.context import Info
from graph.failures import Conflict, Forbidden, Invalid, NotFound, TooMany, WrongCredentials
from graph.ids import INVITATION, Node, invitation_id, organization_id, shown
from graph.organizations import Organization, Viewer, organization_of
from graph.signing_in import reply_of
from graph.users import User, user_of
from persistence.invitations import KEYSET, by_ids, count, page_of
from persistence.reach import reach_of


@strawberry.type
class Invitation(Node):
    """A place in an organization that somebody is offered; seen by who manages its people."""

    organization_key: strawberry.Private[OrganizationId]
    inviter_key: strawberry.Private[UserId]
    accepted_key: strawberry.Private[UserId | None]
    email: str = strawberry.field(description="Whom it is for.")
    role: MembershipRole = strawberry.field(description="What they will be there for.")
    is_mailed: bool = strawberry.field(description="Whether it went out by e-mail.")
    created_at: datetime = strawberry.field(description="When they were invited.")
    expires_at: datetime = strawberry.field(description="Until when it can be accepted.")
    accepted_at: datetime | None = strawberry.field(description="When it was accepted.")
    revoked_at: datetime | None = strawberry.field(
        description="When it was taken back, or another took its place."
    )

    @classmethod
    def of(cls, invitation: invitations.Invitation) -> Self:
        """Show an invitation; its secret is not among what is kept."""
        return cls(
            organization_key=invitation.organization_id,
            inviter_key=invitation.invited_by,
            accepted_key=invitation.accepted_by,
            id=shown(INVITATION, invitation.id),
            email=invitation.email,
            role=invitation.role,
            is_mailed=invitation.is_mailed,
            created_at=invitation.created_at,
            expires_at=invitation.expires_at,
            accepted_at=invitation.accepted_at,
            revoked_at=invitation.revoked_at,
        )

    @strawberry.field
    async def organization(self, info: Info) -> Organization | None:
        """Where they are invited to."""
        return await organization_of(info, self.organization_key)

    @strawberry.field
    async def invited_by(self, info: Info) -> User | None:
        """Who invites them."""
        return await user_of(info, self.inviter_key)

    @strawberry.field
    async def accepted_by(self, info: Info) -> User | None:
        """Who they became."""
        return await user_of(info, self.accepted_key)


@strawberry.type
class InvitationOffer:
    """What the holder of an invitation's link is offered."""

    organization_name: str = strawberry.field(description="Where they are invited to.")
    invited_by_name: str | None = strawberry.field(description="Who invites them.")
    email: str = strawberry.field(description="Whom it is for.")
    role: MembershipRole = strawberry.field(description="What they will be there for.")
    expires_at: datetime = strawberry.field(description="Until when it can be accepted.")
    is_known: bool = strawberry.field(
        description="Whether they have an account: then they sign in before they accept."
    )


@strawberry.type
class InviteMemberSuccess:
    """They are invited."""

    invitation: Invitation = strawberry.field(description="The invitation.")
    link: str | None = strawberry.field(
        description="Give it to them yourself: no e-mail could be sent. Shown only now."
    )


InviteMemberResult = Annotated[
    InviteMemberSuccess | NotFound | Invalid | Conflict | Forbidden,
    strawberry.union("InviteMemberResult", description="The invitation, or why there is none."),
]


@strawberry.type
class RevokeInvitationSuccess:
    """The invitation is taken back."""

    invitation: Invitation = strawberry.field(description="The invitation as it is now.")


RevokeInvitationResult = Annotated[
    RevokeInvitationSuccess | NotFound | Invalid | Conflict | Forbidden,
    strawberry.union("RevokeInvitationResult", description="What was taken back, or why not."),
]


@strawberry.type
class AcceptInvitationSuccess:
    """You are a member, and signed in."""

    viewer: Viewer = strawberry.field(description="Who you are now.")


AcceptInvitationResult = Annotated[
    AcceptInvitationSuccess | WrongCredentials | Invalid | Conflict | TooMany | Forbidden,
    strawberry.union("AcceptInvitationResult", description="Who is a member, or why nobody is."),
]


@strawberry.type
class InvitationQueries:
    """What can be asked about invitations."""

    @strawberry.field
    async def invitations(
        self,
        info: Info,
        organization: Annotated[
            strawberry.ID, strawberry.argument(description="Where people are invited to.")
        ],
        first: First = None,
        after: After = None,
    ) -> Connection[Invitation]:
        """An organization's invitations, newest first, for who manages its people."""
        chosen = organization_id(organization, field="organization")
        viewer, scope = info.context.viewer, info.context.scope
        viewer.must(Right.MANAGE_PEOPLE, chosen)
        page = page_asked(KEYSET, first=first, after=after)
        database, reach = info.context.house.database, reach_of(scope, chosen)
        async with database.reading(scope) as db:
            found = await page_of(db, reach, page)

        async def counted() -> int:
            async with database.reading(scope) as db:
                return await count(db, reach)

        return connection_of(found, page, KEYSET, Invitation.of, counted)

    @strawberry.field
    async def invitation_offer(
        self,
        info: Info,
        token: Annotated[str, strawberry.argument(description="What the link has behind token=.")],
    ) -> InvitationOffer:
        """What an invitation's link is for, without accepting it; also for who is not signed in."""
        context = info.context
        offer = await context.house.invitations.offer(token[:200], context.browser)
        return InvitationOffer(
            organization_name=offer.into.name,
            invited_by_name=None if offer.inviter is None else offer.inviter.name,
            email=offer.invitation.email,
            role=offer.invitation.role,
            expires_at=offer.invitation.expires_at,
            is_known=offer.is_known,
        )


@strawberry.type
class InvitationMutations:
    """How people are asked into an organization."""

    @strawberry.mutation
    async def invite_member(
        self,
        info: Info,
        organization: Annotated[strawberry.ID, strawberry.argument(description="Where to.")],
        email: Annotated[str, strawberry.argument(description="The address of whom to invite.")],
        role: Annotated[MembershipRole, strawberry.argument(description="What they are for.")],
    ) -> InviteMemberResult:
        """Invite somebody by e-mail; a new invitation takes the place of an open one."""
        chosen = organization_id(organization, field="organization")
        use, viewer = info.context.house.invitations, info.context.viewer
        invited = await use.invite(chosen, email, role, by=viewer)
        return InviteMemberSuccess(invitation=Invitation.of(invited.invitation), link=invited.link)

    @strawberry.mutation
    async def revoke_invitation(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The invitation.")],
    ) -> RevokeInvitationResult:
        """Take an invitation back; its link is good no more."""
        use, viewer = info.context.house.invitations, info.context.viewer
        after = await use.revoke(invitation_id(id), by=viewer)
        return RevokeInvitationSuccess(invitation=Invitation.of(after))

    @strawberry.mutation
    async def accept_invitation(
        self,
        info: Info,
        token: Annotated[str, strawberry.argument(description="What the link has behind token=.")],
        name: Annotated[
            str | None, strawberry.argument(description="What you are called, when you are new.")
        ] = None,
        password: Annotated[
            str | None,
            strawberry.argument(description="Your password to be, when you are new."),
        ] = None,
    ) -> AcceptInvitationResult:
        """Become a member. Who has an account signs in first, and then accepts. Only over HTTP."""
        reply, context = reply_of(info), info.context
        accepted = await context.house.invitations.accept(
            token, name, password, context.browser, by=context.viewer
        )
        if isinstance(accepted, SignedIn):
            reply.signed_in = accepted
            context.act_as(accepted.viewer)
        else:
            reply.is_changed = True
            context.act_as(accepted)
        return AcceptInvitationSuccess(viewer=Viewer())


async def invitation_of(info: Info, id_: InvitationId) -> Invitation | None:
    """Return the invitation of an id, or None when there is none that the viewer may see."""
    context = info.context
    async with context.house.database.reading(context.scope) as db:
        found = (await by_ids(db, [id_])).get(id_)
    if found is None or not context.viewer.may(Right.MANAGE_PEOPLE, found.organization_id):
        return None
    return Invitation.of(found)
