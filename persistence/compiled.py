"""Compiled: statements of SQLAlchemy as the driver takes them, for reads that go to it directly."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select
from sqlalchemy.dialects.postgresql import asyncpg

_DIALECT = asyncpg.dialect()  # type: ignore[no-untyped-call]


class Compiled(NamedTuple):
    """A statement, the names of what it binds in their order, and what it has bound by itself."""

    sql: str
    names: Sequence[str]
    own: dict[str, Any]


def compiled(statement: Select[Any]) -> Compiled:
    """Compile a statement."""
    made = statement.compile(dialect=_DIALECT)
    return Compiled(str(made), tuple(made.positiontup or ()), dict(made.params))
