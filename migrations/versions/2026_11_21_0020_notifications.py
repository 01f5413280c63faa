"""The inbox of each person."""

from migrations.run_sql import run_sql

revision = "0020_notifications"
down_revision = "0018_orders"


def upgrade() -> None:
    run_sql("0020_notifications.sql")
