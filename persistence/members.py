"""Members: who belongs to an organization, page by page, and what changes of it."""

from collections.abc import Sequence

from sqlalchemy import delete, func, select, update

from domain.ids import OrganizationId, UserId
from domain.organizations import Membership, MembershipRole
from persistence.database import Reading, Writing, note_access_changed
from persistence.organizations import memberships
from persistence.pages import Found, Keyset, Page, Place, found_on, one_more
from persistence.tables import text
from persistence.users import users

KEYSET = Keyset("me", "created_at")

_ROWS = select(
    memberships.c.organization_id,
    memberships.c.user_id.label("id"),
    memberships.c.role,
    memberships.c.created_at,
).subquery("members")


async def page_of(
    db: Reading,
    organization: OrganizationId,
    page: Page,
    roles: Sequence[MembershipRole] | None = None,
) -> Found[Membership]:
    """Return one page of an organization's members, who joined last first."""
    asked = select(_ROWS).where(
        _ROWS.c.organization_id == organization, *page.conditions(KEYSET, _ROWS)
    )
    if roles is not None:
        asked = asked.where(_ROWS.c.role.in_([role.value for role in roles]))
    rows = await db.execute(
        asked.order_by(*page.order(KEYSET, _ROWS)).limit(one_more()), page.values()
    )
    found = [
        Membership(
            organization_id=OrganizationId(row.organization_id),
            user_id=UserId(row.id),
            role=MembershipRole(row.role),
            created_at=row.created_at,
        )
        for row in rows
    ]
    return found_on(
        page, [(Place(row.created_at, row.user_id), row) for row in found if row.created_at]
    )


async def count(
    db: Reading, organization: OrganizationId, roles: Sequence[MembershipRole] | None = None
) -> int:
    """Return how many members an organization has, of these roles."""
    asked = select(func.count()).where(memberships.c.organization_id == organization)
    if roles is not None:
        asked = asked.where(memberships.c.role.in_([role.value for role in roles]))
    return int((await db.execute(asked)).scalar_one())


async def one(db: Reading, organization: OrganizationId, user: UserId) -> Membership | None:
    """Return a user's place in an organization."""
    rows = await db.execute(
        select(memberships).where(
            memberships.c.organization_id == organization, memberships.c.user_id == user
        )
    )
    row = rows.first()
    if row is None:
        return None
    return Membership(
        organization_id=OrganizationId(row.organization_id),
        user_id=UserId(row.user_id),
        role=MembershipRole(row.role),
        created_at=row.created_at,
    )


async def owners(db: Reading, organization: OrganizationId) -> int:
    """Return how many owners of an organization can sign in."""
    joined = memberships.join(users, users.c.id == memberships.c.user_id)
    rows = await db.execute(
        select(func.count())
        .select_from(joined)
        .where(
            memberships.c.organization_id == organization,
            memberships.c.role == MembershipRole.OWNER.value,
            users.c.is_active,
        )
    )
    return int(rows.scalar_one())


async def set_role(db: Writing, after: Membership) -> None:
    """Write the role of a member."""
    note_access_changed(db)
    await db.execute(
        update(memberships)
        .where(
            memberships.c.organization_id == after.organization_id,
            memberships.c.user_id == after.user_id,
        )
        .values(role=after.role.value, updated_at=text("now()"))
    )


async def remove(db: Writing, organization: OrganizationId, user: UserId) -> None:
    """Let a user belong to an organization no more, nor to its teams."""
    note_access_changed(db)
    await db.execute(
        delete(memberships).where(
            memberships.c.organization_id == organization, memberships.c.user_id == user
        )
    )
