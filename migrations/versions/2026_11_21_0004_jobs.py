"""The job queue of pgqueuer and our poison guard."""

from migrations.run_sql import run_sql

revision = "0004_jobs"
down_revision = "0003_inbox_and_feed"


def upgrade() -> None:
    run_sql("0004_jobs.sql")
