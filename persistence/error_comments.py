"""Comments on errors."""

from collections.abc import Sequence

from sqlalchemy import Index, RowMapping, Table, func, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY, UUID

from domain.comments import MAX_BODY, Comment
from domain.ids import CommentId, ErrorId
from persistence.database import RawConnection, Reading, Writing
from persistence.pages import Found, Keyset, Page, Place, found_on, one_more
from persistence.reach import Reach
from persistence.tables import (
    Column,
    at_most,
    created_columns,
    metadata,
    names_user,
    organization_column,
    part_of,
    text_column,
    time_column,
    uuid_column,
)

KEYSET = Keyset("cm", "created_at")

error_comments = Table(
    "error_comments",
    metadata,
    organization_column(),
    uuid_column("id", primary_key=True),
    uuid_column("error_id"),
    uuid_column("author_id"),
    text_column("body"),
    Column("mentions", ARRAY(UUID(as_uuid=True)), nullable=False, server_default=text("'{}'")),
    time_column("edited_at", nullable=True),
    time_column("deleted_at", nullable=True),
    *created_columns(),
    part_of("error_id", "errors"),
    names_user("author_id"),
    at_most("body", MAX_BODY),
    Index(None, "organization_id", "error_id", text("created_at DESC"), text("id DESC")),
)


def _comment(row: RowMapping) -> Comment:
    values = {name: row[name] for name in Comment.__dataclass_fields__}
    values["mentions"] = tuple(row["mentions"])
    return Comment(**values)


async def add_alike(db: RawConnection, new: Sequence[Comment]) -> None:
    """Add the same comment to one error or to several."""
    if not new:
        return
    one = new[0]
    await db.execute(
        "INSERT INTO error_comments"
        " (organization_id, id, error_id, author_id, body, mentions, created_at, updated_at)"
        " SELECT o, i, e, $4, $5, $6, $7, $7"
        " FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS x (o, i, e)",
        [each.organization_id for each in new],
        [each.id for each in new],
        [each.error_id for each in new],
        one.author_id,
        one.body,
        list(one.mentions),
        one.created_at,
    )


async def replace(db: Writing, before: Comment, after: Comment) -> bool:
    """Write a comment as it is now; False if someone was first."""
    rows = error_comments.c
    written = await db.execute(
        update(error_comments)
        .where(
            rows.organization_id == before.organization_id,
            rows.id == before.id,
            rows.deleted_at.is_(None),
            rows.edited_at.is_not_distinct_from(before.edited_at),
        )
        .values(
            body=after.body,
            mentions=list(after.mentions),
            edited_at=after.edited_at,
            deleted_at=after.deleted_at,
            updated_at=text("now()"),
        )
    )
    return written.rowcount == 1


async def by_ids(db: Reading, ids: Sequence[CommentId], reach: Reach) -> dict[CommentId, Comment]:
    """Return the comments of these ids that the caller may see."""
    rows = await db.execute(
        select(error_comments).where(reach.condition(error_comments), error_comments.c.id.in_(ids)),
        reach.values(),
    )
    return {(found := _comment(row)).id: found for row in rows.mappings()}


async def page_of(db: Reading, error: ErrorId, page: Page, reach: Reach) -> Found[Comment]:
    """Return a page of an error's comments, newest first."""
    rows = await db.execute(
        select(error_comments)
        .where(reach.condition(error_comments), error_comments.c.error_id == error)
        .where(*page.conditions(KEYSET, error_comments))
        .order_by(*page.order(KEYSET, error_comments))
        .limit(one_more()),
        {**reach.values(), **page.values()},
    )
    found = [_comment(row) for row in rows.mappings()]
    return found_on(page, [(Place(each.created_at, each.id), each) for each in found])


async def count_of(db: Reading, error: ErrorId, reach: Reach) -> int:
    """Return how many comments an error has."""
    asked = select(func.count()).select_from(error_comments)
    found = await db.execute(
        asked.where(reach.condition(error_comments), error_comments.c.error_id == error),
        reach.values(),
    )
    return int(found.scalar_one())
