"""Resolution types: the ways in which an organization's errors come to be resolved."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import (
    Boolean,
    RowMapping,
    Table,
    UniqueConstraint,
    insert,
    select,
    text,
    update,
)

from domain.ids import OrganizationId, ResolutionTypeId
from domain.resolutions import (
    BUILTIN_RESOLUTION_TYPES,
    MAX_DESCRIPTION,
    MAX_NAME,
    ResolutionType,
)
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
    uuid_column,
)

resolution_types = Table(
    "resolution_types",
    metadata,
    organization_column(),
    uuid_column("id", primary_key=True),
    text_column("name"),
    text_column("description"),
    Column("requires_testing", Boolean, nullable=False, server_default=text("false")),
    Column("is_builtin", Boolean, nullable=False, server_default=text("false")),
    Column("is_active", Boolean, nullable=False, server_default=text("true")),
    uuid_column("created_by", nullable=True),
    *created_columns(),
    UniqueConstraint("organization_id", "name"),
    of_tenant(),
    names_user("created_by"),
    at_most("name", MAX_NAME),
    at_most("description", MAX_DESCRIPTION),
)


def _type(row: RowMapping) -> ResolutionType:
    return ResolutionType(**{name: row[name] for name in ResolutionType.__dataclass_fields__})


def _values(type_: ResolutionType) -> dict[str, object]:
    return {name: getattr(type_, name) for name in ResolutionType.__dataclass_fields__}


async def add_builtins(db: Writing, organization: OrganizationId, ids: Mapping[str, UUID]) -> None:
    """Give a new organization the built-in types, their ids by name."""
    await db.execute(
        insert(resolution_types),
        [
            {
                "organization_id": organization,
                "id": ids[name],
                "name": name,
                "description": description,
                "is_builtin": True,
            }
            for name, description in BUILTIN_RESOLUTION_TYPES.items()
        ],
    )


async def of_organization(db: Reading, organization: OrganizationId) -> list[ResolutionType]:
    """Return the types of an organization in the order of their names."""
    rows = await db.execute(
        select(resolution_types)
        .where(resolution_types.c.organization_id == organization)
        .order_by(resolution_types.c.name)
    )
    return [_type(row) for row in rows.mappings()]


async def by_ids(
    db: Reading, ids: Sequence[ResolutionTypeId]
) -> dict[ResolutionTypeId, ResolutionType]:
    """Return the types of these ids that the caller may see."""
    rows = await db.execute(select(resolution_types).where(resolution_types.c.id.in_(ids)))
    return {(found := _type(row)).id: found for row in rows.mappings()}


async def named(db: Reading, organization: OrganizationId, name: str) -> ResolutionType | None:
    """Return the type of a name."""
    rows = await db.execute(
        select(resolution_types).where(
            resolution_types.c.organization_id == organization, resolution_types.c.name == name
        )
    )
    row = rows.mappings().first()
    return None if row is None else _type(row)


async def add(db: Writing, type_: ResolutionType) -> None:
    """Add a type of an organization's own."""
    await db.execute(insert(resolution_types).values(**_values(type_)))


async def replace(db: Writing, type_: ResolutionType) -> bool:
    """Write a type as it is now; False if there is none such."""
    rows = resolution_types.c
    written = await db.execute(
        update(resolution_types)
        .where(rows.organization_id == type_.organization_id, rows.id == type_.id)
        .values(**_values(type_), updated_at=text("now()"))
    )
    return written.rowcount == 1
