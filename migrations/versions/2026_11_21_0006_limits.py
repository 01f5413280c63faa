"""Limits and suppression: what is not kept, and why."""

from migrations.run_sql import run_sql

revision = "0006_limits"
down_revision = "0005_rules"


def upgrade() -> None:
    run_sql("0006_limits.sql")
