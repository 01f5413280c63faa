"""Teams, and what organizations and services say of themselves."""

from migrations.run_sql import run_sql

revision = "0013_teams"
down_revision = "0012_access"


def upgrade() -> None:
    run_sql("0013_teams.sql")
