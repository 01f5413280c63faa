"""Search: what lists are filtered by, and saved views."""

from migrations.run_sql import run_sql

revision = "0016_search"
down_revision = "0015_merging"


def upgrade() -> None:
    run_sql("0016_search.sql")
