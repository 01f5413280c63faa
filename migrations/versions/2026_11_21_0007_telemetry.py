"""Telemetry beside errors: samples, web vitals, release health."""

from migrations.run_sql import run_sql

revision = "0007_telemetry"
down_revision = "0006_limits"


def upgrade() -> None:
    run_sql("0007_telemetry.sql")
