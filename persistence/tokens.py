"""API tokens, found by the hash of their secret."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Index,
    LargeBinary,
    Row,
    Table,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, TEXT

from domain.ids import ApiTokenId, OrganizationId, UserId
from domain.tokens import ApiToken, BoundDocument, TokenScope
from persistence.database import RawConnection, Reading, Writing, note_access_changed
from persistence.pages import Found, Keyset, Page, Place, found_on, one_more
from persistence.reach import Reach
from persistence.tables import (
    Column,
    at_most,
    created_columns,
    metadata,
    names_user,
    of_tenant,
    organization_column,
    text_column,
    time_column,
    uuid_column,
)

KEYSET = Keyset("tk", "created_at")

api_tokens = Table(
    "api_tokens",
    metadata,
    organization_column(),
    uuid_column("id", primary_key=True),
    uuid_column("user_id"),
    text_column("name"),
    Column("secret_hash", LargeBinary, nullable=False),
    Column("scopes", ARRAY(TEXT), nullable=False),
    time_column("expires_at", nullable=True),
    time_column("last_used_at", nullable=True),
    time_column("revoked_at", nullable=True),
    *created_columns(),
    text_column("bound_document", nullable=True),
    text_column("bound_sha256", nullable=True),
    of_tenant(),
    names_user("user_id"),
    Index(None, "secret_hash"),
    Index("api_tokens_listed_idx", "organization_id", text("created_at DESC"), text("id DESC")),
    Index("api_tokens_user_id_idx", "organization_id", "user_id"),
    CheckConstraint("(bound_document IS NULL) = (bound_sha256 IS NULL)", name="bound"),
    at_most("name", 255),
    at_most("bound_document", 20000),
    at_most("bound_sha256", 64),
)


def _token(row: Row[tuple[object, ...]]) -> ApiToken:
    return ApiToken(
        id=ApiTokenId(row.id),
        organization_id=OrganizationId(row.organization_id),
        user_id=UserId(row.user_id),
        name=row.name,
        scopes=frozenset(TokenScope(scope) for scope in row.scopes),
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        created_at=row.created_at,
        last_used_at=row.last_used_at,
        bound=None
        if row.bound_document is None
        else BoundDocument(row.bound_document, row.bound_sha256),
    )


async def add(db: Writing, token: ApiToken, *, secret_hash: bytes) -> None:
    """Add a token; its secret is known only by its hash."""
    await db.execute(
        insert(api_tokens).values(
            id=token.id,
            organization_id=token.organization_id,
            user_id=token.user_id,
            name=token.name,
            secret_hash=secret_hash,
            scopes=sorted(token.scopes),
            expires_at=token.expires_at,
            created_at=token.created_at,
            bound_document=None if token.bound is None else token.bound.text,
            bound_sha256=None if token.bound is None else token.bound.sha256,
        )
    )


async def by_hashes(db: Reading, hashes: Sequence[bytes]) -> dict[bytes, ApiToken]:
    """Return the tokens of these secrets; the caller must have the system scope."""
    rows = await db.execute(select(api_tokens).where(api_tokens.c.secret_hash.in_(hashes)))
    return {bytes(row.secret_hash): _token(row) for row in rows}


async def by_ids(db: Reading, ids: Sequence[ApiTokenId]) -> dict[ApiTokenId, ApiToken]:
    """Return the tokens of these ids that the caller may see."""
    rows = await db.execute(select(api_tokens).where(api_tokens.c.id.in_(ids)))
    return {(found := _token(row)).id: found for row in rows}


async def page_of(db: Reading, reach: Reach, of: UserId | None, page: Page) -> Found[ApiToken]:
    """Return a page of tokens, of one user or of all, newest first."""
    rows = await db.execute(
        select(api_tokens)
        .where(reach.condition(api_tokens), *_of(of), *page.conditions(KEYSET, api_tokens))
        .order_by(*page.order(KEYSET, api_tokens))
        .limit(one_more()),
        {**reach.values(), **page.values()},
    )
    found = [_token(row) for row in rows]
    return found_on(page, [(Place(one.created_at, one.id), one) for one in found])


async def count(db: Reading, reach: Reach, of: UserId | None) -> int:
    """Return how many tokens there are, of one user or of all."""
    rows = await db.execute(
        select(func.count()).select_from(api_tokens).where(reach.condition(api_tokens), *_of(of)),
        reach.values(),
    )
    return int(rows.scalar_one())


async def count_open(db: Reading, organization: OrganizationId, user: UserId, at: datetime) -> int:
    """Return how many tokens a user has in an organization that open something."""
    is_open = api_tokens.c.revoked_at.is_(None) & (
        api_tokens.c.expires_at.is_(None) | (api_tokens.c.expires_at > at)
    )
    own = (api_tokens.c.organization_id == organization) & (api_tokens.c.user_id == user)
    rows = await db.execute(select(func.count()).select_from(api_tokens).where(own & is_open))
    return int(rows.scalar_one())


def _of(user: UserId | None) -> list[ColumnElement[bool]]:
    return [] if user is None else [api_tokens.c.user_id == user]


async def of_organization(db: Reading, organization: OrganizationId) -> list[ApiToken]:
    """Return an organization's tokens, newest first."""
    rows = await db.execute(
        select(api_tokens)
        .where(api_tokens.c.organization_id == organization)
        .order_by(api_tokens.c.created_at.desc())
    )
    return [_token(row) for row in rows]


async def note_use(db: RawConnection, used: Mapping[ApiTokenId, datetime]) -> None:
    """Write when tokens were last used."""
    ordered = sorted(used)
    await db.execute(
        "UPDATE api_tokens t SET last_used_at = u.at "
        "FROM unnest($1::uuid[], $2::timestamptz[]) AS u (id, at) "
        "WHERE t.id = u.id AND (t.last_used_at IS NULL OR t.last_used_at < u.at)",
        ordered,
        [used[id_] for id_ in ordered],
    )


async def revoke(db: Writing, id_: ApiTokenId, at: datetime) -> bool:
    """Close a token for good; False if it was closed already or is not there."""
    note_access_changed(db)
    written = await db.execute(
        update(api_tokens)
        .where((api_tokens.c.id == id_) & api_tokens.c.revoked_at.is_(None))
        .values(revoked_at=at, updated_at=at)
    )
    return written.rowcount == 1


async def revoke_all_of(
    db: Writing, organization: OrganizationId, user: UserId, at: datetime
) -> None:
    """Close all tokens of a member of an organization for good."""
    note_access_changed(db)
    await db.execute(
        update(api_tokens)
        .where(
            api_tokens.c.organization_id == organization,
            api_tokens.c.user_id == user,
            api_tokens.c.revoked_at.is_(None),
        )
        .values(revoked_at=at, updated_at=at)
    )
