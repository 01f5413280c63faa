"""What of our tables the outside may read in one statement, and under which names."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    ColumnElement,
    DateTime,
    FromClause,
    Integer,
    and_,
    bindparam,
    collate,
    func,
    literal_column,
    select,
)
from sqlalchemy import cast as cast_to
from sqlalchemy.types import Text

from domain.errors import ErrorStatus, Priority, ResolutionKind, StatusCategory
from domain.levels import LogLevel, Severity
from persistence.assignments import active_on, assignments
from persistence.errors.tables import error_hours, errors
from persistence.occurrence_rows import KEYSET, OccurrenceList, newest_of
from persistence.occurrences import occurrences
from persistence.organizations import organizations
from persistence.projection.entities import (
    Bounded,
    Condition,
    Derived,
    Entity,
    Newest,
    One,
    Paged,
    columns,
    constant,
    member,
    public_id,
)
from persistence.projection.standing import STANDING, is_late
from persistence.services import services
from persistence.teams import teams
from persistence.users import users

ERROR = "err"
OCCURRENCE = "occ"
SERVICE = "svc"
ORGANIZATION = "org"
USER = "usr"
ASSIGNMENT = "asg"
INGEST_KEY = "key"
RESOLUTION = "res"
RESOLUTION_TYPE = "rty"
ERROR_TYPE = "ety"
COMMENT = "cmt"
SAVED_VIEW = "view"
SUPPRESSION_RULE = "sup"
DEAD_LETTER = "ded"
MONITOR = "mon"
CHECK_IN = "chk"
USER_REPORT = "rep"
ATTACHMENT = "att"
ARTIFACT_BUNDLE = "bun"
GROUPING_RULE = "gru"
ESCALATION = "esc"
TEAM = "tea"
AUDIT_ENTRY = "aud"
REMOVAL = "rmv"

LATEST_OCCURRENCES = Bounded(argument="first", default=3, maximum=20)
HOURS = Bounded(argument="last", default=24, maximum=96)


def named_by(column: str) -> Condition:
    """Lead to the row of the same tenant that the parent's column names."""
    return lambda parent, child: and_(
        child.c.organization_id == parent.c.organization_id, child.c.id == parent.c[column]
    )


def global_by(column: str) -> Condition:
    """Lead to the row of a table without tenants that the parent's column names."""
    return lambda parent, child: child.c.id == parent.c[column]


def _short_id(rows: Any) -> ColumnElement[str]:
    service = func.upper(collate(rows.c.service_name, "C"))
    return service.op("||")(constant("-")).op("||")(cast_to(rows.c.number, Text))


def _hours(parent: Any, name: str, last: ColumnElement[int] | None) -> FromClause:
    """Every hour up to now, with a zero where nothing happened."""
    now = func.date_trunc(constant("hour"), bindparam("now", type_=DateTime(timezone=True)))
    zero, one = literal_column("0", Integer), literal_column("1", Integer)
    first = now.op("-")(func.make_interval(zero, zero, zero, zero, last - one))
    hours = func.generate_series(first, now, func.make_interval(zero, zero, zero, zero, one))
    every = hours.table_valued("hour").render_derived(f"{name}h")
    counted = error_hours.alias(f"{name}c")
    joined = every.outerjoin(
        counted,
        and_(
            counted.c.organization_id == parent.c.organization_id,
            counted.c.error_id == parent.c.id,
            counted.c.hour == every.c.hour,
            counted.c.hour >= first,
        ),
    )
    count = func.coalesce(counted.c.occurrence_count, zero).label("count")
    return select(every.c.hour, count).select_from(joined).correlate(parent).subquery(name)


def _tags(parent: Any, name: str, _size: ColumnElement[int] | None) -> FromClause:
    return func.jsonb_each_text(parent.c.tags).table_valued("key", "value", name=name)


