"""Errors, occurrences in daily partitions, assignments and timelines."""

from migrations.run_sql import run_sql

revision = "0002_errors"
down_revision = "0001_people"


def upgrade() -> None:
    run_sql("0002_errors.sql")
