"""Use cases of users: what they are called, and who is let in or shut out (TEN-02)."""

from dataclasses import dataclass, replace

from application import tenants
from application.auditing import Changed, record
from application.clock import Clock
from application.sign_ins import audit_person
from domain.failures import Conflict, Forbidden, NotFound
from domain.ids import UserId
from domain.users import User, name_of
from domain.viewers import Viewer
from persistence import users
from persistence.database import SYSTEM, Database, Writing


@dataclass(frozen=True, slots=True, kw_only=True)
class UserUseCases:
    """What may be done to users; every process knows of it within seconds."""

    database: Database
    clock: Clock

    async def rename(self, name: str, *, by: Viewer) -> User:
        """Change what one is called oneself."""
        if by.sign_in is None:
            raise Forbidden("Only who has signed in may do this, not a program.")
        called = name_of(name)
        async with self.database.writing(SYSTEM) as db:
            before = (await users.by_ids(db, [by.user]))[by.user]
            after = replace(before, name=called)
            if before != after:
                await users.rename(db, by.user, called)
                await audit_person(db, self.clock, by, "user.renamed", {"name": called})
        return after

    async def set_active(self, id_: UserId, *, is_active: bool, by: Viewer) -> User:
        """Let a person sign in, or shut them out of everything at once."""
        if id_ == by.user and not is_active:
            by.must_administer()
            raise Conflict("Nobody deactivates themselves; another administrator does.")
        async with self.database.writing(SYSTEM) as db:
            before = await self._held(db, id_, by)
            after = replace(before, is_active=is_active)
            if before != after:
                await users.set_active(db, id_, is_active=is_active)
                verb = "activated" if is_active else "deactivated"
                await self._record(db, verb, before, "is_active", is_active, by)
        return after

    async def set_system_admin(self, id_: UserId, *, is_system_admin: bool, by: Viewer) -> User:
        """Let a person administer the whole installation, or no more; one always does."""
        if id_ == by.user and not is_system_admin:
            by.must_administer()
            raise Conflict("Nobody steps down by themselves; another administrator does it.")
        async with self.database.writing(SYSTEM) as db:
            before = await self._held(db, id_, by)
            if is_system_admin and not before.is_active:
                raise Conflict("This account is closed: let them sign in first.")
            after = replace(before, is_system_admin=is_system_admin)
            if before != after:
                await users.set_system_admin(db, id_, is_system_admin=is_system_admin)
                verb = "promoted" if is_system_admin else "demoted"
                await self._record(db, verb, before, "is_system_admin", is_system_admin, by)
        return after

    async def _held(self, db: Writing, id_: UserId, by: Viewer) -> User:
        """Return a user, while nobody else changes who administers the installation."""
        by.must_administer()
        # Two who shut each other out at once would leave nobody.
        if by.user not in await users.held_administrators(db):
            raise Forbidden("You administer this installation no more.")
        found = (await users.by_ids(db, [id_])).get(id_)
        if found is None:
            raise NotFound("No such user.")
        return found

    async def _record(
        self, db: Writing, verb: str, before: User, name: str, now: bool, by: Viewer
    ) -> None:
        change = Changed(
            organization_id=(await tenants.of_the_system(db, self.clock)).id,
            action=f"user.{verb}",
            object_kind="user",
            object_id=before.id,
            before={name: getattr(before, name)},
            after={name: now},
        )
        await record(db, self.clock, by, change)
