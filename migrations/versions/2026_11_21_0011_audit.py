"""The audit log: append-only."""

from migrations.run_sql import run_sql

revision = "0011_audit"
down_revision = "0010_new_error_counts"


def upgrade() -> None:
    run_sql("0011_audit.sql")
