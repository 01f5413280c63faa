"""Error types and severity levels: lookup rows that each organization has of its own."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Interval,
    RowMapping,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    insert,
    select,
    text,
    update,
)

from domain.error_types import BUILTIN_ERROR_TYPES, MAX_HINT, ErrorType
from domain.ids import ErrorTypeId, OrganizationId
from domain.levels import SEVERITY_RANK, Severity
from domain.severity_levels import DEFAULT_SEVERITY_LEVELS
from persistence.database import RawConnection, Reading, Writing
from persistence.tables import (
    Column,
    at_most,
    created_columns,
    metadata,
    of_tenant,
    one_of,
    organization_column,
    text_column,
    uuid_column,
)

error_types = Table(
    "error_types",
    metadata,
    organization_column(),
    uuid_column("id", primary_key=True),
    text_column("code"),
    text_column("name"),
    text_column("description", nullable=True),
    text_column("response_hint", nullable=True),
    text_column("default_severity"),
    Column("auto_capture", Boolean, nullable=False, server_default=text("true")),
    Column("is_builtin", Boolean, nullable=False, server_default=text("false")),
    Column("is_active", Boolean, nullable=False, server_default=text("true")),
    *created_columns(),
    UniqueConstraint("organization_id", "code"),
    of_tenant(),
    at_most("code", 100),
    at_most("name", 255),
    at_most("description", 1000),
    at_most("response_hint", MAX_HINT),
    one_of("default_severity", Severity),
)

severity_levels = Table(
    "severity_levels",
    metadata,
    organization_column(),
    Column("severity", Text, primary_key=True),
    text_column("label"),
    text_column("description", nullable=True),
    Column("rank", SmallInteger, nullable=False),
    Column("response_target", Interval),
    Column("resolve_target", Interval),
    Column("pages", Boolean, nullable=False, server_default=text("false")),
    text_column("default_priority", nullable=True),
    *created_columns(),
    of_tenant(),
    one_of("severity", Severity),
    CheckConstraint("default_priority IN ('p0', 'p1', 'p2', 'p3', 'p4')", name="default_priority"),
    at_most("label", 100),
    at_most("description", 500),
)


async def add_builtins(db: Writing, organization: OrganizationId, ids: Mapping[str, UUID]) -> None:
    """Give a new organization the built-in types (their ids by code) and the five rungs."""
    await db.execute(
        insert(error_types),
        [
            {
                "organization_id": organization,
                "id": ids[builtin.code],
                "code": builtin.code,
                "name": builtin.name,
                "description": builtin.description,
                "default_severity": builtin.default_severity,
                "is_builtin": True,
            }
            for builtin in BUILTIN_ERROR_TYPES
        ],
    )
    await db.execute(
        insert(severity_levels),
        [
            {
                "organization_id": organization,
                "severity": severity,
                "label": level.label,
                "description": level.description,
                "rank": SEVERITY_RANK[severity],
                "response_target": level.response_target,
                "resolve_target": level.resolve_target,
                "pages": level.pages,
                "default_priority": level.default_priority,
            }
            for severity, level in DEFAULT_SEVERITY_LEVELS.items()
        ],
    )


async def defaults(
    db: RawConnection, organizations: Collection[OrganizationId]
) -> dict[tuple[OrganizationId, str], tuple[ErrorTypeId, Severity]]:
    """Return each organization's error types with their default severity, by code."""
    rows = await db.fetch(
        "SELECT organization_id, code, id, default_severity FROM error_types"
        " WHERE organization_id = ANY ($1::uuid[])",
        list(organizations),
    )
    return {
        (OrganizationId(row["organization_id"]), row["code"]): (
            ErrorTypeId(row["id"]),
            Severity(row["default_severity"]),
        )
        for row in rows
    }


def _error_type(row: RowMapping) -> ErrorType:
    values = {name: row[name] for name in ErrorType.__dataclass_fields__}
    values["default_severity"] = Severity(row["default_severity"])
    return ErrorType(**values)


async def of_organization(db: Reading, organization: OrganizationId) -> list[ErrorType]:
    """Return the error types of an organization in the order of their codes."""
    rows = await db.execute(
        select(error_types)
        .where(error_types.c.organization_id == organization)
        .order_by(error_types.c.code)
    )
    return [_error_type(row) for row in rows.mappings()]


async def by_ids(db: Reading, ids: Sequence[ErrorTypeId]) -> dict[ErrorTypeId, ErrorType]:
    """Return the error types of these ids that the caller may see."""
    rows = await db.execute(select(error_types).where(error_types.c.id.in_(ids)))
    return {(found := _error_type(row)).id: found for row in rows.mappings()}


async def by_code(db: Reading, organization: OrganizationId, code: str) -> ErrorType | None:
    """Return the error type of a code."""
    rows = await db.execute(
        select(error_types).where(
            error_types.c.organization_id == organization, error_types.c.code == code
        )
    )
    row = rows.mappings().first()
    return None if row is None else _error_type(row)


async def add(db: Writing, type_: ErrorType) -> None:
    """Add an error type of an organization's own."""
    await db.execute(insert(error_types).values(**_values(type_)))


async def replace(db: Writing, type_: ErrorType) -> bool:
    """Write an error type as it is now; False if there is none such."""
    written = await db.execute(
        update(error_types)
        .where(error_types.c.organization_id == type_.organization_id, error_types.c.id == type_.id)
        .values(**_values(type_), updated_at=text("now()"))
    )
    return written.rowcount == 1


def _values(type_: ErrorType) -> dict[str, object]:
    return {name: getattr(type_, name) for name in ErrorType.__dataclass_fields__}
