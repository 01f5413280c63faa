"""Orders of the list of errors: by severity, by occurrences and by users."""

from migrations.run_sql import run_sql

revision = "0018_orders"
down_revision = "0017_report_queue"


def upgrade() -> None:
    run_sql("0018_orders.sql")
