"""Counts of errors by type and level are read from an index."""

from migrations.run_sql import run_sql

revision = "0026_triage_counts"
down_revision = "0025_deadlines"


def upgrade() -> None:
    run_sql("0026_triage_counts.sql")
