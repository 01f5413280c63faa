"""Counts by hour that overviews are read from."""

from migrations.run_sql import run_sql

revision = "0021_error_rollups"
down_revision = "0017_report_queue"


def upgrade() -> None:
    run_sql("0021_error_rollups.sql")
