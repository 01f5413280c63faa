"""Ways in: passwords, sessions, invitations, single sign-on, and what tokens may do."""

from migrations.run_sql import run_sql

revision = "0012_access"
down_revision = "0011_audit"


def upgrade() -> None:
    run_sql("0012_access.sql")
