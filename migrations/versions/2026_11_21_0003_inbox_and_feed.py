"""Inbox, dead letters, outcomes, feed and heartbeats."""

from migrations.run_sql import run_sql

revision = "0003_inbox_and_feed"
down_revision = "0002_errors"


def upgrade() -> None:
    run_sql("0003_inbox_and_feed.sql")
