"""Rules of an organization: how events group, and what is scrubbed out of them."""

from migrations.run_sql import run_sql

revision = "0005_rules"
down_revision = "0004_jobs"


def upgrade() -> None:
    run_sql("0005_rules.sql")
