"""One batch of prepared events: which error each belongs to, and what that adds up to. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from application.digest.prepare import Counted, Prepared
from application.error_changes import told_before, words_of
from domain.activities import Activity
from domain.errors import Error, ErrorStatus, Verdict, verdict_on
from domain.feed import Change, FeedKind
from domain.grouping.config import VERSION
from domain.grouping.hashes import Hash, HashKind, hash_of
from domain.ids import ErrorId, OccurrenceId, OrganizationId, ServiceId
from domain.inbox import InboxItem
from domain.levels import Severity
from domain.visitors import is_session
from persistence.errors.digest import KnownHash, NewHash, Recurrence

_FEED_KIND = {
    Verdict.NEW: FeedKind.ERROR_NEW,
    Verdict.AGAIN: FeedKind.ERROR_AGAIN,
    Verdict.MUTED: FeedKind.ERROR_AGAIN,
    Verdict.REGRESSED: FeedKind.ERROR_REGRESSED,
}


def overflow_hash(service: ServiceId) -> Hash:
    """Return what the overflow error of a service is known by."""
    return hash_of(HashKind.OVERFLOW, VERSION, ("overflow", str(service)))


class Arrived(NamedTuple):
    """An item with what was made of it: to be stored, or only counted."""

    item: InboxItem
    made: Prepared | Counted


class Whole(NamedTuple):
    """An item whose event is stored."""

    item: InboxItem
    made: Prepared


@dataclass(slots=True, kw_only=True)
class Group:
    """The items of a batch that belong to one error; `kept` are stored, all of them count."""

    error_id: ErrorId
    known: KnownHash | None
    arrived: list[Arrived] = field(default_factory=list)
    kept: list[Whole] = field(default_factory=list)
    # Of an error with others merged into it: which of them each of these items belongs to.
    origins: dict[OccurrenceId, ErrorId] = field(default_factory=dict)
    users: int = 0
    sessions: int = 0
    is_overflow: bool = False
    # When each release of the batch was met first, by service and release.
    releases: Mapping[object, datetime] = field(default_factory=dict)
    is_quiet: bool = False
    is_muted: bool = False
    lowered_to: Severity | None = None

    @property
    def organization_id(self) -> OrganizationId:
        """The tenant of the error."""
        return self.arrived[0].item.organization_id

    @property
    def service_id(self) -> ServiceId:
        """The service of the error."""
        return self.arrived[0].item.service_id

    @property
    def primary(self) -> Hash:
        """The hash that the error is known by, if it is new."""
        return overflow_hash(self.service_id) if self.is_overflow else self.first.made.hashes[0]

    @property
    def first(self) -> Whole:
        """The stored item that happened first."""
        return min(self.kept, key=lambda one: one.made.occurred_at)

    @property
    def latest(self) -> Whole | None:
        """The stored item that happened last: it speaks for the error from now on."""
        return max(self.kept, key=lambda one: one.made.occurred_at, default=None)

    @property
    def last(self) -> Arrived:
        """The item that happened last, stored or not."""
        return max(self.arrived, key=lambda one: one.made.occurred_at)

    @property
    def verdict(self) -> Verdict:
        """What these items mean for the error."""
        if self.known is None:
            return Verdict.NEW
        verdict = verdict_on(self.known.status)
        if verdict is Verdict.REGRESSED and not any(map(self._brings_back, self.arrived)):
            return Verdict.AGAIN
        return verdict

    def _brings_back(self, one: Arrived) -> bool:
        """Say whether an item shows that what was resolved is not."""
        if self.known is None:
            return False
        resolved_at, made = self.known.resolved_at, one.made
        if resolved_at is not None and made.occurred_at <= resolved_at:
            # What happened before it was resolved and only now arrives brings nothing back.
            return False
        if self.known.resolved_in is None:
            return True
        met = self.releases.get((self.service_id, made.release))
        return self.known.resolved_in.has_the_fix(made.release, met)

    def add(self, one: Arrived) -> None:
        """Take one more item."""
        self.arrived.append(one)
        made = one.made
        # A new error is never without an occurrence.
        is_first = self.known is None and not self.kept
        if isinstance(made, Prepared) and (made.keeps_body or is_first):
            self.kept.append(Whole(one.item, made))

    def origin_of(self, one: Arrived | Whole) -> ErrorId:
        """Return the error that an item belongs to by itself: this one, or one merged into it."""
        return self.origins.get(one.made.occurrence_id, self.error_id)

    def recurrence(self) -> Recurrence:
        """Return what the batch adds to an error that was there before."""
        last, latest = self.last, self.latest
        return Recurrence(
            organization_id=self.organization_id,
            error_id=self.error_id,
            occurrences=len(self.arrived),
            users=self.users,
            sessions=self.sessions,
            last_seen_at=last.made.occurred_at,
            first_seen_at=min(one.made.occurred_at for one in self.arrived),
            last_release=last.made.release,
            level=None if latest is None else latest.made.event.level,
            message=None if latest is None else latest.made.event.message,
            has_regressed=self.verdict is Verdict.REGRESSED,
        )

    def change(self, at: datetime, new: Error | None, told: Activity | None = None) -> Change:
        """Return the feed's word of this batch for the error: one entry, however many items.

        `told` is what its timeline tells of it.
        """
        known = new or self.known
        if known is None:
            raise ValueError("An error is either known before its batch or added by it.")
        before = words_of(known)
        words = dict(before)
        more: dict[str, object] = {"count": len(self.arrived)}
        if self.verdict is Verdict.REGRESSED:
            words["status"] = ErrorStatus.RECURRING.value
        if (latest := self.latest) is not None:
            words["level"] = latest.made.event.level.value
            more["occurrence_id"] = str(latest.made.occurrence_id)
            if latest.made.event.environment != known.environment:
                more["occurrence_environment"] = latest.made.event.environment
        if told is not None:
            more["activities"] = [str(told.id)]
        return Change(
            organization_id=self.organization_id,
            kind=_FEED_KIND[self.verdict],
            subject_id=self.error_id,
            at=at,
            payload={**words, **told_before(before, words), **more},
        )


Known = Mapping[tuple[ServiceId, bytes], KnownHash]
Leads = dict[tuple[ServiceId, bytes], tuple[Group, ErrorId]]


def group_items(items: Sequence[Arrived], known: Known) -> tuple[list[Group], list[Arrived]]:
    """Put each item to its error by its strongest hash that leads to one, or to a new error.

    Also return what only counts and leads nowhere: it must be prepared in full.
    """
    leads: Leads = {}
    groups: dict[ErrorId, Group] = {}
    lost: list[Arrived] = []
    for one in items:
        found = _group_of(one, known, leads, groups)
        if found is None:
            lost.append(one)
            continue
        group, origin = found
        if origin != group.error_id:
            group.origins[one.made.occurrence_id] = origin
        group.add(one)
        for own in one.made.hashes:
            if not own.is_fallback:
                leads.setdefault((one.item.service_id, own.value), found)
    return list(groups.values()), lost


def _group_of(
    one: Arrived,
    known: Known,
    leads: Leads,
    groups: dict[ErrorId, Group],
) -> tuple[Group, ErrorId] | None:
    for own in one.made.hashes:
        key = (one.item.service_id, own.value)
        if key in known:
            found = known[key]
            group = Group(error_id=found.error_id, known=found)
            return groups.setdefault(found.error_id, group), found.origin_id
        if key in leads and not own.is_fallback:
            return leads[key]
    if not isinstance(one.made, Prepared):
        return None
    # A new error takes the id of its first occurrence: a digest that is begun again makes the same.
    error_id = ErrorId(one.made.occurrence_id)
    return groups.setdefault(error_id, Group(error_id=error_id, known=None)), error_id


def new_hashes_of(groups: Sequence[Group], known: Known) -> list[NewHash]:
    """Return the hashes that lead to an error from now on."""
    found: dict[tuple[ServiceId, bytes], NewHash] = {}
    for group in groups:
        # What was put aside for want of room shall find an error of its own later.
        for one in group.kept if not group.is_overflow else ():
            for own in one.made.hashes:
                key = (one.item.service_id, own.value)
                if not own.is_fallback and key not in known and key not in found:
                    found[key] = NewHash(
                        one.item.organization_id,
                        one.item.service_id,
                        own.value,
                        group.origin_of(one),
                        own.kind,
                        own.version,
                    )
    return list(found.values())


def hours_of(groups: Sequence[Group]) -> list[tuple[OrganizationId, ErrorId, datetime, int]]:
    """Return how many items fall into each hour of each error, and of each merged into it."""
    counts: Counter[tuple[OrganizationId, ErrorId, datetime]] = Counter()
    for group, one in _each(groups):
        hour = one.made.occurred_at.replace(minute=0, second=0, microsecond=0)
        for error_id in {group.error_id, group.origin_of(one)}:
            counts[group.organization_id, error_id, hour] += 1
    return [(*key, quantity) for key, quantity in counts.items()]


def visitors_in(groups: Sequence[Group]) -> set[tuple[OrganizationId, ErrorId, int]]:
    """Return who met which error, by the error that each item belongs to by itself."""
    return {
        (group.organization_id, group.origin_of(one), visitor)
        for group, one in _each(groups)
        for visitor in one.made.visitors
    }


def count_visitors_of(groups: Sequence[Group], new: Sequence[tuple[ErrorId, int]]) -> None:
    """Note on each group how many users and sessions met its error for the first time."""
    fresh: dict[ErrorId, list[int]] = defaultdict(list)
    for error_id, visitor in new:
        fresh[error_id].append(visitor)
    for group in groups:
        own = fresh[group.error_id]
        group.sessions = sum(is_session(visitor) for visitor in own)
        group.users = len(own) - group.sessions


def _each(groups: Sequence[Group]) -> Iterator[tuple[Group, Arrived]]:
    return ((group, one) for group in groups for one in group.arrived)
