"""What every table shares: one metadata, and the column shapes that the requirements fix."""

from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    ForeignKeyConstraint,
    MetaData,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import UUID

__all__ = [
    "Column",
    "at_most",
    "created_columns",
    "metadata",
    "names_user",
    "of_tenant",
    "one_of",
    "organization_column",
    "part_of",
    "refers_to",
    "text",
    "text_column",
    "time_column",
    "uuid_column",
]

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "ck": "%(table_name)s_%(constraint_name)s_check",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    }
)


def uuid_column(name: str, *, nullable: bool = False, primary_key: bool = False) -> Column[object]:
    """Return a UUID column; the application makes time-ordered ones (GEN-01)."""
    return Column(name, UUID(as_uuid=True), nullable=nullable, primary_key=primary_key)


def organization_column(*, primary_key: bool = True) -> Column[object]:
    """Return the column of a row's tenant, first in every key (GEN-03)."""
    return uuid_column("organization_id", primary_key=primary_key)


def time_column(name: str, *, nullable: bool = False, default_now: bool = False) -> Column[object]:
    """Return the column of a moment, stored in UTC (GEN-02)."""
    default = text("now()") if default_now else None
    return Column(name, DateTime(timezone=True), nullable=nullable, server_default=default)


def created_columns(*, mutable: bool = True) -> list[Column[object]]:
    """Return `created_at`, and `updated_at` where rows change (GEN-06)."""
    columns = [time_column("created_at", default_now=True)]
    if mutable:
        columns.append(time_column("updated_at", default_now=True))
    return columns


def text_column(name: str, *, nullable: bool = False, default: str | None = None) -> Column[object]:
    """Return a text column; its limit is a CHECK beside it (GEN-05)."""
    server_default = None if default is None else text(f"'{default}'")
    return Column(name, Text, nullable=nullable, server_default=server_default)


def at_most(name: str, limit: int) -> CheckConstraint:
    """Return the limit of a text column, in characters (GEN-05)."""
    return CheckConstraint(f"char_length({name}) <= {limit}", name=f"{name}_length")


def one_of(name: str, values: type[StrEnum]) -> CheckConstraint:
    """Return the CHECK of a closed enum, held by the database (GEN-08)."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{name} IN ({listed})", name=name)


def of_tenant() -> ForeignKeyConstraint:
    """Let the row go when its organization goes (REL-23)."""
    return ForeignKeyConstraint(["organization_id"], ["organizations.id"], ondelete="CASCADE")


def part_of(column: str, table: str) -> ForeignKeyConstraint:
    """Let the row be a part of another of the same tenant, and go with it."""
    return ForeignKeyConstraint(
        ["organization_id", column], [f"{table}.organization_id", f"{table}.id"], ondelete="CASCADE"
    )


def refers_to(column: str, table: str) -> ForeignKeyConstraint:
    """Let the row name another of the same tenant, which then cannot be deleted under it."""
    return ForeignKeyConstraint(
        ["organization_id", column], [f"{table}.organization_id", f"{table}.id"]
    )


def names_user(column: str) -> ForeignKeyConstraint:
    """Let the row name a user, who can then be anonymised but never deleted (REL-23)."""
    return ForeignKeyConstraint([column], ["users.id"])
