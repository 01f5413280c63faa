"""Standings: errors as people decide about them, read under a lock and written many at once."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from operator import attrgetter
from typing import Any

import orjson
from sqlalchemy import Row, func, select

from domain.errors import ErrorStatus, Priority, ResolutionKind
from domain.ids import ErrorId, OrganizationId
from domain.ignoring import IgnoreCondition
from domain.levels import LogLevel, Severity
from domain.release_order import ResolvedIn
from domain.triage import RESOLVED_BY_QUIET, Standing
from persistence.compiled import compiled
from persistence.database import RawConnection, Writing, raw_of
from persistence.errors.lists import Criteria
from persistence.errors.tables import errors
from persistence.reach import Reach

_NAMES = tuple(Standing.__dataclass_fields__)
_COLUMNS = tuple(errors.c[name] for name in _NAMES)

# By their values: to ask the enum takes ten times as long, and a decision reads thousands.
_STATUSES = {status.value: status for status in ErrorStatus}
_LEVELS = {level.value: level for level in LogLevel}
_SEVERITIES = {severity.value: severity for severity in Severity}

# Every column that a decision may change, with its type; JSON goes as text.
_WRITTEN: Mapping[str, str] = {
    "status": "text",
    "severity": "text",
    "priority": "text",
    "error_type_id": "uuid",
    "error_type": "text",
    "assigned_to": "uuid",
    "team_id": "uuid",
    "assignment_due_at": "timestamptz",
    "resolved_at": "timestamptz",
    "resolved_by": "uuid",
    "resolution_kind": "text",
    "resolution_id": "uuid",
    "resolved_in": "text",
    "ignored_until": "timestamptz",
    "ignore_condition": "text",
    "first_response_at": "timestamptz",
    "response_due_at": "timestamptz",
    "resolve_due_at": "timestamptz",
    "updated_at": "timestamptz",
}
_JSON = ("resolved_in", "ignore_condition")


@cache
def _replacing(each: tuple[str, ...], alike: tuple[str, ...]) -> str:
    """Return the statement that writes columns: those that errors differ in, and the others."""
    names = {name: f"x.{name}" for name in each}
    for place, name in enumerate(alike, start=3 + len(each)):
        names[name] = f"${place}::{_WRITTEN[name]}"
    lists = "".join(f", ${n}::{_WRITTEN[name]}[]" for n, name in enumerate(each, start=3))
    return (
        "UPDATE errors e SET "  # noqa: S608 names of our own
        + ", ".join(f"{n} = {value}{'::jsonb' * (n in _JSON)}" for n, value in names.items())
        + f" FROM unnest($1::uuid[], $2::uuid[]{lists})"
        + f" AS x ({', '.join(('organization_id', 'id', *each))})"
        + " WHERE e.organization_id = x.organization_id AND e.id = x.id"
    )


def _standings(rows: Iterable[Row[Any]]) -> list[Standing]:
    return [_standing(dict(zip(_NAMES, row, strict=True))) for row in rows]


def _standing(values: dict[str, Any]) -> Standing:
    priority, kind = values["priority"], values["resolution_kind"]
    resolved_in, condition = values["resolved_in"], values["ignore_condition"]
    values["status"] = _STATUSES[values["status"]]
    values["level"] = _LEVELS[values["level"]]
    values["severity"] = _SEVERITIES[values["severity"]]
    if priority is not None:
        values["priority"] = Priority(priority)
    if kind is not None:
        values["resolution_kind"] = ResolutionKind(kind)
    if resolved_in is not None:
        values["resolved_in"] = ResolvedIn.of_json(_read(resolved_in))
    if condition is not None:
        values["ignore_condition"] = IgnoreCondition.of_json(_read(condition))
    return Standing.of(values)


def _read(kept: Any) -> Any:
    """Return JSON as it is meant: the driver gives its text, SQLAlchemy what it says."""
    return orjson.loads(kept) if isinstance(kept, str) else kept


async def locked_by_ids(db: Writing, ids: Sequence[ErrorId], reach: Reach) -> list[Standing]:
    """Return these errors as they stand, locked until the end, in the order of their ids."""
    rows = await db.execute(
        select(*_COLUMNS)
        .where(reach.condition(errors), errors.c.id.in_(ids))
        .order_by(errors.c.organization_id, errors.c.id)
        .with_for_update(of=errors),
        reach.values(),
    )
    return _standings(rows)


async def locked_that_fit(
    db: Writing, criteria: Criteria, reach: Reach, limit: int
) -> list[Standing]:
    """Return the errors that fit, locked until the end, at most so many.

    Read by the driver: of thousands of rows SQLAlchemy would make objects of its own first.
    """
    sql, names, own = compiled(
        select(*_COLUMNS)
        .where(reach.condition(errors), *criteria.conditions(errors))
        .order_by(errors.c.organization_id, errors.c.id)
        .limit(limit)
        .with_for_update(of=errors)
    )
    values = {**own, **reach.values(), **criteria.values()}
    raw = await raw_of(db)
    rows = await raw.fetch(sql, *(values[name] for name in names))
    return [_standing(dict(zip(_NAMES, row, strict=True))) for row in rows]


async def locked_whose_ignoring_ended(db: Writing, at: datetime, limit: int) -> list[Standing]:
    """Return errors that were ignored until a moment that has come; those that others hold wait."""
    rows = await db.execute(
        select(*_COLUMNS)
        .where(errors.c.ignored_until <= at, errors.c.status == ErrorStatus.IGNORED)
        .where(errors.c.merged_into_id.is_(None))
        .order_by(errors.c.ignored_until)
        .limit(limit)
        .with_for_update(of=errors, skip_locked=True)
    )
    return _standings(rows)


async def locked_that_are_quiet(
    db: Writing, organization: OrganizationId, since: datetime, limit: int
) -> list[Standing]:
    """Return errors that nobody works on and that did not happen since a moment."""
    statuses = [status.value for status in RESOLVED_BY_QUIET]
    # Reopened a moment ago, it has its time from then.
    heard_of = func.greatest(errors.c.last_seen_at, errors.c.updated_at)
    rows = await db.execute(
        select(*_COLUMNS)
        .where(errors.c.organization_id == organization, errors.c.status.in_(statuses))
        .where(errors.c.listed_at < since, heard_of < since)
        .where(errors.c.merged_into_id.is_(None))
        .order_by(errors.c.listed_at)
        .limit(limit)
        .with_for_update(of=errors, skip_locked=True)
    )
    return _standings(rows)


async def replace(db: RawConnection, before: Sequence[Standing], after: Sequence[Standing]) -> None:
    """Write errors as they stand now; they are locked since they were read as they were before.

    Only what changed is written. What is the same for all is said once.
    """
    each: dict[str, list[object]] = {}
    alike: dict[str, object] = {}
    for name in _WRITTEN:
        values = list(map(attrgetter(name), after))
        if values == list(map(attrgetter(name), before)):
            continue
        if values.count(values[0]) == len(values):
            alike[name] = _value(values[0], name)
        else:
            each[name] = [_value(value, name) for value in values]
    if each or alike:
        await db.execute(
            _replacing(tuple(each), tuple(alike)),
            [standing.organization_id for standing in after],
            [standing.id for standing in after],
            *each.values(),
            *alike.values(),
        )


def _value(value: Any, name: str) -> object:
    if value is not None and name in _JSON:
        return orjson.dumps(value.as_json()).decode()
    return value


_MET_CONDITIONS = """
SELECT e.organization_id, e.id, e.service_id, e.level, e.severity, e.environment, e.error_type,
    e.assigned_to, e.team_id, e.occurrence_count, e.users_affected_count, e.ignore_condition::text
