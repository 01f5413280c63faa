"""Up to where deadlines were told."""

from migrations.run_sql import run_sql

revision = "0025_deadlines"
down_revision = "0021_error_rollups"


def upgrade() -> None:
    run_sql("0025_deadlines.sql")
