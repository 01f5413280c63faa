"""Use cases of invitations: who is asked into an organization, and who comes (TEN-03)."""

from dataclasses import dataclass, replace

from application.attempts import AttemptUseCases
from application.auditing import Changed, record
from application.clock import Clock
from application.organizations import must_stay
from application.ports import Mailer, PasswordHasher
from application.sign_ins import Browser, SignedIn, SignInUseCases
from domain.attempts import at_secret
from domain.failures import Conflict, Forbidden, NotFound, WrongCredentials
from domain.ids import InvitationId, OrganizationId, UserId
from domain.invitations import GOOD_FOR, Invitation, secret_of
from domain.links import invitation_link
from domain.mails import invitation_mail
from domain.members import must_change
from domain.organizations import Membership, MembershipRole, Organization
from domain.passwords import checked_password
from domain.rights import Right
from domain.sign_ins import SignInMethod
from domain.tokens import hash_of
from domain.users import User, email_of, name_of
from domain.viewers import Viewer
from persistence import invitations, organizations, passwords, users
from persistence.database import SYSTEM, Database, Reading, Writing, scope_of_viewer

_GONE = "This invitation is not good any more; ask for another."


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """An invitation, and its link for who invites when it could not be sent."""

    invitation: Invitation
    link: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What the holder of an invitation's link may know before they accept."""

    invitation: Invitation
    into: Organization
    inviter: User | None
    is_known: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationUseCases:
    """Asks people in."""

    database: Database
    clock: Clock
    hasher: PasswordHasher
    attempts: AttemptUseCases
    sign_ins: SignInUseCases
    mailer: Mailer | None
    public_url: str

    async def invite(
        self, organization: OrganizationId, email: str, role: MembershipRole, *, by: Viewer
    ) -> Invited:
        """Invite an address; a new invitation takes the place of an open one."""
        address, at = email_of(email), self.clock.now()
        by.must(Right.MANAGE_PEOPLE, organization)
        must_change(by, organization, MembershipRole.VIEWER, role)
        secret = secret_of(self.clock.randomness(32))
        invitation = Invitation(
            id=InvitationId(self.clock.new_id()),
            organization_id=organization,
            email=address,
            role=role,
            is_mailed=False,
            invited_by=by.user,
            expires_at=at + GOOD_FOR,
            accepted_at=None,
            accepted_by=None,
            revoked_at=None,
            created_at=at,
        )
        async with self.database.writing(scope_of_viewer(by)) as db:
            into = await must_stay(db, organization)
            if await organizations.is_member(db, organization, address):
                raise Conflict("Who has this address is a member already.")
            await invitations.replace_open(db, organization, address, at)
            await invitations.add(db, invitation, secret_hash=hash_of(secret))
            await record(
                db,
                self.clock,
                by,
                _changed(invitation, "invitation.created", after={"role": role.value}),
            )
        link = invitation_link(self.public_url, secret)
        if await self._is_sent(invitation, into, link, by):
            return Invited(invitation=replace(invitation, is_mailed=True), link=None)
        return Invited(invitation=invitation, link=link)

    async def revoke(self, id_: InvitationId, *, by: Viewer) -> Invitation:
        """Take an invitation back."""
        async with self.database.writing(scope_of_viewer(by)) as db:
            if not (before := (await invitations.by_ids(db, [id_])).get(id_)):
                raise NotFound("No such invitation.")
            by.must(Right.MANAGE_PEOPLE, before.organization_id)
            before.must_be_unanswered()
            after = replace(before, revoked_at=self.clock.now())
            if not await invitations.answer(db, before, after):
                raise Conflict("Somebody else was first.")
            await record(db, self.clock, by, _changed(after, "invitation.revoked"))
        return after

    async def offer(self, secret: str, browser: Browser) -> Offer:
        """Return what a link is for; who guesses at links is slowed as when they accept."""
        slowed = at_secret("invitation", browser.address)
        await self.attempts.begin(slowed)
        async with self.database.reading(SYSTEM) as db:
            invitation, known = await self._open(db, secret)
            found = await users.by_ids(db, [invitation.invited_by])
            into = await organizations.by_ids(db, [invitation.organization_id])
        async with self.database.writing(SYSTEM) as db:
            await self.attempts.succeeded(db, slowed, forget=0)
        return Offer(
            invitation=invitation,
            into=into[invitation.organization_id],
            inviter=found.get(invitation.invited_by),
            is_known=known is not None,
        )

    async def accept(
        self, secret: str, name: str | None, password: str | None, browser: Browser, *, by: Viewer
    ) -> SignedIn | Viewer:
        """Become a member: with a new account, or with one's own when one has signed in."""
        slowed = at_secret("invitation", browser.address)
        await self.attempts.begin(slowed)
        async with self.database.reading(SYSTEM) as db:
            invitation, known = await self._open(db, secret)
        if by.is_nobody:
            if known is not None:
                raise Conflict("You have an account already: sign in, then accept.")
            hashed = await self._hashed(invitation, name, password)
        elif by.sign_in is None:
            raise Forbidden("Only who has signed in may do this, not a program.")
        elif known is None or known.id != by.user:
            raise Forbidden("The invitation is for another address than that of your account.")
        async with self.database.writing(SYSTEM) as db:
            await self.attempts.succeeded(db, slowed, forget=0)
            if by.is_nobody:
                user = await self._newcomer(db, invitation, name_of(name), hashed)
                await self._join(db, invitation, user.id, browser)
                return await self.sign_ins.begin(db, user, SignInMethod.INVITATION, browser)
            await self._join(db, invitation, by.user, browser)
            if invitation.is_mailed:
                await users.verified(db, by.user, self.clock.now())
        roles = {**by.roles, invitation.organization_id: invitation.role}
        return replace(by, roles=roles)

    async def _open(self, db: Reading, secret: str) -> tuple[Invitation, User | None]:
        """Return the invitation of a link, and who has an account with its address."""
        invitation = await invitations.by_hash(db, hash_of(secret))
        if invitation is None or not invitation.is_open(self.clock.now()):
            raise WrongCredentials(_GONE)
        return invitation, await users.by_email(db, invitation.email)

    async def _hashed(self, invitation: Invitation, name: str | None, password: str | None) -> str:
        name_of(name)
        return await self.hasher.hash(checked_password(password or "", email=invitation.email))

    async def _newcomer(self, db: Writing, invitation: Invitation, name: str, hashed: str) -> User:
        at = self.clock.now()
        user = User(
            id=UserId(self.clock.new_id()),
            email=invitation.email,
            name=name,
            is_system_admin=False,
            is_active=True,
            created_at=at,
            email_verified_at=at if invitation.is_mailed else None,
        )
        if not await users.add_if_absent(db, user):
            raise Conflict("You have an account already: sign in, then accept.")
        await passwords.put(db, user.id, hashed, at)
        return user

    async def _join(
        self, db: Writing, invitation: Invitation, user: UserId, browser: Browser
    ) -> None:
        after = replace(invitation, accepted_at=self.clock.now(), accepted_by=user)
        if not await invitations.answer(db, invitation, after):
            raise WrongCredentials(_GONE)
        if await organizations.is_member(db, invitation.organization_id, invitation.email):
            raise Conflict("You are a member already.")
        await must_stay(db, invitation.organization_id)
        membership = Membership(
            organization_id=invitation.organization_id, user_id=user, role=invitation.role
        )
        await organizations.add_member(db, membership)
        by = Viewer(user=user, request_id=browser.request_id, address=browser.address)
        await record(
            db,
            self.clock,
            by,
            _changed(after, "invitation.accepted", after={"role": invitation.role.value}),
        )

    async def _is_sent(
        self, invitation: Invitation, into: Organization, link: str, by: Viewer
    ) -> bool:
        if self.mailer is None:
            return False
        async with self.database.reading(scope_of_viewer(by)) as db:
            inviter = (await users.by_ids(db, [by.user])).get(by.user)
        name = "Somebody" if inviter is None else inviter.name
        mail = invitation_mail(invitation.email, into.name, name, link)
        if not await self.mailer.send(mail):
            return False
        async with self.database.writing(scope_of_viewer(by)) as db:
            await invitations.mailed(db, invitation)
        return True


def _changed(
    invitation: Invitation, action: str, after: dict[str, object] | None = None
) -> Changed:
    return Changed(
        organization_id=invitation.organization_id,
        action=action,
        object_kind="invitation",
        object_id=invitation.id,
        after=after,
    )
