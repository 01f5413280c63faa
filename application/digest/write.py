"""The one transaction of a batch: everything that its items change, in set-based statements.

The order of the locks is the same everywhere: event ids, errors, counters, and the feed's head
last. (Architecture, stops 5 to 7.)
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from application.clock import Clock
from application.digest import families
from application.digest.batch import (
    Arrived,
    Group,
    Known,
    Whole,
    group_items,
    hours_of,
    new_hashes_of,
)
from application.digest.discarding import without_discarded
from application.digest.kinds import Written, outcome_key
from application.digest.new_errors import NewErrors
from application.digest.overflow import Overflow
from application.digest.prepare import Prepared, Result
from application.digest.rolling_up import crowds_of, rolled_up
from application.digest.sightings import Sightings
from application.digest.standing import settle
from application.digest.suppressing import Suppressing
from application.digest.tags import Tag, TagMemory
from application.notifications import notify
from domain.activities import Activity, ActivityKind
from domain.errors import Error, Verdict
from domain.feed import Change, FeedEntry
from domain.ids import ActivityId, ErrorId, SuppressionRuleId
from domain.inbox import InboxItem, ItemKind
from domain.occurrences import Occurrence
from domain.outcomes import Outcome, OutcomeKey
from persistence import activities, feed, occurrences
from persistence.database import RawConnection
from persistence.errors import digest as errors
from persistence.errors import findable, rollups
from persistence.inbox import dead_letters, outcomes
from persistence.merges import shares

ERROR = "error"
Buried = tuple[InboxItem, str]


class Done(NamedTuple):
    """What a batch leaves to be told once it is committed."""

    entries: Sequence[FeedEntry]
    hits: Mapping[SuppressionRuleId, int]
    tags: Sequence[Tag]


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchWriter:
    """Writes batches; `again` prepares an item in full, with its explanation."""

    clock: Clock
    overflow: Overflow
    suppressing: Suppressing
    tags: TagMemory
    sightings: Sightings
    again: Callable[[InboxItem], Result]

    async def write(
        self,
        db: RawConnection,
        arrived: Sequence[Arrived],
        buried: Sequence[Buried],
        beside: Written,
    ) -> Done:
        """Write a batch and return what is to be told after the commit.

        `beside` is what items of other kinds led to, in the same transaction.
        """
        fresh = await _not_known_before(db, arrived)
        known = await _known(db, fresh)
        groups, buried = self._grouped(fresh, known, list(buried))
        suppressed = await without_discarded(db, await self.suppressing.apply(db, groups))
        groups = await self.overflow.within_the_cap(db, suppressed.groups)
        releases = await self.sightings.of(db, fresh)
        for group in groups:
            group.releases = releases
        new = await self._write_errors(db, groups, known)
        tags = self.tags.new_in(groups)
        await _write_what_happened(db, groups, new, tags)
        opened = await settle(db, self.clock, groups)
        back, news = await self._tell_of_the_returned(db, groups)
        if buried:
            await dead_letters.bury(db, [(self.clock.new_id(), item, why) for item, why in buried])
        counts = _outcomes(arrived, fresh, groups, suppressed.dropped, buried) + beside.outcomes
        if counts:
            await outcomes.add(db, counts)
        at = self.clock.now()
        changes = [
            group.change(at, new.get(group.error_id), back.get(group.error_id))
            for group in groups
            if not group.is_quiet
        ]
        entries = await feed.append_raw(db, [*changes, *opened, *beside.changes, *news])
        return Done(entries, suppressed.hits, tags)

    async def _write_errors(
        self, db: RawConnection, groups: Sequence[Group], known: Known
    ) -> dict[ErrorId, Error]:
        """Add the errors that are new, count on the others; return the new ones."""
        parts = await families.count_visitors(db, groups)
        new = await NewErrors(self.clock, self.again).add(
            db, [group for group in groups if group.known is None]
        )
        if new_hashes := [*new_hashes_of(groups, known), *self.overflow.hashes(groups)]:
            await errors.add_hashes(db, new_hashes)
        if seen := [group.recurrence() for group in groups if group.known is not None]:
            await errors.recur(db, seen)
        await shares.recur(db, [part.recurrence() for part in parts])
        return new

    async def _tell_of_the_returned(
        self, db: RawConnection, groups: Sequence[Group]
    ) -> tuple[dict[ErrorId, Activity], list[Change]]:
        """Tell on their timelines, and to who cares, of the errors that came back."""
        back = {
            group.error_id: _came_back(group, self.clock)
            for group in groups
            if group.verdict is Verdict.REGRESSED
        }
        if not back:
            return back, []
        told = list(back.values())
        await activities.add_many(db, told)
        return back, await notify(db, self.clock, told)

    def _grouped(
        self, fresh: Sequence[Arrived], known: Known, buried: list[Buried]
    ) -> tuple[list[Group], list[Buried]]:
        """Group the items; what would only count and leads nowhere is prepared in full first."""
        groups, lost = group_items(fresh, known)
        if not lost:
            return groups, buried
        gone = {id(one.item) for one in lost}
        whole = [one for one in fresh if id(one.item) not in gone]
        for item, _ in lost:
            made = self.again(item)
            if isinstance(made, Prepared):
                whole.append(Arrived(item, made))
            else:
                buried.append((item, "What was counted cannot be prepared."))
        return group_items(whole, known)[0], buried


async def _not_known_before(db: RawConnection, arrived: Sequence[Arrived]) -> list[Arrived]:
    """Leave out what was digested before, or stands twice in the batch: ingest is idempotent."""
    once: dict[object, Arrived] = {}
    for one in arrived:
        once.setdefault((one.item.service_id, one.item.event_id), one)
    if not once:
        return []
    taken = await occurrences.remember(
        db,
        [
            (
                item.organization_id,
                item.service_id,
                item.event_id,
                made.occurrence_id,
                made.occurred_at,
            )
            for item, made in once.values()
        ],
    )
    return [one for one in once.values() if one.made.occurrence_id in taken]


async def _known(db: RawConnection, fresh: Sequence[Arrived]) -> Known:
    wanted = {
        (item.organization_id, item.service_id, own.value)
        for item, made in fresh
        for own in made.hashes
    }
    return await errors.find(db, list(wanted)) if wanted else {}


def _came_back(group: Group, clock: Clock) -> Activity:
    last = group.last.made
    return Activity(
        id=ActivityId(clock.new_id()),
        organization_id=group.organization_id,
        error_id=group.error_id,
        kind=ActivityKind.REGRESSED,
        actor_id=None,
        at=clock.now(),
        data={"occurrence_id": str(last.occurrence_id), "release": last.release},
    )


async def _write_what_happened(
    db: RawConnection,
    groups: Sequence[Group],
    new: Mapping[ErrorId, Error],
    tags: Sequence[Tag],
) -> None:
    """Write the occurrences, and all that is found and counted by them."""
    if tags:
        await findable.add_tags(db, tags)
    if groups:
        await _add_occurrences(db, groups)
        await errors.count_hours(db, hours_of(groups))
        await rollups.add(db, rolled_up(groups, new))
        await rollups.meet(db, crowds_of(groups))


async def _add_occurrences(db: RawConnection, groups: Sequence[Group]) -> None:
    kept = [(group, one) for group in groups for one in group.kept]
    if kept:
        await occurrences.add(
            db,
            [_occurrence(group, item, made) for group, (item, made) in kept],
            [made.body for _, (_, made) in kept],
        )


def _occurrence(group: Group, item: InboxItem, made: Prepared) -> Occurrence:
    event = made.event
    return Occurrence(
        id=made.occurrence_id,
        organization_id=group.organization_id,
        error_id=group.origin_of(Whole(item, made)),
        service_id=item.service_id,
        event_id=item.event_id,
        occurred_at=event.occurred_at,
        received_at=event.received_at,
        level=event.level,
        message=event.message[:1000],
        environment=event.environment,
        release=event.release,
        transaction=event.transaction,
        server_name=event.server_name,
        url=event.url,
        user_ref=event.user_ref,
        session_id=event.session_id,
        ip_address=event.ip_address,
        trace_id=event.trace_id,
        span_id=event.span_id,
        tags=dict(event.tags),
    )


def _outcomes(
    arrived: Sequence[Arrived],
    fresh: Sequence[Arrived],
    groups: Sequence[Group],
    dropped: Sequence[Arrived],
    buried: Sequence[Buried],
) -> Counter[OutcomeKey]:
    counts: Counter[OutcomeKey] = Counter()
    taken = {id(one.item) for one in fresh}
    stored = {id(one.item) for group in groups for one in group.kept}
    gone = {id(one.item) for one in dropped}
    dead = {id(item) for item, _ in buried}
    for item, _ in arrived:
        if id(item) in dead:
            continue
        if id(item) not in taken:
            key = outcome_key(item, Outcome.DEDUPLICATED, ERROR)
        elif id(item) in gone:
            key = outcome_key(item, Outcome.SUPPRESSED, ERROR, "drop")
        elif id(item) in stored:
            key = outcome_key(item, Outcome.ACCEPTED, ERROR)
        else:
            # It counts on its error; its body is what was not kept.
            key = outcome_key(item, Outcome.RATE_LIMITED, ERROR, "counted_only")
        counts[key] += 1
    for item, _ in buried:
        is_event = item.kind in (ItemKind.EVENT, ItemKind.EVENT_OVER_LIMIT)
        category = ERROR if is_event else item.kind.value
        counts[outcome_key(item, Outcome.INVALID, category, "undigestible")] += 1
    return counts
