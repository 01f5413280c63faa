"""Use cases of API tokens: how people let programs act for them (TEN-06)."""

from dataclasses import dataclass
from datetime import datetime

from application.auditing import Changed, record
from application.clock import Clock
from domain.failures import Conflict, Forbidden, Invalid, NotFound
from domain.ids import ApiTokenId, OrganizationId
from domain.rights import Right
from domain.tokens import ApiToken, BoundDocument, TokenScope, hash_of, secret_of
from domain.viewers import Viewer
from persistence import tokens
from persistence.database import Database, scope_of_viewer

MOST_OF_A_USER = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class NewToken:
    """What a token is to be."""

    organization: OrganizationId
    name: str
    scopes: frozenset[TokenScope]
    expires_at: datetime | None
    bound: BoundDocument | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenUseCases:
    """Makes and closes tokens."""

    database: Database
    clock: Clock

    async def create(self, wanted: NewToken, *, by: Viewer) -> tuple[ApiToken, str]:
        """Make a token that acts for the viewer; return it with its secret, known only now."""
        at = self.clock.now()
        by.must(Right.READ, wanted.organization)
        by.must_write()
        if wanted.organization not in by.roles:
            raise Forbidden("A token acts for a member, and you are none of this organization.")
        if not wanted.scopes:
            raise Invalid("A token needs a scope.", field="scopes")
        if not wanted.scopes <= by.scopes:
            raise Forbidden("A token cannot give more than the one that makes it has.")
        if wanted.expires_at is not None and wanted.expires_at <= at:
            raise Invalid("A token that has expired is of no use.", field="expiresAt")
        if not wanted.name.strip():
            raise Invalid("Say what the token is for.", field="name")
        secret = secret_of(self.clock.randomness(32))
        token = ApiToken(
            id=ApiTokenId(self.clock.new_id()),
            organization_id=wanted.organization,
            user_id=by.user,
            name=wanted.name.strip(),
            scopes=wanted.scopes,
            expires_at=wanted.expires_at,
            revoked_at=None,
            created_at=at,
            bound=wanted.bound,
        )
        async with self.database.writing(scope_of_viewer(by)) as db:
            if await tokens.count_open(db, wanted.organization, by.user, at) >= MOST_OF_A_USER:
                raise Conflict(f"You have {MOST_OF_A_USER} tokens; revoke one first.")
            await tokens.add(db, token, secret_hash=hash_of(secret))
            await record(
                db, self.clock, by, _changed(token, "api_token.created", after=_told(token))
            )
        return token, secret

    async def revoke(self, id_: ApiTokenId, *, by: Viewer) -> ApiToken:
        """Close a token of one's own for good, or as who manages people anybody's."""
        by.must_write()
        async with self.database.writing(scope_of_viewer(by)) as db:
            before = (await tokens.by_ids(db, [id_])).get(id_)
            if before is None or not may_see(by, before):
                raise NotFound("No such token.")
            if not await tokens.revoke(db, id_, self.clock.now()):
                raise Conflict("The token is revoked already.")
            await record(
                db, self.clock, by, _changed(before, "api_token.revoked", before=_told(before))
            )
            return (await tokens.by_ids(db, [id_]))[id_]


def may_see(viewer: Viewer, token: ApiToken) -> bool:
    """Say whether somebody may know of a token: it is their own, or they manage people there."""
    return token.user_id == viewer.user or viewer.may(Right.MANAGE_PEOPLE, token.organization_id)


def _told(token: ApiToken) -> dict[str, object]:
    return {
        "name": token.name,
        "scopes": sorted(token.scopes),
        "expires_at": token.expires_at,
        "bound_to": None if token.bound is None else token.bound.sha256,
    }


def _changed(
    token: ApiToken,
    action: str,
    *,
    before: dict[str, object] | None = None,
    after: dict[str, object] | None = None,
) -> Changed:
    return Changed(
        organization_id=token.organization_id,
        action=action,
        object_kind="api_token",
        object_id=token.id,
        before=before,
        after=after,
    )
