"""The one transaction of a batch: everything that its items change, in set-based statements.

The order of the locks is the same everywhere: event ids, errors, counters, and the feed's head
last. (Architecture, stops 5 to 7.)
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import orjson

from application.clock import Clock
from application.digest.batch import (
    Group,
    count_visitors,
    group_items,
    hours_of,
    visitors_of,
)
from application.digest.kinds import Written, outcome_key
from application.digest.prepare import Prepared
from domain.activities import Activity, ActivityKind
from domain.errors import Error, ErrorStatus, Verdict, severity_for
from domain.feed import FeedEntry
from domain.ids import ActivityId, ErrorId, OrganizationId
from domain.inbox import InboxItem, ItemKind
from domain.levels import Severity
from domain.occurrences import Occurrence
from domain.outcomes import Outcome, OutcomeKey
from persistence import activities, counters, error_types, feed, occurrences, services
from persistence.database import RawConnection
from persistence.errors import digest as errors
from persistence.inbox import dead_letters, outcomes

MAX_METADATA_BYTES = 64 * 1024
ERROR = "error"


async def write_batch(
    db: RawConnection,
    prepared: Sequence[Prepared],
    refused: Sequence[tuple[InboxItem, str]],
    clock: Clock,
    beside: Written | None = None,
) -> list[FeedEntry]:
    """Write a batch and return its feed entries, to be published after the commit.

    `beside` is what items of other kinds led to, in the same transaction.
    """
    beside = beside or Written()
    fresh = await _not_known_before(db, prepared)
    groups, new_hashes = await _grouped(db, fresh)
    if visitors := visitors_of(groups):
        count_visitors(groups, await errors.add_visitors(db, list(visitors)))
    new = await _add_new_errors(db, [g for g in groups if g.known is None], clock)
    if new_hashes:
        await errors.add_hashes(db, new_hashes)
    if seen := [group.recurrence() for group in groups if group.known is not None]:
        await errors.recur(db, seen)
    if groups:
        await _add_occurrences(db, groups)
        await errors.count_hours(db, hours_of(groups))
    if regressed := [group for group in groups if group.verdict is Verdict.REGRESSED]:
        await activities.add_many(db, [_came_back(group, clock) for group in regressed])
    if refused:
        await dead_letters.bury(db, [(clock.new_id(), item, why) for item, why in refused])
    if counts := _outcomes(prepared, fresh, refused) + beside.outcomes:
        await outcomes.add(db, counts)
    at = clock.now()
    changes = [group.change(at, new.get(group.error_id)) for group in groups]
    return await feed.append_raw(db, [*changes, *beside.changes])


async def _not_known_before(db: RawConnection, prepared: Sequence[Prepared]) -> list[Prepared]:
    """Leave out what was digested before, or stands twice in the batch: ingest is idempotent."""
    once: dict[object, Prepared] = {}
    for one in prepared:
        once.setdefault((one.item.service_id, one.item.event_id), one)
    if not once:
        return []
    taken = await occurrences.remember(
        db,
        [
            (
                one.item.organization_id,
                one.item.service_id,
                one.item.event_id,
                one.occurrence_id,
                one.event.occurred_at,
            )
            for one in once.values()
        ],
    )
    return [one for one in once.values() if one.occurrence_id in taken]


async def _grouped(
    db: RawConnection, fresh: Sequence[Prepared]
) -> tuple[list[Group], list[errors.NewHash]]:
    wanted = {
        (one.item.organization_id, one.item.service_id, own.value)
        for one in fresh
        for own in one.grouping.hashes
    }
    return group_items(fresh, await errors.find(db, list(wanted)) if wanted else {})


async def _add_new_errors(
    db: RawConnection, groups: Sequence[Group], clock: Clock
) -> dict[ErrorId, Error]:
    """Add the errors that no hash led to; return them."""
    if not groups:
        return {}
    names = await services.names(db, {group.first.item.service_id for group in groups})
    types = await error_types.defaults(db, {group.organization_id for group in groups})
    numbers = await _numbers(db, groups)
    at = clock.now()
    new: list[Error] = []
    type_ids = []
    for group in groups:
        code = group.first.event.error_type
        known = types.get((group.organization_id, code))
        type_id, default = known or types[group.organization_id, "unknown"]
        severity = severity_for(group.latest.event.level, default)
        service_name = names.get(group.first.item.service_id, "")
        new.append(_error(group, numbers, service_name, severity, at))
        type_ids.append(type_id)
    await errors.add(db, new, type_ids, [_metadata(group) for group in groups])
    return {error.id: error for error in new}


def _metadata(group: Group) -> str:
    """Return why the error is an error of its own, as JSON of a bounded size (GEN-10)."""
    told = orjson.dumps({"grouping": group.first.grouping.explanation})
    if len(told) > MAX_METADATA_BYTES:
        told = orjson.dumps({"grouping": {"sentence": "The explanation is too long to keep."}})
    return told.decode()


async def _numbers(db: RawConnection, groups: Sequence[Group]) -> dict[OrganizationId, int]:
    """Take the next error numbers of each organization."""
    wanted = Counter(group.organization_id for group in groups)
    return {
        organization: await counters.take(db, organization, counters.ERROR_NUMBER, amount)
        for organization, amount in sorted(wanted.items())
    }


def _error(
    group: Group,
    numbers: dict[OrganizationId, int],
    service_name: str,
    severity: Severity,
    at: datetime,
) -> Error:
    """Return the new error of a group; its latest item speaks for it."""
    event, first = group.latest.event, group.first.event
    number = numbers[group.organization_id]
    numbers[group.organization_id] += 1
    primary = group.first.grouping.primary
    return Error(
        id=group.error_id,
        organization_id=group.organization_id,
        service_id=group.first.item.service_id,
        service_name=service_name,
        number=number,
        fingerprint=primary.value.hex(),
        fingerprint_version=primary.version,
        error_type=event.error_type,
        title=event.title,
        message=event.message,
        culprit=event.culprit,
        level=event.level,
        severity=severity,
        status=ErrorStatus.NEW,
        platform=event.platform,
        component=event.component,
        file_path=event.file_path,
        line_number=event.line_number,
        column_number=event.column_number,
        endpoint_path=event.endpoint_path,
        environment=event.environment,
        first_release=first.release,
        last_release=event.release,
        first_seen_at=first.occurred_at,
        last_seen_at=event.occurred_at,
        occurrence_count=len(group.items),
        users_affected_count=group.users,
        sessions_affected_count=group.sessions,
        created_at=at,
        updated_at=at,
    )


def _came_back(group: Group, clock: Clock) -> Activity:
    latest = group.latest
    return Activity(
        id=ActivityId(clock.new_id()),
        organization_id=group.organization_id,
        error_id=group.error_id,
        kind=ActivityKind.REGRESSED,
        actor_id=None,
        at=clock.now(),
        data={"occurrence_id": str(latest.occurrence_id), "release": latest.event.release},
    )


async def _add_occurrences(db: RawConnection, groups: Sequence[Group]) -> None:
    await occurrences.add(
        db,
        [_occurrence(group, one) for group in groups for one in group.items],
        [one.body for group in groups for one in group.items],
    )


def _occurrence(group: Group, one: Prepared) -> Occurrence:
    event = one.event
    return Occurrence(
        id=one.occurrence_id,
        organization_id=group.organization_id,
        error_id=group.error_id,
        service_id=one.item.service_id,
        event_id=event.event_id,
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
    prepared: Sequence[Prepared],
    fresh: Sequence[Prepared],
    refused: Sequence[tuple[InboxItem, str]],
) -> Counter[OutcomeKey]:
    counts: Counter[OutcomeKey] = Counter()
    accepted = {id(one) for one in fresh}
    for one in prepared:
        outcome = Outcome.ACCEPTED if id(one) in accepted else Outcome.DEDUPLICATED
        counts[outcome_key(one.item, outcome, ERROR)] += 1
    for item, _ in refused:
        category = ERROR if item.kind is ItemKind.EVENT else item.kind.value
        counts[outcome_key(item, Outcome.INVALID, category, "undigestible")] += 1
    return counts
