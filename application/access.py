"""Use cases of access: who is at the door."""

from dataclasses import dataclass

from application.clock import Clock
from domain.tokens import hash_of
from domain.viewers import Viewer
from persistence import organizations, tokens, users
from persistence.database import SYSTEM, Database


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessUseCases:
    """Turns a secret into a viewer."""

    database: Database
    clock: Clock

    async def viewer_of_token(self, secret: str) -> Viewer | None:
        """Return whom an API token acts for, or None when it opens nothing (any more)."""
        at = self.clock.now()
        async with self.database.reading(SYSTEM) as db:
            token = await tokens.by_hash(db, hash_of(secret))
            if token is None or not token.is_usable(at):
                return None
            user = (await users.by_ids(db, [token.user_id])).get(token.user_id)
            if user is None or not user.is_active:
                return None
            memberships = await organizations.memberships_of(db, user.id)
        return Viewer(
            user=user.id,
            roles={
                membership.organization_id: membership.role
                for membership in memberships
                if membership.organization_id == token.organization_id
            },
            scopes=token.scopes,
        )
