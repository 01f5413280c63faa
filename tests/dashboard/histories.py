"""A past for a shop: figures of weeks, written as the digest would have, so that charts have a shape."""

import math
from datetime import UTC, datetime, timedelta

from asyncpg import BitString

from domain.crowds import BITS, crowd_of, member_of_visitor
from domain.ids import OrganizationId
from domain.visitors import visitors_of
from persistence.database import SYSTEM
from tests.dashboard.shops import Shop

_KINDS = (
    ("critical", "critical", "database", 2),
    ("high", "error", "network", 9),
    ("medium", "error", "validation", 14),
    ("low", "warning", "unknown", 6),
)


async def remembers(shop: Shop, *, days: int = 20) -> None:
    """Let a shop have failed for so many days, more in the afternoon and after a release."""
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    rows, crowds = [], []
    for hour in range(1, 24 * days):
        at = now - timedelta(hours=hour)
        busy = 1.2 + math.sin((at.hour - 9) / 24 * 2 * math.pi) + (2.5 if 52 < hour < 60 else 0)
        for severity, level, type_, share in _KINDS:
            for place, part in (("production", 4), ("staging", 1)):
                count = int(busy * share * part / 5)
                if count:
                    key = (shop.tenant.organization, at, shop.tenant.service.id, place)
                    rows.append((*key, type_, severity, level, count, int(hour % 17 == 0), 0))
        crowds.append((at, [f"customer-{(hour * 7 + n) % 400}" for n in range(int(busy * 6))]))
    async with shop.database.raw_writing(SYSTEM) as db:
        await db.executemany(
            "INSERT INTO error_rollups SELECT $1, is_day,"
            " date_trunc(CASE WHEN is_day THEN 'day' ELSE 'hour' END, $2::timestamptz, 'UTC'),"
            " $3, $4, $5, $6, $7, $8, $9, $10 FROM unnest(ARRAY[false, true]) AS s (is_day)"
            " ON CONFLICT (organization_id, is_day, begins_at, service_id, environment,"
            " error_type, severity, level) DO UPDATE SET"
            " occurrence_count = error_rollups.occurrence_count + excluded.occurrence_count,"
            " new_error_count = error_rollups.new_error_count + excluded.new_error_count",
            rows,
        )
        await db.executemany(
            "INSERT INTO error_crowds SELECT $1, is_day,"
            " date_trunc(CASE WHEN is_day THEN 'day' ELSE 'hour' END, $2::timestamptz, 'UTC'),"
            " $3, 'production', $4::bit(10240), $4 FROM unnest(ARRAY[false, true]) AS s (is_day)"
            " ON CONFLICT (organization_id, is_day, begins_at, service_id, environment)"
            " DO UPDATE SET errors = error_crowds.errors | excluded.errors,"
            " users = error_crowds.users | excluded.users",
            [
                (shop.tenant.organization, at, shop.tenant.service.id, _bits(names))
                for at, names in crowds
            ],
        )
        await db.execute(
            "INSERT INTO session_hours VALUES ($1, $2, $3, 'shop@1.4.0', 'production', 'exited', 991),"
            " ($1, $2, $3, 'shop@1.4.0', 'production', 'crashed', 9)",
            shop.tenant.organization,
            shop.tenant.service.id,
            now - timedelta(hours=30),
        )
        await db.execute(
            "INSERT INTO release_sightings VALUES ($1, $2, 'shop@1.3.0', $3)",
            *_of(shop.tenant.organization, shop),
            now - timedelta(hours=61),
        )


def _of(organization: OrganizationId, shop: Shop) -> tuple[object, object]:
    return organization, shop.tenant.service.id


def _bits(names: list[str]) -> BitString:
    members = crowd_of(member_of_visitor(visitors_of(name, None)[0]) for name in names)
    return BitString.frombytes(members, BITS)
