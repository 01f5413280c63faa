"""A query on a table that the migration forgot."""

import sqlite3

import sentry_sdk

sentry_sdk.init(auto_enabling_integrations=False)


def open_orders(database: sqlite3.Connection) -> list[tuple[object, ...]]:
    """Return the orders that wait."""
    return database.execute("SELECT * FROM orders WHERE shipped_at IS NULL").fetchall()


open_orders(sqlite3.connect(":memory:"))
