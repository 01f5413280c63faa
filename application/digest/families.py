"""Families: an error and those merged into it; each keeps what it has by itself.

The primary's own row counts for all of them, so that every list reads one row. What each item
belongs to by itself is kept beside it: occurrences, visitors, tags and the share. So an unmerge
takes nothing apart that was not kept apart.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence

from application.digest.batch import Group, count_visitors_of, visitors_in
from domain.ids import ErrorId
from domain.visitors import is_session
from persistence.database import RawConnection
from persistence.errors import digest as errors
from persistence.merges import shares


async def count_visitors(db: RawConnection, groups: Sequence[Group]) -> list[Group]:
    """Note on each group who met its error for the first time; return the parts of families."""
    visitors = visitors_in(groups)
    new = await errors.add_visitors(db, list(visitors)) if visitors else []
    count_visitors_of(groups, new)
    families = [group for group in groups if group.known is not None and group.known.is_family]
    if not families:
        return []
    parts = [part for family in families for part in _parts_of(family)]
    count_visitors_of(parts, new)
    await _count_in_families(db, families, new)
    return parts


def _parts_of(family: Group) -> list[Group]:
    """Split a family's items by the errors that they belong to by themselves."""
    parts: dict[ErrorId, Group] = {}
    for one in family.arrived:
        origin = family.origin_of(one)
        parts.setdefault(origin, Group(error_id=origin, known=family.known)).arrived.append(one)
    for whole in family.kept:
        parts[family.origin_of(whole)].kept.append(whole)
    return list(parts.values())


async def _count_in_families(
    db: RawConnection, families: Sequence[Group], new: Sequence[tuple[ErrorId, int]]
) -> None:
    """Count for the primary only who is new to the whole family."""
    fresh: dict[ErrorId, set[int]] = defaultdict(set)
    for error_id, visitor in new:
        fresh[error_id].add(visitor)
    for family in families:
        rows: Counter[int] = Counter()
        for origin in {family.origin_of(one) for one in family.arrived}:
            rows.update(fresh[origin])
        met = await shares.meetings(db, family.organization_id, family.error_id, list(rows))
        # Whoever has no more rows in the family than were just written is new to it.
        own = [visitor for visitor, quantity in rows.items() if met[visitor] == quantity]
        family.sessions = sum(is_session(visitor) for visitor in own)
        family.users = len(own) - family.sessions
