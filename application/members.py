"""Use cases of members: another role, out, or leaving; an organization keeps an owner (TEN-03)."""

from dataclasses import dataclass, replace

from application.auditing import Changed, record
from application.clock import Clock
from application.organizations import existing
from domain.failures import NotFound
from domain.ids import OrganizationId, UserId
from domain.members import must_change, must_leave_an_owner
from domain.organizations import Membership, MembershipRole
from domain.viewers import Viewer
from persistence import members, tokens
from persistence.database import Database, Writing, scope_of_viewer


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberUseCases:
    """What may be done to members; every process knows of it within seconds."""

    database: Database
    clock: Clock

    async def set_role(
        self, organization: OrganizationId, user: UserId, role: MembershipRole, *, by: Viewer
    ) -> Membership:
        """Give a member another role."""
        async with self.database.writing(scope_of_viewer(by)) as db:
            before = await _member(db, organization, user, by)
            must_change(by, organization, before.role, role)
            if before.role is role:
                return before
            must_leave_an_owner(before.role, role, await members.owners(db, organization))
            after = replace(before, role=role)
            await members.set_role(db, after)
            await self._note(db, "role_changed", before, role, by)
        return after

    async def remove(self, organization: OrganizationId, user: UserId, *, by: Viewer) -> Membership:
        """Let a member belong to an organization no more; their tokens there are revoked."""
        async with self.database.writing(scope_of_viewer(by)) as db:
            before = await _member(db, organization, user, by)
            must_change(by, organization, before.role, None)
            await self._remove(db, before, "removed", by)
        return before

    async def leave(self, organization: OrganizationId, *, by: Viewer) -> Membership:
        """Leave an organization; whoever may write may go."""
        by.must_belong(organization)
        by.must_write()
        async with self.database.writing(scope_of_viewer(by)) as db:
            before = await _member(db, organization, by.user, by)
            await self._remove(db, before, "left", by)
        return before

    async def _remove(self, db: Writing, before: Membership, verb: str, by: Viewer) -> None:
        organization, user = before.organization_id, before.user_id
        must_leave_an_owner(before.role, None, await members.owners(db, organization))
        await tokens.revoke_all_of(db, organization, user, self.clock.now())
        await members.remove(db, organization, user)
        await self._note(db, verb, before, None, by)

    async def _note(
        self, db: Writing, verb: str, before: Membership, to: MembershipRole | None, by: Viewer
    ) -> None:
        change = Changed(
            organization_id=before.organization_id,
            action=f"member.{verb}",
            object_kind="user",
            object_id=before.user_id,
            before={"role": before.role},
            after=None if to is None else {"role": to},
        )
        await record(db, self.clock, by, change)


async def _member(
    db: Writing, organization: OrganizationId, user: UserId, by: Viewer
) -> Membership:
    """Return a member, after nobody else can change those of this organization any more."""
    by.must_belong(organization)
    await existing(db, organization)
    found = await members.one(db, organization, user)
    if found is None:
        raise NotFound("No such member.")
    return found
