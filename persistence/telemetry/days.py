"""Days: the partitions of telemetry, in families that are kept for different times."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from persistence.database import RawConnection


class Family(StrEnum):
    """A partitioned table, or the half of one that has a retention of its own."""

    SERVICE_SAMPLES = "metric_samples_of_services"
    USER_SAMPLES = "metric_samples_of_users"
    VITALS = "web_vitals"


async def make_partitions(
    db: RawConnection, days: Iterable[date], families: Iterable[Family] = tuple(Family)
) -> int:
    """Make the partitions of these days where they are missing; return how many were."""
    listed = list(families)
    made = 0
    for day in days:
        for family in listed:
            made += bool(
                await db.fetchval("SELECT make_telemetry_partition($1, $2)", family.value, day)
            )
    return made


async def drop_partitions(db: RawConnection, family: Family, before: date) -> int:
    """Drop the partitions of all days before this one; return how many there were."""
    return int(await db.fetchval("SELECT drop_telemetry_partitions($1, $2)", family.value, before))
