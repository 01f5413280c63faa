"""A preview of a rule: what it would do to the events that are kept, without doing it.

Events that the rule does not touch stay with their errors. Each other event is put to the error, or
to the new error, that its hashes under the rule lead to; errors that come together so would merge,
and errors whose events come apart would split.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from domain.events.event import Event
from domain.grouping.config import GroupingConfig
from domain.grouping.grouping import group
from domain.grouping.rules import applied
from domain.ids import ErrorId


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One event that is kept, and the error that it belongs to."""

    event: Event
    error_id: ErrorId


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many of the events an error has in a group, and the title that the group would have."""

    error_id: ErrorId
    title: str
    events: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupingPreview:
    """What a rule would do to the events that were looked at."""

    looked_at: int
    matching: int
    merged: tuple[tuple[Share, ...], ...]
    split: tuple[tuple[Share, ...], ...]
    sample: dict[str, Any] | None


def preview(kept: Sequence[Kept], before: GroupingConfig, after: GroupingConfig) -> GroupingPreview:
    """Return what it would do to go from one way of grouping to another."""
    leads = _Leads()
    touched = []
    places = []
    for one in kept:
        now = applied(after.rules, one.event, after.service)
        is_touched = now.effects != applied(before.rules, one.event, before.service).effects
        grouping = group(one.event, config=after)
        own = [each.value for each in grouping.hashes if not each.is_fallback]
        if is_touched:
            touched.append(grouping)
            leads.join(own)
        else:
            leads.join([one.error_id, *own])
        places.append((one, own[0], grouping.title or one.event.title))
    shares: Counter[tuple[object, ErrorId]] = Counter()
    titles: dict[tuple[object, ErrorId], str] = {}
    for one, key, title in places:
        place = (leads.root(key), one.error_id)
        shares[place] += 1
        titles.setdefault(place, title)
    by_group: dict[object, list[Share]] = defaultdict(list)
    by_error: dict[ErrorId, list[Share]] = defaultdict(list)
    for place, events in shares.most_common():
        share = Share(error_id=place[1], title=titles[place], events=events)
        by_group[place[0]].append(share)
        by_error[place[1]].append(share)
    return GroupingPreview(
        looked_at=len(kept),
        matching=len(touched),
        merged=_several(by_group.values()),
        split=_several(by_error.values()),
        sample=touched[0].explanation if touched else None,
    )


def _several(parts: Iterable[list[Share]]) -> tuple[tuple[Share, ...], ...]:
    return tuple(tuple(shares) for shares in parts if len(shares) > 1)


class _Leads:
    """What leads to the same error: hashes, and errors themselves."""

    def __init__(self) -> None:
        self._up: dict[object, object] = {}

    def root(self, key: object) -> object:
        while (up := self._up.setdefault(key, key)) != key:
            key = up
        return key

    def join(self, keys: Sequence[object]) -> None:
        first = self.root(keys[0])
        for key in keys[1:]:
            self._up[self.root(key)] = first
