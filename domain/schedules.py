"""Schedules: the hours of the week in which something holds, by the clock of a place."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from domain.failures import Invalid

MAX_WINDOWS = 20


class Weekday(StrEnum):
    """A day of the week."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


_DAYS = tuple(Weekday)


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklyWindow:
    """From a time to another on some days; one that ends before it begins runs past midnight."""

    days: tuple[Weekday, ...]
    begins: time
    ends: time

    def holds(self, local: datetime) -> bool:
        """Say whether a moment on the clock of the place is in the window."""
        now, today = local.time(), _DAYS[local.weekday()]
        if self.begins < self.ends:
            return today in self.days and self.begins <= now < self.ends
        yesterday = _DAYS[(local - timedelta(days=1)).weekday()]
        return (today in self.days and now >= self.begins) or (
            yesterday in self.days and now < self.ends
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Windows that come again each week, on the clocks of a time zone."""

    timezone: str
    windows: tuple[WeeklyWindow, ...]

    def __post_init__(self) -> None:
        """Refuse a place without a clock, and windows that are none."""
        zone_of(self.timezone)
        if not 1 <= len(self.windows) <= MAX_WINDOWS:
            raise Invalid(f"A schedule has 1 to {MAX_WINDOWS} windows.", field="schedule")
        if any(not window.days for window in self.windows):
            raise Invalid("A window has at least one day.", field="schedule")

    def holds(self, at: datetime) -> bool:
        """Say whether a moment is in one of the windows."""
        local = at.astimezone(zone_of(self.timezone))
        return any(window.holds(local) for window in self.windows)

    def as_json(self) -> dict[str, Any]:
        """Return the schedule as it is stored."""
        return {
            "timezone": self.timezone,
            "windows": [
                {
                    "days": [day.value for day in window.days],
                    "begins": window.begins.isoformat("minutes"),
                    "ends": window.ends.isoformat("minutes"),
                }
                for window in self.windows
            ],
        }


def zone_of(name: str) -> ZoneInfo:
    """Return a time zone by its name, such as Europe/Berlin, or raise Invalid."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise Invalid(f"There is no time zone {name[:64]!r}.", field="timezone") from error


def time_of(text: str) -> time:
    """Return a time of day such as 22:30, or raise Invalid."""
    try:
        hours, minutes = (int(part) for part in text.split(":"))
        return time(hours, minutes)
    except ValueError as error:
        raise Invalid(
            f"{text[:20]!r} is no time of day such as 22:30.", field="schedule"
        ) from error


def parse_schedule(stored: Any) -> Schedule:
    """Return the schedule that was stored."""
    return Schedule(
        timezone=stored["timezone"],
        windows=tuple(
            WeeklyWindow(
                days=tuple(Weekday(day) for day in window["days"]),
                begins=time_of(window["begins"]),
                ends=time_of(window["ends"]),
            )
            for window in stored["windows"]
        ),
    )
