"""Questions: what can be asked at the root of a projection."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, select
from sqlalchemy.dialects import postgresql

from persistence.errors.lists import ErrorList
from persistence.projection.compiler import Compiler
from persistence.projection.connections import connection
from persistence.projection.picks import Picks
from persistence.reach import Reach


@dataclass(frozen=True, slots=True, kw_only=True)
class TheOne:
    """The thing of this id, within a reach; `now` is the moment that it is asked at."""

    entity: str
    reach: Reach
    id: UUID
    now: datetime

    @property
    def shape(self) -> Hashable:
        """What changes the statement."""
        return (self.entity, self.reach.breadth)

    def values(self) -> Mapping[str, object]:
        """Return the values of the names that the statement binds."""
        return {**self.reach.values(), "id": self.id, "now": self.now}

    def answer(self, compiler: Compiler, picks: Picks) -> ColumnElement[Any]:
        """Return the thing's JSON object, NULL when it is not there for the caller."""
        rows = compiler.rows_of(self.entity)
        wanted = select(*compiler.columns(self.entity, picks, rows)).select_from(rows)
        the_id = bindparam("id", type_=postgresql.UUID(as_uuid=True))
        return compiler.object(wanted.where(self.reach.condition(rows), rows.c.id == the_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorsPage:
    """A page of errors; `now` is the moment that it is asked at."""

    listed: ErrorList
    now: datetime

    @property
    def shape(self) -> Hashable:
        """What changes the statement."""
        return self.listed.shape

    def values(self) -> Mapping[str, object]:
        """Return the values of the names that the statement binds."""
        return {**self.listed.values(), "now": self.now}

    def answer(self, compiler: Compiler, picks: Picks) -> ColumnElement[Any]:
        """Return the connection's JSON object."""
        return compiler.object(connection(compiler, "Error", picks, self.listed))
