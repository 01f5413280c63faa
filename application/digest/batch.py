"""One batch of prepared items: which error each belongs to, and what that adds up to. Pure."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from application.digest.prepare import Prepared, is_session
from domain.errors import Error, ErrorStatus, Verdict, verdict_on
from domain.feed import Change, FeedKind
from domain.ids import ErrorId, OrganizationId, ServiceId
from persistence.errors.digest import KnownHash, NewHash, Recurrence

_FEED_KIND = {
    Verdict.NEW: FeedKind.ERROR_NEW,
    Verdict.AGAIN: FeedKind.ERROR_AGAIN,
    Verdict.MUTED: FeedKind.ERROR_AGAIN,
    Verdict.REGRESSED: FeedKind.ERROR_REGRESSED,
}


@dataclass(slots=True, kw_only=True)
class Group:
    """The items of a batch that belong to one error, oldest first."""

    error_id: ErrorId
    known: KnownHash | None
    items: list[Prepared] = field(default_factory=list)
    users: int = 0
    sessions: int = 0

    @property
    def organization_id(self) -> OrganizationId:
        """The tenant of the error."""
        return self.items[0].item.organization_id

    @property
    def first(self) -> Prepared:
        """The item that happened first."""
        return min(self.items, key=lambda p: p.event.occurred_at)

    @property
    def latest(self) -> Prepared:
        """The item that happened last: it speaks for the error from now on."""
        return max(self.items, key=lambda p: p.event.occurred_at)

    @property
    def verdict(self) -> Verdict:
        """What these items mean for the error."""
        if self.known is None:
            return Verdict.NEW
        verdict = verdict_on(self.known.status)
        resolved_at = self.known.resolved_at
        if verdict is Verdict.REGRESSED and resolved_at is not None:
            # What happened before it was resolved and only now arrives brings nothing back.
            late = self.latest.event.occurred_at <= resolved_at
            return Verdict.AGAIN if late else verdict
        return verdict

    def recurrence(self) -> Recurrence:
        """Return what the batch adds to an error that was there before."""
        latest = self.latest.event
        return Recurrence(
            organization_id=self.organization_id,
            error_id=self.error_id,
            occurrences=len(self.items),
            users=self.users,
            sessions=self.sessions,
            last_seen_at=latest.occurred_at,
            first_seen_at=self.first.event.occurred_at,
            last_release=latest.release,
            level=latest.level,
            message=latest.message,
            has_regressed=self.verdict is Verdict.REGRESSED,
        )

    def change(self, at: datetime, new: Error | None) -> Change:
        """Return the feed's word of this batch for the error: one entry, however many items."""
        latest, known = self.latest, new or self.known
        if known is None:
            raise ValueError("An error is either known before its batch or added by it.")
        has_regressed = self.verdict is Verdict.REGRESSED
        return Change(
            organization_id=self.organization_id,
            kind=_FEED_KIND[self.verdict],
            subject_id=self.error_id,
            at=at,
            payload={
                "service_id": str(latest.item.service_id),
                "status": ErrorStatus.RECURRING.value if has_regressed else known.status.value,
                "level": latest.event.level.value,
                "severity": known.severity.value,
                "environment": latest.event.environment,
                "count": len(self.items),
                "occurrence_id": str(latest.occurrence_id),
                "occurred_at": latest.event.occurred_at.isoformat(),
            },
        )


def group_items(
    items: Sequence[Prepared], known: Mapping[tuple[ServiceId, bytes], KnownHash]
) -> tuple[list[Group], list[NewHash]]:
    """Put each item to its error by its strongest hash that leads to one, or to a new error."""
    leads: dict[tuple[ServiceId, bytes], Group] = {}
    groups: dict[ErrorId, Group] = {}
    new_hashes: dict[tuple[ServiceId, bytes], NewHash] = {}
    for prepared in items:
        service = prepared.item.service_id
        group = _group_of(prepared, known, leads, groups)
        group.items.append(prepared)
        for own in prepared.grouping.hashes:
            key = (service, own.value)
            leads.setdefault(key, group)
            if key not in known and key not in new_hashes:
                new_hashes[key] = NewHash(
                    prepared.item.organization_id,
                    service,
                    own.value,
                    group.error_id,
                    own.kind,
                    own.version,
                )
    return list(groups.values()), list(new_hashes.values())


def _group_of(
    prepared: Prepared,
    known: Mapping[tuple[ServiceId, bytes], KnownHash],
    leads: Mapping[tuple[ServiceId, bytes], Group],
    groups: dict[ErrorId, Group],
) -> Group:
    for own in prepared.grouping.hashes:
        key = (prepared.item.service_id, own.value)
        if key in known:
            found = known[key]
            return groups.setdefault(found.error_id, Group(error_id=found.error_id, known=found))
        if key in leads:
            return leads[key]
    # A new error takes the id of its first occurrence: a digest that is begun again makes the same.
    error_id = ErrorId(prepared.occurrence_id)
    return groups.setdefault(error_id, Group(error_id=error_id, known=None))


def hours_of(groups: Sequence[Group]) -> list[tuple[OrganizationId, ErrorId, datetime, int]]:
    """Return how many items fall into each hour of each error."""
    counts: Counter[tuple[OrganizationId, ErrorId, datetime]] = Counter()
    for group in groups:
        for prepared in group.items:
            hour = prepared.event.occurred_at.replace(minute=0, second=0, microsecond=0)
            counts[group.organization_id, group.error_id, hour] += 1
    return [(*key, quantity) for key, quantity in counts.items()]


def visitors_of(groups: Sequence[Group]) -> set[tuple[OrganizationId, ErrorId, int]]:
    """Return who met which error."""
    return {
        (group.organization_id, group.error_id, visitor)
        for group in groups
        for prepared in group.items
        for visitor in prepared.visitors
    }


def count_visitors(groups: Sequence[Group], new: Sequence[tuple[ErrorId, int]]) -> None:
    """Note on each group how many users and sessions met its error for the first time."""
    fresh: dict[ErrorId, list[int]] = defaultdict(list)
    for error_id, visitor in new:
        fresh[error_id].append(visitor)
    for group in groups:
        own = fresh[group.error_id]
        group.sessions = sum(is_session(visitor) for visitor in own)
        group.users = len(own) - group.sessions
