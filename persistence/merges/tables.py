"""The tables of merges, duplicates, escalations, likenesses and deletions."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Index,
    LargeBinary,
    Table,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from domain.escalations import EscalationLevel
from persistence.tables import (
    Column,
    at_most,
    metadata,
    names_user,
    of_tenant,
    one_of,
    organization_column,
    part_of,
    text_column,
    time_column,
    uuid_column,
)


def _count(name: str) -> Column[object]:
    return Column(name, BigInteger, nullable=False)


error_shares = Table(
    "error_shares",
    metadata,
    organization_column(),
    uuid_column("error_id", primary_key=True),
    uuid_column("primary_id"),
    _count("occurrence_count"),
    _count("users_affected_count"),
    _count("sessions_affected_count"),
    time_column("first_seen_at"),
    time_column("last_seen_at"),
    text_column("first_release", nullable=True),
    text_column("last_release", nullable=True),
    text_column("level"),
    text_column("message"),
    part_of("error_id", "errors"),
    at_most("first_release", 255),
    at_most("last_release", 255),
    at_most("message", 8192),
    Index(None, "organization_id", "primary_id"),
)

error_merges = Table(
    "error_merges",
    metadata,
    organization_column(),
    uuid_column("id", primary_key=True),
    uuid_column("primary_error_id"),
    uuid_column("merged_error_id"),
    uuid_column("merged_by"),
    text_column("reason", nullable=True),
    Column("before", JSONB, nullable=False, server_default=text("'{}'")),
    time_column("merged_at"),
    time_column("undone_at", nullable=True),
    uuid_column("undone_by", nullable=True),
    part_of("primary_error_id", "errors"),
    part_of("merged_error_id", "errors"),
    names_user("merged_by"),
    names_user("undone_by"),
    CheckConstraint("primary_error_id <> merged_error_id", name="different"),
    at_most("reason", 1000),
    Index(
        "error_merges_standing_key",
        "organization_id",
        "merged_error_id",
        unique=True,
        postgresql_where=text("undone_at IS NULL"),
    ),
    Index(
        "error_merges_primary_idx", "organization_id", "primary_error_id", text("merged_at DESC")
    ),
)

duplicates = Table(
    "duplicates",
    metadata,
    organization_column(),
    uuid_column("primary_error_id", primary_key=True),
    uuid_column("duplicate_error_id", primary_key=True),
    uuid_column("marked_by"),
    text_column("similarity_reason", nullable=True),
    time_column("marked_at"),
    UniqueConstraint("organization_id", "duplicate_error_id"),
    part_of("primary_error_id", "errors"),
    part_of("duplicate_error_id", "errors"),
    names_user("marked_by"),
    CheckConstraint("primary_error_id <> duplicate_error_id", name="different"),
    at_most("similarity_reason", 1000),
)

escalations = Table(
    "escalations",
    metadata,
    organization_column(),
    uuid_column("id", primary_key=True),
    uuid_column("error_id"),
    uuid_column("escalated_by"),
    uuid_column("escalated_to"),
    text_column("escalation_reason"),
    text_column("escalation_level"),
    time_column("escalated_at"),
    time_column("acknowledged_at", nullable=True),
    uuid_column("escalation_run_id", nullable=True),
    time_column("notified_at", nullable=True),
    part_of("error_id", "errors"),
    names_user("escalated_by"),
    names_user("escalated_to"),
    one_of("escalation_level", EscalationLevel),
    at_most("escalation_reason", 1000),
    Index(
        "escalations_error_idx",
        "organization_id",
        "error_id",
        text("escalated_at DESC"),
        text("id DESC"),
    ),
    Index(
        "escalations_to_idx",
        "organization_id",
        "escalated_to",
        text("escalated_at DESC"),
        text("id DESC"),
    ),
    Index(
        "escalations_open_key",
        "organization_id",
        "error_id",
        "escalated_to",
        "escalation_level",
        unique=True,
        postgresql_where=text("acknowledged_at IS NULL"),
    ),
    Index(
        "escalations_owed_idx",
        "organization_id",
        "escalated_at",
        postgresql_where=text("notified_at IS NULL"),
    ),
)

error_traits = Table(
    "error_traits",
    metadata,
    organization_column(),
    uuid_column("error_id", primary_key=True),
    uuid_column("service_id"),
    text_column("exception_type"),
    Column("frames", ARRAY(BigInteger), nullable=False),
    Column("words", ARRAY(BigInteger), nullable=False),
    part_of("error_id", "errors"),
    at_most("exception_type", 255),
)

error_buckets = Table(
    "error_buckets",
    metadata,
    organization_column(),
    Column("bucket", BigInteger, primary_key=True),
    uuid_column("error_id", primary_key=True),
    part_of("error_id", "errors"),
    Index(None, "organization_id", "error_id"),
)

error_remains = Table(
    "error_remains",
    metadata,
    organization_column(),
    uuid_column("error_id", primary_key=True),
    uuid_column("service_id"),
    uuid_column("deleted_by"),
    time_column("deleted_at"),
    of_tenant(),
    names_user("deleted_by"),
)

discarded_hashes = Table(
    "discarded_hashes",
    metadata,
    organization_column(),
    uuid_column("service_id", primary_key=True),
    Column("hash", LargeBinary, primary_key=True),
    text_column("title"),
    uuid_column("discarded_by"),
    time_column("discarded_at"),
    uuid_column("error_id"),
    of_tenant(),
    names_user("discarded_by"),
    at_most("title", 500),
    Index(None, "organization_id", "error_id"),
)
