"""The queue of user reports."""

from migrations.run_sql import run_sql

revision = "0017_report_queue"
down_revision = "0016_search"


def upgrade() -> None:
    run_sql("0017_report_queue.sql")
