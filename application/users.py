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
from persistence.database import SYSTEM, Database


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
        by.must_administer()
        if id_ == by.user and not is_active:
            raise Conflict("Nobody deactivates themselves; another administrator does.")
        async with self.database.writing(SYSTEM) as db:
            before = (await users.by_ids(db, [id_])).get(id_)
            if before is None:
                raise NotFound("No such user.")
            after = replace(before, is_active=is_active)
            if before != after:
                await users.set_active(db, id_, is_active=is_active)
                change = Changed(
                    organization_id=(await tenants.of_the_system(db, self.clock)).id,
                    action=f"user.{'activated' if is_active else 'deactivated'}",
                    object_kind="user",
                    object_id=id_,
                    before={"is_active": before.is_active},
                    after={"is_active": is_active},
                )
                await record(db, self.clock, by, change)
        return after
