"""User reports with their attachments, and check-ins of monitors."""

from migrations.run_sql import run_sql

revision = "0008_reports"
down_revision = "0007_telemetry"


def upgrade() -> None:
    run_sql("0008_reports.sql")
