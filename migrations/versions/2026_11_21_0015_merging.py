"""Merging, duplicates, escalations, comments and subscriptions."""

from migrations.run_sql import run_sql

revision = "0015_merging"
down_revision = "0014_triage"


def upgrade() -> None:
    run_sql("0015_merging.sql")
