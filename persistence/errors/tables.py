"""The tables of errors: the group itself, its hashes, its hours and its visitors.

An occurrence updates its error's counters. Those updates stay inside their page (HOT) as long as no
indexed column changes, so lists are sorted by `listed_at`, which follows `last_seen_at` in steps.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TEXT

from domain.errors import CATEGORY, ErrorStatus, ResolutionKind, StatusCategory
from domain.levels import SEVERITY_RANK, LogLevel, Severity
from persistence.tables import (
    Column,
    at_most,
    created_columns,
    metadata,
    names_user,
    of_tenant,
    one_of,
    organization_column,
    part_of,
    refers_to,
    text_column,
    time_column,
    uuid_column,
)

# A busy error moves up the list at most this often; in between its updates stay HOT.
LISTED_STEP_SECONDS = 10

# How many bits a count has: it changes seldom.
MAGNITUDES = {
    "occurrence_count": "occurrence_magnitude",
    "users_affected_count": "users_magnitude",
}

# A merged error is in no list.
_LISTED = text("merged_into_id IS NULL")

_MAGNITUDE = "floor(ln(greatest(occurrence_count, 1)::float8) / ln(2::float8) + 0.000001)::smallint"


def _category_case() -> str:
    cases = []
    for category in (StatusCategory.RESOLVED, StatusCategory.MUTED):
        statuses = ", ".join(f"'{s}'" for s in ErrorStatus if CATEGORY[s] is category)
        cases.append(f"WHEN status IN ({statuses}) THEN '{category}'")
    return f"CASE {' '.join(cases)} ELSE '{StatusCategory.UNRESOLVED}' END"


def _rank_case() -> str:
    ranks = " ".join(f"WHEN '{severity}' THEN {rank}" for severity, rank in SEVERITY_RANK.items())
    return f"CASE severity {ranks} END"


def _magnitude(column: str) -> str:
    """How many bits a count has: it changes seldom, so that an index on it keeps updates HOT."""
    first = f"position('1'::bit(1) IN {column}::bit(64))"
    return f"CASE WHEN {column} > 0 THEN 65 - {first} ELSE 0 END"


errors = Table(
    "errors",
    metadata,
    organization_column(),
    uuid_column("id", primary_key=True),
    uuid_column("service_id"),
    text_column("service_name"),
    Column("number", Integer, nullable=False),
    text_column("fingerprint"),
    Column("fingerprint_version", SmallInteger, nullable=False),
    uuid_column("error_type_id"),
    text_column("error_type"),
    text_column("title"),
    text_column("message"),
    text_column("culprit"),
    text_column("platform"),
    text_column("level", default="error"),
    text_column("severity"),
    text_column("status", default="new"),
    Column("status_category", Text, Computed(_category_case(), persisted=True), nullable=False),
    Column("severity_rank", SmallInteger, Computed(_rank_case(), persisted=True), nullable=False),
    text_column("priority", nullable=True),
    text_column("component", nullable=True),
    text_column("file_path", nullable=True),
    Column("line_number", Integer),
    Column("column_number", Integer),
    text_column("endpoint_path", nullable=True),
    text_column("environment", nullable=True),
    text_column("first_release", nullable=True),
    text_column("last_release", nullable=True),
    time_column("first_seen_at"),
    time_column("last_seen_at"),
    time_column("listed_at"),
    Column("occurrence_count", BigInteger, nullable=False, server_default=text("1")),
    Column("users_affected_count", BigInteger, nullable=False, server_default=text("0")),
    Column("sessions_affected_count", BigInteger, nullable=False, server_default=text("0")),
    *(
        Column(name, SmallInteger, Computed(_magnitude(counted), persisted=True), nullable=False)
        for counted, name in MAGNITUDES.items()
    ),
    uuid_column("correlation_id", nullable=True),
    Column("calendar_context", JSONB),
    uuid_column("assigned_to", nullable=True),
    uuid_column("team_id", nullable=True),
    time_column("assignment_due_at", nullable=True),
    time_column("ignored_until", nullable=True),
    Column("ignore_condition", JSONB),
    time_column("first_response_at", nullable=True),
    time_column("response_due_at", nullable=True),
    time_column("resolve_due_at", nullable=True),
    time_column("resolved_at", nullable=True),
    uuid_column("resolved_by", nullable=True),
    text_column("resolution_kind", nullable=True),
    uuid_column("resolution_id", nullable=True),
    Column("resolved_in", JSONB),
    Column("regression_count", Integer, nullable=False, server_default=text("0")),
    time_column("regressed_at", nullable=True),
    Column("metadata", JSONB, nullable=False, server_default=text("'{}'")),
    Column("tags", ARRAY(TEXT), nullable=False, server_default=text("'{}'")),
    *created_columns(),
    uuid_column("merged_into_id", nullable=True),
    Column("merged_count", Integer, nullable=False, server_default=text("0")),
    part_of("merged_into_id", "errors"),
    CheckConstraint(
        "merged_into_id <> id AND (merged_into_id IS NULL OR merged_count = 0)", name="merged_into"
    ),
    UniqueConstraint("organization_id", "service_id", "fingerprint"),
    UniqueConstraint("organization_id", "number"),
    of_tenant(),
    refers_to("service_id", "services"),
    refers_to("error_type_id", "error_types"),
    names_user("assigned_to"),
    ForeignKeyConstraint(
        ["organization_id", "team_id"],
        ["teams.organization_id", "teams.id"],
        ondelete="SET NULL (team_id)",
    ),
    names_user("resolved_by"),
    one_of("level", LogLevel),
    one_of("severity", Severity),
    one_of("status", ErrorStatus),
    one_of("resolution_kind", ResolutionKind),
    CheckConstraint("priority IN ('p0', 'p1', 'p2', 'p3', 'p4')", name="priority"),
    at_most("service_name", 100),
    at_most("fingerprint", 64),
    at_most("error_type", 100),
    at_most("title", 500),
    at_most("message", 8192),
    at_most("culprit", 500),
    at_most("platform", 64),
    at_most("component", 255),
    at_most("file_path", 500),
    at_most("endpoint_path", 2000),
    at_most("environment", 255),
    at_most("first_release", 255),
    at_most("last_release", 255),
    Index(
        "errors_listed_idx",
        "organization_id",
        text("listed_at DESC"),
        text("id DESC"),
        postgresql_where=_LISTED,
    ),
    Index(
        "errors_category_idx",
        "organization_id",
        "status_category",
        text("listed_at DESC"),
        text("id DESC"),
        "severity",
        "status",
        postgresql_where=_LISTED,
    ),
    Index(
        "errors_triage_idx",
        "organization_id",
        "status_category",
        "severity",
        "status",
        "service_id",
        "environment",
        "error_type",
        "level",
        postgresql_where=_LISTED,
    ),
    Index(
        "errors_service_idx",
        "organization_id",
        "service_id",
        text("listed_at DESC"),
        text("id DESC"),
        postgresql_where=_LISTED,
    ),
    Index(
        "errors_first_seen_idx",
        "organization_id",
        text("first_seen_at DESC"),
        text("id DESC"),
        postgresql_where=_LISTED,
    ),
    Index(
        "errors_severity_idx",
        "organization_id",
        text("severity_rank DESC"),
        text("listed_at DESC"),
        text("id DESC"),
        postgresql_where=_LISTED,
    ),
    *(
        Index(name, "organization_id", text(f"{magnitude} DESC"), postgresql_where=_LISTED)
        for name, magnitude in (
            ("errors_occurrences_idx", "occurrence_magnitude"),
            ("errors_users_idx", "users_magnitude"),
        )
    ),
    Index(
        "errors_assigned_idx",
        "organization_id",
        "assigned_to",
        text("listed_at DESC"),
        postgresql_where=text("assigned_to IS NOT NULL AND merged_into_id IS NULL"),
    ),
    Index(
        "errors_merged_idx",
        "organization_id",
        "merged_into_id",
        postgresql_where=text("merged_into_id IS NOT NULL"),
    ),
    Index(
        "errors_team_idx",
        "organization_id",
        "team_id",
        text("listed_at DESC"),
        postgresql_where=text("team_id IS NOT NULL"),
    ),
    Index(
        "errors_ignored_until_idx",
        "ignored_until",
        postgresql_where=text("ignored_until IS NOT NULL"),
    ),
    Index(
        "errors_response_due_idx",
        "organization_id",
        "response_due_at",
        postgresql_where=text("response_due_at IS NOT NULL AND first_response_at IS NULL"),
    ),
    Index(
        "errors_resolve_due_idx",
        "organization_id",
        "resolve_due_at",
        postgresql_where=text("resolve_due_at IS NOT NULL AND resolved_at IS NULL"),
    ),
    Index(
        "errors_assignment_due_idx",
        "organization_id",
        "assignment_due_at",
        postgresql_where=text("assignment_due_at IS NOT NULL"),
    ),
)

# Many hashes lead to one error: merging re-points them, and a new algorithm adds to them.
error_hashes = Table(
    "error_hashes",
    metadata,
    organization_column(),
    uuid_column("service_id", primary_key=True),
    Column("hash", LargeBinary, primary_key=True),
    uuid_column("error_id"),
    uuid_column("origin_error_id"),
    text_column("kind"),
    Column("version", SmallInteger, nullable=False),
    *created_columns(mutable=False),
    part_of("error_id", "errors"),
    at_most("kind", 50),
    Index(None, "organization_id", "error_id"),
)

error_hours = Table(
    "error_hours",
    metadata,
    organization_column(),
    uuid_column("error_id", primary_key=True),
    Column("hour", time_column("hour").type, primary_key=True),
    Column("occurrence_count", BigInteger, nullable=False),
    # How far the count has doubled: changes so rarely that counting stays HOT.
    Column("magnitude", SmallInteger, Computed(_MAGNITUDE, persisted=True)),
    Index("error_hours_busiest_idx", "organization_id", "hour", text("magnitude DESC"), "error_id"),
)

# One row for each user and session that an error has met, so that the counts are exact.
error_visitors = Table(
    "error_visitors",
    metadata,
    organization_column(),
    uuid_column("error_id", primary_key=True),
    Column("visitor", BigInteger, primary_key=True),
    Column("first_seen_on", Date, nullable=False, server_default=text("CURRENT_DATE")),
    Index("error_visitors_visitor_idx", "organization_id", "visitor", "error_id"),
)
