"""A window: which telemetry is summed up, of which service and between which moments."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause

from domain.ids import ServiceId
from persistence.reach import Reach


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The rows that are asked about; `only` names columns with the one value that fits."""

    reach: Reach
    service: ServiceId
    since: datetime
    until: datetime
    only: Mapping[str, str | None] = field(default_factory=dict)

    def conditions(self, rows: FromClause, at: str) -> list[ColumnElement[Any]]:
        """Return the conditions that keep to the window, by the column of the moment."""
        found: list[ColumnElement[Any]] = [
            self.reach.condition(rows),
            rows.c.service_id == self.service,
            rows.c[at] >= self.since,
            rows.c[at] < self.until,
        ]
        found += [rows.c[name] == value for name, value in self.only.items() if value is not None]
        return found