FROM unnest($1::uuid[], $2::uuid[]) AS x (organization_id, id)
JOIN errors e USING (organization_id, id)
WHERE e.status = 'ignored' AND e.ignore_condition IS NOT NULL
"""

_RESTART = """
UPDATE errors e SET resolution_id = NULL, resolved_in = NULL, first_response_at = NULL,
    response_due_at = CASE WHEN e.level <> 'debug' THEN $3::timestamptz + s.response_target END,
    resolve_due_at = CASE WHEN e.level <> 'debug' THEN $3::timestamptz + s.resolve_target END
FROM unnest($1::uuid[], $2::uuid[]) AS x (organization_id, id), errors before
LEFT JOIN severity_levels s
    ON s.organization_id = before.organization_id AND s.severity = before.severity
WHERE e.organization_id = x.organization_id AND e.id = x.id AND e.status = 'recurring'
    AND before.organization_id = e.organization_id AND before.id = e.id
RETURNING e.organization_id, before.resolution_id
"""


async def restart_targets(
    db: RawConnection, came_back: Sequence[tuple[OrganizationId, ErrorId]], at: datetime
) -> list[tuple[OrganizationId, Any]]:
    """Let what is promised of errors that came back begin anew; return their old resolutions."""
    own = sorted(came_back)
    rows = await db.fetch(_RESTART, [o for o, _ in own], [e for _, e in own], at)
    return [
        (OrganizationId(row["organization_id"]), row["resolution_id"])
        for row in rows
        if row["resolution_id"] is not None
    ]


async def under_conditions(
    db: RawConnection, muted: Sequence[tuple[OrganizationId, ErrorId]]
) -> list[dict[str, Any]]:
    """Return those of these errors that are ignored until they have happened so often."""
    rows = await db.fetch(_MET_CONDITIONS, [o for o, _ in muted], [e for _, e in muted])
    return [
        {**dict(row), "ignore_condition": orjson.loads(row["ignore_condition"])} for row in rows
    ]


async def stop_ignoring(
    db: RawConnection, ended: Sequence[tuple[OrganizationId, ErrorId]], at: datetime
) -> None:
    """Open errors whose ignoring has ended."""
    own = sorted(ended)
    await db.execute(
        "UPDATE errors e SET status = 'open', ignored_until = NULL, ignore_condition = NULL,"
        " updated_at = greatest(e.updated_at, $3)"
        " FROM unnest($1::uuid[], $2::uuid[]) AS x (organization_id, id)"
        " WHERE e.organization_id = x.organization_id AND e.id = x.id AND e.status = 'ignored'",
        [o for o, _ in own],
        [e for _, e in own],
        at,
    )
