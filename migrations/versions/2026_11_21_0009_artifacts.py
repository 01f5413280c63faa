"""Artifacts: the source maps that give minified frames their names back."""

from migrations.run_sql import run_sql

revision = "0009_artifacts"
down_revision = "0008_reports"


def upgrade() -> None:
    run_sql("0009_artifacts.sql")
