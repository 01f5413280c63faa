"""Organizations, memberships and per-organization lookup rows."""

from collections.abc import Sequence

from sqlalchemy import Boolean, Index, Integer, Row, Table, UniqueConstraint, insert, select, update
from sqlalchemy.dialects.postgresql import JSONB

from domain.ids import OrganizationId, UserId
from domain.organizations import Membership, MembershipRole, Organization
from persistence.database import Reading, Writing, note_access_changed
from persistence.tables import (
    Column,
    at_most,
    created_columns,
    metadata,
    names_user,
    of_tenant,
    one_of,
    organization_column,
    text,
    text_column,
    uuid_column,
)
from persistence.users import users

organizations = Table(
    "organizations",
    metadata,
    uuid_column("id", primary_key=True),
    text_column("slug"),
    text_column("name"),
    text_column("timezone", default="UTC"),
    text_column("locale", default="en"),
    Column("settings", JSONB, nullable=False, server_default=text("'{}'")),
    Column("error_rate_limit_per_minute", Integer, nullable=False, server_default=text("100")),
    Column("is_system", Boolean, nullable=False, server_default=text("false")),
    *created_columns(),
    UniqueConstraint("slug"),
    at_most("slug", 100),
    at_most("name", 255),
    at_most("timezone", 64),
    at_most("locale", 35),
    Index(
        "organizations_is_system_key", "is_system", unique=True, postgresql_where=text("is_system")
    ),
)

memberships = Table(
    "memberships",
    metadata,
    organization_column(),
    uuid_column("user_id", primary_key=True),
    text_column("role"),
    *created_columns(),
    one_of("role", MembershipRole),
    of_tenant(),
    names_user("user_id"),
    Index(None, "user_id"),
    Index(
        "memberships_listed_idx", "organization_id", text("created_at DESC"), text("user_id DESC")
    ),
)


def organization_of(row: Row[tuple[object, ...]]) -> Organization:
    """Return the organization of a row."""
    return Organization(
        id=OrganizationId(row.id),
        slug=row.slug,
        name=row.name,
        timezone=row.timezone,
        error_rate_limit_per_minute=row.error_rate_limit_per_minute,
        is_system=row.is_system,
        created_at=row.created_at,
        locale=row.locale,
        settings=row.settings,
    )


async def add(db: Writing, organization: Organization) -> None:
    """Add a tenant."""
    await db.execute(
        insert(organizations).values(
            id=organization.id,
            slug=organization.slug,
            name=organization.name,
            timezone=organization.timezone,
            locale=organization.locale,
            error_rate_limit_per_minute=organization.error_rate_limit_per_minute,
            is_system=organization.is_system,
            created_at=organization.created_at,
        )
    )


async def add_member(db: Writing, membership: Membership) -> None:
    """Add a user to a tenant."""
    note_access_changed(db)
    await db.execute(
        insert(memberships).values(
            organization_id=membership.organization_id,
            user_id=membership.user_id,
            role=membership.role,
        )
    )


async def by_ids(db: Reading, ids: Sequence[OrganizationId]) -> dict[OrganizationId, Organization]:
    """Return the organizations of these ids that the caller may see."""
    rows = await db.execute(select(organizations).where(organizations.c.id.in_(ids)))
    return {(found := organization_of(row)).id: found for row in rows}


async def by_slug(db: Reading, slug: str) -> Organization | None:
    """Return the organization of this slug, if the caller may see it."""
    row = (await db.execute(select(organizations).where(organizations.c.slug == slug))).first()
    return None if row is None else organization_of(row)


async def all_of(db: Reading, limit: int | None = None) -> list[Organization]:
    """Return the organizations that the caller may see, in the order of their names."""
    rows = await db.execute(select(organizations).order_by(organizations.c.name).limit(limit))
    return [organization_of(row) for row in rows]


async def ids_of_all(db: Reading, limit: int) -> list[OrganizationId]:
    """Return the ids of the organizations that the caller may see, in their order."""
    rows = await db.execute(select(organizations.c.id).order_by(organizations.c.id).limit(limit))
    return [OrganizationId(row.id) for row in rows]


async def the_system(db: Reading) -> Organization | None:
    """Return the organization of what concerns no tenant, if it is made already."""
    rows = await db.execute(select(organizations).where(organizations.c.is_system))
    row = rows.first()
    return None if row is None else organization_of(row)


async def hold(db: Writing, id_: OrganizationId) -> Organization | None:
    """Return an organization, which nobody else changes until the transaction ends."""
    found = await db.execute(
        select(organizations).where(organizations.c.id == id_).with_for_update(key_share=True)
    )
    row = found.first()
    return None if row is None else organization_of(row)


async def replace(db: Writing, after: Organization) -> None:
    """Write what people decide of an organization."""
    await db.execute(
        update(organizations)
        .where(organizations.c.id == after.id)
        .values(
            slug=after.slug,
            name=after.name,
            timezone=after.timezone,
            locale=after.locale,
            settings=dict(after.settings),
            updated_at=text("now()"),
        )
    )


async def set_error_rate_limit(db: Writing, id_: OrganizationId, per_minute: int) -> bool:
    """Set how many errors an organization may send in a minute; False if there is none such."""
    written = await db.execute(
        update(organizations)
        .where(organizations.c.id == id_)
        .values(error_rate_limit_per_minute=per_minute, updated_at=text("now()"))
    )
    return written.rowcount == 1


async def memberships_of(db: Reading, user: UserId) -> list[Membership]:
    """Return where this user belongs."""
    return await memberships_of_all(db, [user])


async def memberships_of_all(db: Reading, of: Sequence[UserId]) -> list[Membership]:
    """Return where these users belong."""
    rows = await db.execute(select(memberships).where(memberships.c.user_id.in_(of)))
    return [
        Membership(
            organization_id=OrganizationId(row.organization_id),
            user_id=UserId(row.user_id),
            role=MembershipRole(row.role),
        )
        for row in rows
    ]


async def is_member(db: Reading, organization: OrganizationId, email: str) -> bool:
    """Say whether who has this address belongs to an organization."""
    joined = memberships.join(users, users.c.id == memberships.c.user_id)
    rows = await db.execute(
        select(memberships.c.user_id)
        .select_from(joined)
        .where(memberships.c.organization_id == organization, users.c.email == email)
    )
    return rows.first() is not None


async def people_of(
    db: Reading, organization: OrganizationId, limit: int = 10_000
) -> list[tuple[UserId, str, str]]:
    """Return who may be given work in an organization: id, name and address."""
    joined = memberships.join(users, users.c.id == memberships.c.user_id)
    rows = await db.execute(
        select(users.c.id, users.c.name, users.c.email)
        .select_from(joined)
        .where(memberships.c.organization_id == organization, users.c.is_active)
        .order_by(users.c.id)
        .limit(limit)
    )
    return [(UserId(row.id), row.name, row.email) for row in rows]


async def members_of(db: Reading, organization: OrganizationId) -> list[UserId]:
    """Return the users of one organization, in the order of their names."""
    joined = memberships.join(users, users.c.id == memberships.c.user_id)
    rows = await db.execute(
        select(memberships.c.user_id)
        .select_from(joined)
        .where(memberships.c.organization_id == organization)
        .order_by(users.c.name, users.c.id)
    )
    return [UserId(row.user_id) for row in rows]
