"""People, tenants, services and keys; the application's role and row-level security."""

from migrations.run_sql import run_sql

revision = "0001_people"
down_revision = None


def upgrade() -> None:
    run_sql("0001_people.sql")