_ERROR = Entity(
    table=errors,
    fields={
        **columns(
            "number",
            "fingerprint",
            "fingerprint_version",
            "error_type",
            "title",
            "message",
            "culprit",
            "platform",
            "service_name",
            "component",
            "file_path",
            "line_number",
            "column_number",
            "endpoint_path",
            "environment",
            "first_release",
            "last_release",
            "first_seen_at",
            "last_seen_at",
            "occurrence_count",
            "users_affected_count",
            "sessions_affected_count",
            "correlation_id",
            "calendar_context",
            "resolved_at",
            "regression_count",
            "regressed_at",
            "merged_count",
            "metadata",
            "tags",
            "created_at",
            "updated_at",
        ),
        "id": public_id(ERROR),
        "short_id": _short_id,
        "level": member("level", LogLevel),
        "severity": member("severity", Severity),
        "status": member("status", ErrorStatus),
        "status_category": member("status_category", StatusCategory),
        "category": member("status_category", StatusCategory),
        "priority": member("priority", Priority),
        "resolution_kind": member("resolution_kind", ResolutionKind),
        **STANDING,
    },
    relations={
        "organization": One(entity="Organization", on=global_by("organization_id")),
        "service": One(entity="Service", on=named_by("service_id")),
        "assignee": One(entity="User", on=global_by("assigned_to")),
        "merged_into": One(entity="Error", on=named_by("merged_into_id")),
        "resolved_by": One(entity="User", on=global_by("resolved_by")),
        "active_assignment": One(
            entity="Assignment",
            on=active_on,
            order=lambda rows: [rows.c.created_at.desc(), rows.c.id.desc()],
        ),
        "latest_occurrence": Newest(entity="Occurrence", rows=newest_of, order=KEYSET.newest_first),
        "latest_occurrences": Newest(
            entity="Occurrence",
            rows=newest_of,
            order=KEYSET.newest_first,
            size=LATEST_OCCURRENCES,
        ),
        "occurrences": Paged(
            entity="Occurrence",
            listing=lambda parent, page, prefix: OccurrenceList(
                parent=parent, page=page, prefix=prefix
            ),
        ),
        "hours": Derived(
            entity="ErrorHour", rows=_hours, order=lambda rows: [rows.c.hour], size=HOURS
        ),
    },
)

_OCCURRENCE = Entity(
    table=occurrences,
    fields={
        **columns(
            "occurred_at",
            "received_at",
            "message",
            "environment",
            "release",
            "transaction",
            "server_name",
            "url",
            "user_ref",
            "session_id",
            "trace_id",
            "span_id",
        ),
        "id": public_id(OCCURRENCE),
        "error_id": public_id(ERROR, "error_id"),
        "event_id": lambda rows: func.replace(
            cast_to(rows.c.event_id, Text), constant("-"), constant("")
        ),
        "level": member("level", LogLevel),
        "ip_address": lambda rows: func.host(rows.c.ip_address),
    },
    relations={
        "service": One(entity="Service", on=named_by("service_id")),
        "tags": Derived(entity="Tag", rows=_tags, order=lambda rows: [collate(rows.c.key, "C")]),
    },
)

_SERVICE = Entity(
    table=services,
    fields={
        **columns(
            "number",
            "name",
            "description",
            "is_business_critical",
            "is_external",
            "is_active",
            "created_at",
        ),
        "id": public_id(SERVICE),
    },
    relations={
        "organization": One(entity="Organization", on=global_by("organization_id")),
        "owner_team": One(entity="Team", on=named_by("owner_team_id")),
    },
)

_ORGANIZATION = Entity(
    table=organizations,
    fields={
        **columns(
            "slug",
            "name",
            "timezone",
            "locale",
            "settings",
            "error_rate_limit_per_minute",
            "is_system",
            "created_at",
        ),
        "id": public_id(ORGANIZATION),
    },
)

_TEAM = Entity(
    table=teams,
    fields={**columns("name", "description", "created_at", "updated_at"), "id": public_id(TEAM)},
    relations={"organization": One(entity="Organization", on=global_by("organization_id"))},
)

_USER = Entity(
    table=users,
    fields={
        **columns("email", "name", "is_system_admin", "is_active", "created_at"),
        "id": public_id(USER),
    },
)

_ASSIGNMENT = Entity(
    table=assignments,
    fields={
        **columns("assignment_notes", "due_date", "is_active", "created_at", "unassigned_at"),
        "id": public_id(ASSIGNMENT),
        "is_overdue": is_late,
        "error_id": public_id(ERROR, "error_id"),
    },
    relations={
        "assignee": One(entity="User", on=global_by("assigned_to")),
        "assigned_by": One(entity="User", on=global_by("assigned_by")),
        "unassigned_by": One(entity="User", on=global_by("unassigned_by")),
    },
)

ENTITIES: Mapping[str, Entity] = {
    "Error": _ERROR,
    "Occurrence": _OCCURRENCE,
    "Service": _SERVICE,
    "Organization": _ORGANIZATION,
    "Team": _TEAM,
    "User": _USER,
    "Assignment": _ASSIGNMENT,
    "ErrorHour": Entity(fields=columns("hour", "count")),
    "Tag": Entity(fields=columns("key", "value")),
}
