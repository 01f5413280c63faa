"""Errors as domain objects, read by id."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from domain.errors import Error, ErrorStatus, Priority, ResolutionKind
from domain.ids import ErrorId, OrganizationId, ServiceId, UserId
from domain.levels import LogLevel, Severity
from persistence.by_ids import RowsByIds
from persistence.database import RawConnection, Reading
from persistence.errors.tables import errors
from persistence.reach import EVERYWHERE, Reach

COLUMNS = tuple(errors.c[name] for name in Error.__dataclass_fields__)
_BY_IDS = RowsByIds(errors, COLUMNS)


def error_of(row: Mapping[Any, Any]) -> Error:
    """Return the error of a row that holds `COLUMNS`."""
    values = dict(row)
    resolution, priority = values["resolution_kind"], values["priority"]
    values.update(
        id=ErrorId(row["id"]),
        organization_id=OrganizationId(row["organization_id"]),
        service_id=ServiceId(row["service_id"]),
        level=LogLevel(row["level"]),
        severity=Severity(row["severity"]),
        status=ErrorStatus(row["status"]),
        priority=None if priority is None else Priority(priority),
        resolution_kind=None if resolution is None else ResolutionKind(resolution),
        assigned_to=None if row["assigned_to"] is None else UserId(row["assigned_to"]),
        resolved_by=None if row["resolved_by"] is None else UserId(row["resolved_by"]),
        tags=tuple(row["tags"]),
        merged_into_id=None if row["merged_into_id"] is None else ErrorId(row["merged_into_id"]),
    )
    return Error(**values)


async def by_ids(
    db: Reading, ids: Sequence[ErrorId], reach: Reach = EVERYWHERE
) -> dict[ErrorId, Error]:
    """Return the errors of these ids that the caller may see."""
    rows = await db.execute(
        select(*COLUMNS).where(reach.condition(errors), errors.c.id.in_(ids)), reach.values()
    )
    return {(found := error_of(row._mapping)).id: found for row in rows}  # noqa: SLF001 public name of SQLAlchemy


async def loaded(db: RawConnection, ids: Sequence[ErrorId], reach: Reach) -> dict[ErrorId, Error]:
    """Return the same, as loaders read it."""
    return {(found := error_of(row)).id: found for row in await _BY_IDS.read(db, ids, reach)}
