"""Severity levels: what each rung of the ladder promises in an organization."""

from collections.abc import Collection, Mapping

from sqlalchemy import RowMapping, select, text, update

from domain.errors import Priority
from domain.ids import OrganizationId
from domain.levels import Severity
from domain.severity_levels import SeverityLevel
from persistence.database import RawConnection, Reading, Writing
from persistence.error_types import severity_levels

Promises = Mapping[tuple[OrganizationId, Severity], SeverityLevel]


def _level(row: RowMapping | Mapping[str, object]) -> SeverityLevel:
    values = {name: row[name] for name in SeverityLevel.__dataclass_fields__}
    priority = values["default_priority"]
    values["severity"] = Severity(str(values["severity"]))
    values["default_priority"] = None if priority is None else Priority(str(priority))
    return SeverityLevel(**values)  # type: ignore[arg-type]


async def of_organization(db: Reading, organization: OrganizationId) -> list[SeverityLevel]:
    """Return the rungs of an organization, the highest first."""
    rows = await db.execute(
        select(severity_levels)
        .where(severity_levels.c.organization_id == organization)
        .order_by(severity_levels.c.rank.desc())
    )
    return [_level(row) for row in rows.mappings()]


async def replace(db: Writing, organization: OrganizationId, level: SeverityLevel) -> bool:
    """Write a rung as it is now; False if there is none such."""
    rows = severity_levels.c
    values = {name: getattr(level, name) for name in SeverityLevel.__dataclass_fields__}
    written = await db.execute(
        update(severity_levels)
        .where(rows.organization_id == organization, rows.severity == level.severity)
        .values(**values, updated_at=text("now()"))
    )
    return written.rowcount == 1


async def promises(db: RawConnection, organizations: Collection[OrganizationId]) -> Promises:
    """Return the rungs of organizations, by organization and severity."""
    rows = await db.fetch(
        "SELECT * FROM severity_levels WHERE organization_id = ANY ($1::uuid[])",
        list(organizations),
    )
    return {
        (OrganizationId(row["organization_id"]), level.severity): level
        for row in rows
        for level in [_level(dict(row))]
    }
