"""Web vitals as they are read: what pages or releases feel like, at the 75th percentile."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, func, select

from domain.telemetry import THRESHOLDS, Vital
from persistence.database import Reading
from persistence.telemetry.tables import web_vitals
from persistence.telemetry.window import Window


class VitalsGrouping(StrEnum):
    """What web vitals are summed up by."""

    PAGE = "page"
    RELEASE = "release"


@dataclass(frozen=True, slots=True, kw_only=True)
class VitalFigures:
    """One vital over many views: the 75th percentile, and how the values are spread."""

    count: int
    p75: float
    good: int
    poor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PageVitals:
    """The vitals of one page or of one release."""

    name: str | None
    views: int
    figures: Mapping[Vital, VitalFigures]


async def summed_up(
    db: Reading, window: Window, by: VitalsGrouping, limit: int
) -> list[PageVitals]:
    """Return what was measured, by page or release, the most seen first."""
    c = web_vitals.c
    views = func.count(func.distinct(c.session_id))
    figures = [column for vital in Vital for column in _figures(vital)]
    group = c[by.value]
    wanted = (
        select(group.label("name"), views.label("views"), *figures)
        .where(*window.conditions(web_vitals, "measured_at"))
        .group_by(group)
        .order_by(views.desc(), group)
        .limit(limit)
    )
    rows = await db.execute(wanted, window.reach.values())
    return [
        PageVitals(name=row["name"], views=row["views"], figures=_read(row))
        for row in rows.mappings()
    ]


def _figures(vital: Vital) -> list[ColumnElement[Any]]:
    value = web_vitals.c[f"{vital.value}_value"]
    found: list[ColumnElement[Any]] = [
        func.count(value).label(f"{vital.value}_count"),
        func.percentile_cont(0.75).within_group(value).label(f"{vital.value}_p75"),
    ]
    if threshold := THRESHOLDS.get(vital):
        found += [
            func.count().filter(value <= threshold.good).label(f"{vital.value}_good"),
            func.count().filter(value > threshold.poor).label(f"{vital.value}_poor"),
        ]
    return found


def _read(row: RowMapping) -> dict[Vital, VitalFigures]:
    return {
        vital: VitalFigures(
            count=row[f"{vital.value}_count"],
            p75=round(row[f"{vital.value}_p75"], 4),
            good=row.get(f"{vital.value}_good", 0),
            poor=row.get(f"{vital.value}_poor", 0),
        )
        for vital in Vital
        if row[f"{vital.value}_count"]
    }
