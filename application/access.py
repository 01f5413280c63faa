"""Use cases of access: who is at the door."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from application.clock import Clock
from application.last_used import LastUsed
from domain.ids import OrganizationId, UserId
from domain.organizations import Membership, MembershipRole
from domain.sign_ins import SignIn
from domain.tokens import ApiToken, hash_of
from domain.users import User
from domain.viewers import Viewer
from persistence import organizations, sign_ins, tokens, users
from persistence.database import SYSTEM, Database

Roles = Mapping[UserId, Mapping[OrganizationId, MembershipRole]]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessUseCases:
    """Turns a secret into a viewer."""

    database: Database
    clock: Clock
    used: LastUsed = field(default_factory=LastUsed)

    async def viewer_of_token(self, secret: str) -> Viewer | None:
        """Return whom an API token acts for, or None when it opens nothing (any more).

        A token that may run only one GraphQL document opens no other door.
        """
        viewer = await self.caller_of(secret)
        return viewer if viewer is not None and viewer.token and viewer.bound is None else None

    async def caller_of(self, secret: str) -> Viewer | None:
        """Return whom an API token or a sign-in acts for."""
        key = hash_of(secret)
        return (await self.callers_of([key])).get(key)

    async def callers_of(self, hashes: Iterable[bytes]) -> dict[bytes, Viewer]:
        """Return whom secrets act for now, by their hashes, and note that they were used.

        Those that open nothing are left out. Many are asked for in four statements, whatever
        their number.
        """
        at, wanted = self.clock.now(), sorted(set(hashes))
        async with self.database.reading(SYSTEM) as db:
            by_token = await tokens.by_hashes(db, wanted)
            by_sign_in = await sign_ins.by_hashes(db, wanted)
            usable: dict[bytes, ApiToken | SignIn] = {
                key: found for key, found in (by_token | by_sign_in).items() if found.is_usable(at)
            }
            ids = sorted({found.user_id for found in usable.values()})
            people = await users.by_ids(db, ids)
            memberships = await organizations.memberships_of_all(db, ids)
        roles = _by_user(memberships)
        viewers = {
            key: _viewer(found, people[found.user_id], roles.get(found.user_id, {}))
            for key, found in usable.items()
            if people[found.user_id].is_active
        }
        found = {key: viewer for key, viewer in viewers.items() if viewer is not None}
        for viewer in found.values():
            self.used.note(viewer, at)
        return found


def _by_user(memberships: Iterable[Membership]) -> Roles:
    roles: dict[UserId, dict[OrganizationId, MembershipRole]] = {}
    for membership in memberships:
        roles.setdefault(membership.user_id, {})[membership.organization_id] = membership.role
    return roles


def _viewer(
    found: ApiToken | SignIn, user: User, roles: Mapping[OrganizationId, MembershipRole]
) -> Viewer | None:
    if isinstance(found, SignIn):
        return Viewer(
            user=user.id, roles=roles, is_system_admin=user.is_system_admin, sign_in=found.id
        )
    # A token acts in its one organization, and only while its owner belongs there.
    role = roles.get(found.organization_id)
    if role is None:
        return None
    return Viewer(
        user=user.id,
        roles={found.organization_id: role},
        scopes=found.scopes,
        token=found.id,
        bound=found.bound,
    )
