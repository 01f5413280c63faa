"""How many errors of a service were new in a minute: there is a cap."""

from migrations.run_sql import run_sql

revision = "0010_new_error_counts"
down_revision = "0009_artifacts"


def upgrade() -> None:
    run_sql("0010_new_error_counts.sql")
