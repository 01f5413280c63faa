"""API tokens, found by the hash of their secret."""

from datetime import datetime

from sqlalchemy import Index, LargeBinary, Row, Table, insert, select, update
from sqlalchemy.dialects.postgresql import ARRAY, TEXT

from domain.ids import ApiTokenId, OrganizationId, UserId
from domain.tokens import ApiToken, TokenScope
from persistence.database import Reading, Writing
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
    of_tenant(),
    names_user("user_id"),
    Index(None, "secret_hash"),
    at_most("name", 255),
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
        )
    )


async def by_hash(db: Reading, secret_hash: bytes) -> ApiToken | None:
    """Return the token of a secret; the caller must have the system scope."""
    rows = await db.execute(select(api_tokens).where(api_tokens.c.secret_hash == secret_hash))
    row = rows.first()
    return None if row is None else _token(row)


async def of_organization(db: Reading, organization: OrganizationId) -> list[ApiToken]:
    """Return an organization's tokens, newest first."""
    rows = await db.execute(
        select(api_tokens)
        .where(api_tokens.c.organization_id == organization)
        .order_by(api_tokens.c.created_at.desc())
    )
    return [_token(row) for row in rows]


async def used(db: Writing, id_: ApiTokenId, at: datetime) -> None:
    """Remember when a token was last used, at a grain of a minute."""
    stale = api_tokens.c.last_used_at.is_(None) | (api_tokens.c.last_used_at < at)
    await db.execute(
        update(api_tokens).where((api_tokens.c.id == id_) & stale).values(last_used_at=at)
    )


async def revoke(db: Writing, id_: ApiTokenId, at: datetime) -> bool:
    """Close a token for good; False if it was closed already or is not there."""
    written = await db.execute(
        update(api_tokens)
        .where((api_tokens.c.id == id_) & api_tokens.c.revoked_at.is_(None))
        .values(revoked_at=at, updated_at=at)
    )
    return written.rowcount == 1
