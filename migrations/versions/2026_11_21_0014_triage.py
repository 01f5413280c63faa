"""Triage: resolutions, releases, conditions of ignoring, response targets."""

from migrations.run_sql import run_sql

revision = "0014_triage"
down_revision = "0013_teams"


def upgrade() -> None:
    run_sql("0014_triage.sql")
