"""Duplicates: which error is the same as which."""

from collections.abc import Mapping, Sequence

from sqlalchemy import (
    RowMapping,
    Subquery,
    and_,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from domain.duplicates import MAX_DUPLICATES, Duplicate
from domain.ids import ErrorId, OrganizationId, UserId
from persistence.database import Reading, Writing
from persistence.errors.tables import errors
from persistence.merges.tables import duplicates
from persistence.reach import EVERYWHERE, Reach


async def primaries_of(
    db: Reading, ids: Sequence[ErrorId], reach: Reach = EVERYWHERE
) -> dict[ErrorId, Duplicate]:
    """Return of what these errors are duplicates."""
    rows = await db.execute(
        select(duplicates).where(
            reach.condition(duplicates), duplicates.c.duplicate_error_id.in_(ids)
        ),
        reach.values(),
    )
    found = [_duplicate(row) for row in rows.mappings()]
    return {each.duplicate_error_id: each for each in found}


def _of_family(ids: Sequence[ErrorId], reach: Reach) -> Subquery:
    """Return the duplicates of errors and of what is merged into them, with the head of each."""
    member = errors.alias("member")
    heads = or_(member.c.id.in_(ids), member.c.merged_into_id.in_(ids))
    asked = member.c.id.in_(ids)
    return (
        select(
            *duplicates.c,
            case((asked, member.c.id), else_=member.c.merged_into_id).label("head_id"),
        )
        .join(
            member,
            and_(
                member.c.organization_id == duplicates.c.organization_id,
                member.c.id == duplicates.c.primary_error_id,
            ),
        )
        .where(reach.condition(duplicates), reach.condition(member), heads)
        .subquery("of_family")
    )


async def of_primaries(
    db: Reading, ids: Sequence[ErrorId], reach: Reach = EVERYWHERE
) -> dict[ErrorId, list[Duplicate]]:
    """Return the duplicates of these errors, newest first; a merged one has those of its own."""
    of = _of_family(ids, reach)
    rows = await db.execute(
        select(of).order_by(of.c.marked_at.desc(), of.c.duplicate_error_id), reach.values()
    )
    found: dict[ErrorId, list[Duplicate]] = {id_: [] for id_ in ids}
    for row in rows.mappings():
        of_head = found[ErrorId(row["head_id"])]
        if len(of_head) < MAX_DUPLICATES:
            of_head.append(_duplicate(row))
    return found


async def figures_with(
    db: Reading, ids: Sequence[ErrorId], reach: Reach
) -> dict[ErrorId, Mapping[str, int]]:
    """Return the figures of these errors and of their duplicates, added up."""
    own, other, of = errors.alias("own"), errors.alias("other"), _of_family(ids, reach)
    same = and_(of.c.organization_id == own.c.organization_id, of.c.head_id == own.c.id)
    # One that is merged into another is counted there.
    theirs = and_(
        other.c.organization_id == of.c.organization_id,
        other.c.id == of.c.duplicate_error_id,
        other.c.merged_into_id.is_(None),
        other.c.id != own.c.id,
    )
    names = ("occurrence_count", "users_affected_count")
    sums = [(own.c[name] + func.coalesce(func.sum(other.c[name]), 0)).label(name) for name in names]
    rows = await db.execute(
        select(own.c.id, *sums)
        .select_from(own.outerjoin(of, same).outerjoin(other, theirs))
        .where(reach.condition(own), own.c.id.in_(ids))
        .group_by(own.c.organization_id, own.c.id, *(own.c[name] for name in names)),
        reach.values(),
    )
    return {ErrorId(row[0]): {names[0]: int(row[1]), names[1]: int(row[2])} for row in rows}


async def add(db: Writing, new: Duplicate) -> None:
    """Add a duplicate."""
    await db.execute(
        insert(duplicates).values(
            organization_id=new.organization_id,
            primary_error_id=new.primary_error_id,
            duplicate_error_id=new.duplicate_error_id,
            marked_by=new.marked_by,
            similarity_reason=new.similarity_reason,
            marked_at=new.marked_at,
        )
    )


async def move(db: Writing, organization: OrganizationId, before: ErrorId, to: ErrorId) -> None:
    """Let the duplicates of one error be those of another."""
    own = duplicates.c
    await db.execute(
        update(duplicates)
        .where(own.organization_id == organization, own.primary_error_id == before)
        .values(primary_error_id=to)
    )


async def remove(db: Writing, organization: OrganizationId, duplicate: ErrorId) -> bool:
    """Say that an error is no duplicate; False if it was none."""
    own = duplicates.c
    done = await db.execute(
        delete(duplicates).where(
            own.organization_id == organization, own.duplicate_error_id == duplicate
        )
    )
    return done.rowcount == 1


def _duplicate(row: RowMapping) -> Duplicate:
    return Duplicate(
        organization_id=OrganizationId(row["organization_id"]),
        primary_error_id=ErrorId(row["primary_error_id"]),
        duplicate_error_id=ErrorId(row["duplicate_error_id"]),
        marked_by=UserId(row["marked_by"]),
        similarity_reason=row["similarity_reason"],
        marked_at=row["marked_at"],
    )
