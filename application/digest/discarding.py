"""Discarding: events of errors that were deleted for good leave no trace but a count.

Only what would be a new error is looked up, so known errors pay nothing for it.
"""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from application.digest.batch import Arrived, Group
from application.digest.suppressing import Suppressed
from domain.ids import ErrorId
from persistence.database import RawConnection
from persistence.merges import deleting


async def without_discarded(db: RawConnection, suppressed: Suppressed) -> Suppressed:
    """Take the events out that nobody wants, and count them as dropped."""
    new = [group for group in suppressed.groups if group.known is None]
    if not new:
        return suppressed
    keys = {
        (group.organization_id, group.service_id, own.value)
        for group in new
        for one in group.arrived
        for own in one.made.hashes
    }
    unwanted = await deleting.discarded(db, sorted(keys))
    if not unwanted:
        return suppressed
    groups: list[Group] = []
    for group in suppressed.groups:
        if group.known is not None:
            groups.append(group)
            continue
        left, gone = _parted(group.arrived, unwanted)
        suppressed.dropped.extend(gone)
        if left:
            groups.append(_rest(group, left) if gone else group)
    return replace(suppressed, groups=groups)


def _parted(
    arrived: Sequence[Arrived], unwanted: set[tuple[UUID, bytes]]
) -> tuple[list[Arrived], list[Arrived]]:
    left: list[Arrived] = []
    gone: list[Arrived] = []
    for one in arrived:
        is_gone = any((one.item.service_id, own.value) in unwanted for own in one.made.hashes)
        (gone if is_gone else left).append(one)
    return left, gone


def _rest(group: Group, left: Sequence[Arrived]) -> Group:
    rest = replace(group, arrived=[], kept=[])
    for one in left:
        rest.add(one)
    return replace(rest, error_id=ErrorId(rest.kept[0].made.occurrence_id))
