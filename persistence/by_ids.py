"""Rows by their ids, as the loaders read that every list and every live feed wants.

They are read on the driver itself, by a statement that is made once for each breadth of a reach.
SQLAlchemy would ping, begin, compile and look at its caches for each: for a few rows that is most
of the work.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement, Table, any_, bindparam, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from persistence.compiled import Compiled, compiled
from persistence.database import RawConnection
from persistence.reach import Breadth, Reach

_IDS = bindparam("ids", type_=ARRAY(postgresql.UUID(as_uuid=True)))


class RowsByIds:
    """Reads some columns of a table."""

    def __init__(self, table: Table, columns: Sequence[ColumnElement[Any]]) -> None:
        self._table = table
        self._columns = columns
        # The driver leaves JSON as the text that it is.
        self._json = [column.name for column in columns if isinstance(column.type, JSONB)]
        self._statements: dict[Breadth, Compiled] = {}

    async def read(
        self, db: RawConnection, ids: Sequence[UUID], reach: Reach
    ) -> list[Mapping[str, Any]]:
        """Return the rows of these ids that the caller may see, in no order."""
        sql, names, _ = self._statements.get(reach.breadth) or self._made(reach)
        values = {**reach.values(), "ids": ids}
        found = await db.fetch(sql, *(values[name] for name in names))
        return [self._row(dict(record)) for record in found]

    def _made(self, reach: Reach) -> Compiled:
        wanted = reach.condition(self._table), self._table.c.id == any_(_IDS)
        made = compiled(select(*self._columns).where(*wanted))
        self._statements[reach.breadth] = made
        return made

    def _row(self, row: dict[str, Any]) -> Mapping[str, Any]:
        for name in self._json:
            if row[name] is not None:
                row[name] = orjson.loads(row[name])
        return row
