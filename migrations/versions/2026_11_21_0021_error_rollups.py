"""Counts by hour that overviews are read from."""

from migrations.run_sql import run_sql

revision = "0021_error_rollups"
down_revision = "0020_notifications"


def upgrade() -> None:
    run_sql("0021_error_rollups.sql")
