"""Resolutions: each time that an error was resolved, and how."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Boolean, Index, RowMapping, Table, func, select, text, update

from domain.ids import ErrorId, OrganizationId, ResolutionId
from domain.resolutions import MAX_TEXT, FixedIn, Resolution
from persistence.database import RawConnection, Reading, Writing
from persistence.pages import Found, Keyset, Page, Place, found_on, one_more
from persistence.reach import Reach
from persistence.tables import (
    Column,
    at_most,
    created_columns,
    metadata,
    names_user,
    one_of,
    organization_column,
    part_of,
    refers_to,
    text_column,
    time_column,
    uuid_column,
)

KEYSET = Keyset("rs", "resolved_at")

resolutions = Table(
    "resolutions",
    metadata,
    organization_column(),
    uuid_column("id", primary_key=True),
    uuid_column("error_id"),
    uuid_column("resolution_type_id"),
    uuid_column("resolved_by", nullable=True),
    time_column("resolved_at"),
    text_column("resolution_description", default=""),
    text_column("steps_taken", nullable=True),
    text_column("prevention_measures", nullable=True),
    Column("requires_code_change", Boolean, nullable=False, server_default=text("false")),
    Column("requires_documentation", Boolean, nullable=False, server_default=text("false")),
    Column("requires_testing", Boolean, nullable=False, server_default=text("false")),
    text_column("fixed_in", default="now"),
    text_column("release", nullable=True),
    text_column("commit_sha", nullable=True),
    time_column("tested_at", nullable=True),
    uuid_column("tested_by", nullable=True),
    Column("verified", Boolean),
    time_column("followed_up_at", nullable=True),
    uuid_column("followed_up_by", nullable=True),
    time_column("reverted_at", nullable=True),
    *created_columns(),
    part_of("error_id", "errors"),
    refers_to("resolution_type_id", "resolution_types"),
    names_user("resolved_by"),
    names_user("tested_by"),
    names_user("followed_up_by"),
    one_of("fixed_in", FixedIn),
    at_most("resolution_description", MAX_TEXT),
    at_most("steps_taken", MAX_TEXT),
    at_most("prevention_measures", MAX_TEXT),
    at_most("release", 255),
    at_most("commit_sha", 64),
    Index("resolutions_resolved_idx", "organization_id", "resolved_at"),
    Index(None, "organization_id", "error_id", text("resolved_at DESC"), text("id DESC")),
)

# What may differ between the rows of one decision; all else is the same for all of them.
_ADD = """
INSERT INTO resolutions (
    organization_id, id, error_id, release, resolution_type_id, resolved_by, resolved_at,
    resolution_description, steps_taken, prevention_measures, requires_code_change,
    requires_documentation, requires_testing, fixed_in, commit_sha, created_at, updated_at
)
SELECT x.o, x.i, x.e, x.r, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $7, $7
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[]) AS x (o, i, e, r)
"""


def _resolution(row: RowMapping) -> Resolution:
    values = {name: row[name] for name in Resolution.__dataclass_fields__}
    values["fixed_in"] = FixedIn(row["fixed_in"])
    return Resolution(**values)


async def add_alike(db: RawConnection, new: Sequence[Resolution]) -> None:
    """Add the resolutions of one decision: they differ in their error and its release only."""
    if not new:
        return
    one = new[0]
    await db.execute(
        _ADD,
        [each.organization_id for each in new],
        [each.id for each in new],
        [each.error_id for each in new],
        [each.release for each in new],
        one.resolution_type_id,
        one.resolved_by,
        one.resolved_at,
        one.resolution_description,
        one.steps_taken,
        one.prevention_measures,
        one.requires_code_change,
        one.requires_documentation,
        one.requires_testing,
        one.fixed_in.value,
        one.commit_sha,
    )


async def untested(
    db: RawConnection, organization: OrganizationId, ids: Sequence[ResolutionId]
) -> frozenset[ResolutionId]:
    """Return those of these resolutions that owe a test."""
    rows = await db.fetch(
        "SELECT id FROM resolutions WHERE organization_id = $1 AND id = ANY ($2::uuid[])"
        " AND requires_testing AND verified IS NOT TRUE",
        organization,
        list(ids),
    )
    return frozenset(ResolutionId(row["id"]) for row in rows)


async def revert(
    db: RawConnection, ids: Sequence[tuple[OrganizationId, ResolutionId]], at: datetime
) -> None:
    """Mark that resolutions no longer stand."""
    await db.execute(
        "UPDATE resolutions r SET reverted_at = $3, updated_at = $3"
        " FROM unnest($1::uuid[], $2::uuid[]) AS x (o, i)"
        " WHERE r.organization_id = x.o AND r.id = x.i AND r.reverted_at IS NULL",
        [organization for organization, _ in ids],
        [id_ for _, id_ in ids],
        at,
    )


async def restore(
    db: RawConnection, ids: Sequence[tuple[OrganizationId, ResolutionId]], at: datetime
) -> None:
    """Mark that resolutions stand after all."""
    await db.execute(
        "UPDATE resolutions r SET reverted_at = NULL, updated_at = $3"
        " FROM unnest($1::uuid[], $2::uuid[]) AS x (o, i)"
        " WHERE r.organization_id = x.o AND r.id = x.i",
        [organization for organization, _ in ids],
        [id_ for _, id_ in ids],
        at,
    )


async def by_ids(
    db: Reading, ids: Sequence[ResolutionId], reach: Reach
) -> dict[ResolutionId, Resolution]:
    """Return the resolutions of these ids that the caller may see."""
    rows = await db.execute(
        select(resolutions).where(reach.condition(resolutions), resolutions.c.id.in_(ids)),
        reach.values(),
    )
    return {(found := _resolution(row)).id: found for row in rows.mappings()}


async def replace(db: Writing, before: Resolution, after: Resolution) -> bool:
    """Write what came after a resolution, where it still stands as it was read."""
    rows = resolutions.c
    written = await db.execute(
        update(resolutions)
        .where(
            rows.organization_id == before.organization_id,
            rows.id == before.id,
            rows.reverted_at.is_(None),
            rows.followed_up_at.is_not_distinct_from(before.followed_up_at),
            rows.tested_at.is_not_distinct_from(before.tested_at),
        )
        .values(
            tested_at=after.tested_at,
            tested_by=after.tested_by,
            verified=after.verified,
            followed_up_at=after.followed_up_at,
            followed_up_by=after.followed_up_by,
            updated_at=text("now()"),
        )
    )
    return written.rowcount == 1


async def page_of(db: Reading, error: ErrorId, page: Page, reach: Reach) -> Found[Resolution]:
    """Return a page of an error's resolutions, newest first."""
    rows = await db.execute(
        select(resolutions)
        .where(reach.condition(resolutions), resolutions.c.error_id == error)
        .where(*page.conditions(KEYSET, resolutions))
        .order_by(*page.order(KEYSET, resolutions))
        .limit(one_more()),
        {**reach.values(), **page.values()},
    )
    found = [_resolution(row) for row in rows.mappings()]
    return found_on(page, [(Place(each.resolved_at, each.id), each) for each in found])


async def count_of(db: Reading, error: ErrorId, reach: Reach) -> int:
    """Return how often an error was resolved."""
    asked = select(func.count()).select_from(resolutions)
    found = await db.execute(
        asked.where(reach.condition(resolutions), resolutions.c.error_id == error), reach.values()
    )
    return int(found.scalar_one())
