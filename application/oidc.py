"""Use cases of signing in at a provider: who comes, and which memberships that gives (SEC-09)."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from application.auditing import Changed, record
from application.clock import Clock
from application.organizations import existing
from application.sign_ins import Browser, SignedIn, SignInUseCases
from domain.failures import Failure, Forbidden
from domain.identities import GroupRole, Identity, must_be_verified, roles_of
from domain.ids import OrganizationId, UserId
from domain.members import must_leave_an_owner
from domain.organizations import Membership, MembershipRole
from domain.sign_ins import SignInMethod
from domain.users import User, email_of
from domain.viewers import Viewer
from persistence import identities, members, organizations, passwords, sign_ins, tokens, users
from persistence.database import SYSTEM, Database, Writing

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class OidcUseCases:
    """Lets in whom a provider vouches for."""

    database: Database
    clock: Clock
    sign_ins: SignInUseCases
    mapping: Sequence[GroupRole]

    async def sign_in(self, identity: Identity, browser: Browser) -> SignedIn:
        """Sign in as who the provider says, with the memberships that their groups give."""
        must_be_verified(identity)
        async with self.database.writing(SYSTEM) as db:
            user = await self._user(db, identity)
            if not user.is_active:
                raise Forbidden("This account is closed.")
            at = self.clock.now()
            await identities.put(db, identity.issuer, identity.subject, user.id, at)
            await self._sync(db, identity, user.id, browser)
            return await self.sign_ins.begin(db, user, SignInMethod.OIDC, browser)

    async def _user(self, db: Writing, identity: Identity) -> User:
        known = await identities.user_of(db, identity.issuer, identity.subject)
        if known is not None:
            return (await users.by_ids(db, [known]))[known]
        address, at = email_of(identity.email), self.clock.now()
        user = await users.by_email(db, address)
        if user is None:
            return await self._newcomer(db, identity, address)
        if user.email_verified_at is None:
            # Somebody may have made the account for an address that was never theirs.
            await passwords.remove(db, user.id)
            await passwords.use_up_links(db, user.id, at)
            await sign_ins.revoke_all(db, user.id, at)
            await users.verified(db, user.id, at)
        return user

    async def _newcomer(self, db: Writing, identity: Identity, address: str) -> User:
        if not any(roles_of(identity, self.mapping).values()):
            raise Forbidden("You are in no group that may sign in here; ask to be invited.")
        at = self.clock.now()
        name = " ".join(identity.name.replace("\0", "").split())[:255]
        user = User(
            id=UserId(self.clock.new_id()),
            email=address,
            name=name or address,
            is_system_admin=False,
            is_active=True,
            created_at=at,
            email_verified_at=at,
        )
        if not await users.add_if_absent(db, user):
            raise Forbidden("Somebody has just made this account; try again.")
        return user

    async def _sync(self, db: Writing, identity: Identity, user: UserId, browser: Browser) -> None:
        wanted = sorted(roles_of(identity, self.mapping).items())
        for slug, role in wanted:
            organization = await organizations.by_slug(db, slug)
            if organization is None:
                log.warning("a group is mapped to no organization", extra={"slug": slug})
                continue
            await self._set(db, organization.id, user, role, browser)

    async def _set(
        self,
        db: Writing,
        organization: OrganizationId,
        user: UserId,
        role: MembershipRole | None,
        browser: Browser,
    ) -> None:
        before = await members.one(db, organization, user)
        if (before.role if before else None) is role:
            return
        # Only now, and looked at again: most who sign in keep what they have.
        await existing(db, organization)
        before = await members.one(db, organization, user)
        if (before.role if before else None) is role:
            return
        if before is not None:
            try:
                must_leave_an_owner(before.role, role, await members.owners(db, organization))
            except Failure as failure:
                log.warning("a membership stays as it is", extra={"why": failure.message})
                return
        if role is None:
            await tokens.revoke_all_of(db, organization, user, self.clock.now())
            await members.remove(db, organization, user)
        elif before is None:
            joins = Membership(organization_id=organization, user_id=user, role=role)
            await organizations.add_member(db, joins)
        else:
            await members.set_role(
                db, Membership(organization_id=organization, user_id=user, role=role)
            )
        verb = "removed" if role is None else "added" if before is None else "role_changed"
        change = Changed(
            organization_id=organization,
            action=f"member.{verb}",
            object_kind="user",
            object_id=user,
            before=None if before is None else {"role": before.role},
            after={"role": role, "by": "the groups at the provider"},
        )
        by = Viewer(user=user, request_id=browser.request_id, address=browser.address)
        await record(db, self.clock, by, change)
