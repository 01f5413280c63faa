"""Invitations, found by the hash of their secret."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    Boolean,
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

from domain.ids import InvitationId, OrganizationId, UserId
from domain.invitations import Invitation
from domain.organizations import MembershipRole
from persistence.database import Reading, Writing
from persistence.pages import Found, Keyset, Page, Place, found_on, one_more
from persistence.reach import Reach
from persistence.tables import (
    Column,
    at_most,
    created_columns,
    metadata,
    names_user,
    of_tenant,
    one_of,
    organization_column,
    text_column,
    time_column,
    uuid_column,
)

KEYSET = Keyset("in", "created_at")

invitations = Table(
    "invitations",
    metadata,
    organization_column(),
    uuid_column("id", primary_key=True),
    text_column("email"),
    text_column("role"),
    Column("secret_hash", LargeBinary, nullable=False),
    Column("is_mailed", Boolean, nullable=False, server_default=text("false")),
    uuid_column("invited_by"),
    time_column("expires_at"),
    time_column("accepted_at", nullable=True),
    uuid_column("accepted_by", nullable=True),
    time_column("revoked_at", nullable=True),
    *created_columns(mutable=False),
    of_tenant(),
    names_user("invited_by"),
    names_user("accepted_by"),
    one_of("role", MembershipRole),
    at_most("email", 255),
    Index("invitations_listed_idx", "organization_id", text("created_at DESC"), text("id DESC")),
    Index(None, "secret_hash"),
    Index(
        "invitations_open_key",
        "organization_id",
        "email",
        unique=True,
        postgresql_where=text("accepted_at IS NULL AND revoked_at IS NULL"),
    ),
)


def _invitation(row: Row[tuple[object, ...]]) -> Invitation:
    return Invitation(
        id=InvitationId(row.id),
        organization_id=OrganizationId(row.organization_id),
        email=row.email,
        role=MembershipRole(row.role),
        is_mailed=row.is_mailed,
        invited_by=UserId(row.invited_by),
        expires_at=row.expires_at,
        accepted_at=row.accepted_at,
        accepted_by=None if row.accepted_by is None else UserId(row.accepted_by),
        revoked_at=row.revoked_at,
        created_at=row.created_at,
    )


async def add(db: Writing, invitation: Invitation, *, secret_hash: bytes) -> None:
    """Add an invitation; its secret is known only by its hash."""
    await db.execute(
        insert(invitations).values(
            organization_id=invitation.organization_id,
            id=invitation.id,
            email=invitation.email,
            role=invitation.role.value,
            secret_hash=secret_hash,
            invited_by=invitation.invited_by,
            expires_at=invitation.expires_at,
            created_at=invitation.created_at,
        )
    )


async def by_ids(db: Reading, ids: Sequence[InvitationId]) -> dict[InvitationId, Invitation]:
    """Return the invitations of these ids that the caller may see."""
    rows = await db.execute(select(invitations).where(invitations.c.id.in_(ids)))
    return {(found := _invitation(row)).id: found for row in rows}


async def by_hash(db: Reading, secret_hash: bytes) -> Invitation | None:
    """Return the invitation of a secret; the caller must have the system scope."""
    rows = await db.execute(select(invitations).where(invitations.c.secret_hash == secret_hash))
    row = rows.first()
    return None if row is None else _invitation(row)


async def page_of(db: Reading, reach: Reach, page: Page) -> Found[Invitation]:
    """Return a page of invitations, newest first."""
    rows = await db.execute(
        select(invitations)
        .where(reach.condition(invitations), *page.conditions(KEYSET, invitations))
        .order_by(*page.order(KEYSET, invitations))
        .limit(one_more()),
        {**reach.values(), **page.values()},
    )
    found = [_invitation(row) for row in rows]
    return found_on(page, [(Place(one.created_at, one.id), one) for one in found])


async def count(db: Reading, reach: Reach) -> int:
    """Return how many invitations there are."""
    rows = await db.execute(
        select(func.count()).select_from(invitations).where(reach.condition(invitations)),
        reach.values(),
    )
    return int(rows.scalar_one())


async def mailed(db: Writing, invitation: Invitation) -> None:
    """Note that an invitation went out by e-mail."""
    await db.execute(
        update(invitations)
        .where(
            invitations.c.organization_id == invitation.organization_id,
            invitations.c.id == invitation.id,
        )
        .values(is_mailed=True)
    )


async def replace_open(db: Writing, organization: OrganizationId, email: str, at: datetime) -> None:
    """Take back the open invitation of an address, so that a new one may take its place."""
    await db.execute(
        update(invitations)
        .where(
            invitations.c.organization_id == organization,
            invitations.c.email == email,
            invitations.c.accepted_at.is_(None),
            invitations.c.revoked_at.is_(None),
        )
        .values(revoked_at=at)
    )


async def answer(db: Writing, before: Invitation, after: Invitation) -> bool:
    """Write that an invitation is accepted or revoked; False if somebody was first."""
    written = await db.execute(
        update(invitations)
        .where(
            invitations.c.organization_id == before.organization_id,
            invitations.c.id == before.id,
            invitations.c.accepted_at.is_(None),
            invitations.c.revoked_at.is_(None),
        )
        .values(
            accepted_at=after.accepted_at,
            accepted_by=after.accepted_by,
            revoked_at=after.revoked_at,
        )
    )
    return written.rowcount == 1
