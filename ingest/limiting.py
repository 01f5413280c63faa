"""The gate: what is over a limit, and how its sender is told (SEC-03, FLW-02).

An event over the limit is not thrown away: it is handed over as such, counted on its error, and of
a known error only some bodies are kept, so that a flood never blinds anyone. Everything else over
its limit is dropped and counted, and so are events beyond what a flood may cost.
"""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from uuid import UUID

from application.limit_notices import LimitNotices
from application.outcomes import Tally
from application.ports import Limiter
from domain.categories import CATEGORIES, ERROR, SECURITY
from domain.inbox import InboxItem, ItemKind
from domain.limits import (
    KEYS_TO_FLOOD,
    MAX_WAIT_SECONDS,
    OTHER_FACTOR,
    Granted,
    Limit,
    Limited,
    Want,
    flood_limit,
    other_limit,
)
from domain.outcomes import Outcome
from domain.services import IngestKey

# All that comes as an event: failures, messages, and reports of browsers.
_EVENT_CATEGORIES = (ERROR, "default", SECURITY)
_CEILINGS = 2

Group = tuple[IngestKey, str, list[InboxItem]]


@dataclass(slots=True)
class Passed:
    """What is handed over of a request, and what its sender is told."""

    items: Sequence[InboxItem]
    limited: tuple[Limited, ...]
    has_within: bool


@dataclass(slots=True, kw_only=True)
class Gate:
    """Asks the limiter for everything that comes in."""

    limiter: Limiter
    tally: Tally
    notices: LimitNotices
    counts: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))

    async def passed(self, sent: Sequence[tuple[IngestKey, InboxItem]], at: float) -> Passed:
        """Return what may go on."""
        groups = _groups(sent)
        wants = [
            Want(len(items), _chain(key, category, is_event=category == ERROR))
            for key, category, items in groups
        ]
        granted = await self.limiter.take(wants, at)
        for one, want in zip(granted, wants, strict=True):
            if one.amounts[-1] < want.amount:
                break
        else:
            return Passed([item for _, item in sent], (), True)
        kept: list[InboxItem] = []
        limited: list[Limited] = []
        has_within = False
        for group, want, one in zip(groups, wants, granted, strict=True):
            has_within = has_within or one.amounts[-1] > 0
            if one.amounts[-1] == want.amount:
                kept += group[2]
            else:
                kept += self._over(group, one, limited)
        return Passed(kept, tuple(limited), has_within)

    def _over(self, group: Group, granted: Granted, limited: list[Limited]) -> list[InboxItem]:
        """Return what is kept of a group that is over its limit."""
        key, category, items = group
        within = granted.amounts[-1]
        short = _first_short(len(items), granted)
        is_event = category == ERROR
        bucket = _chain(key, category, is_event=is_event)[short].bucket
        scope = "key" if bucket.startswith("k:") else "organization"
        reason = _reason(short, scope, is_event=is_event)
        wait = min(MAX_WAIT_SECONDS, max(1, math.ceil(granted.waits[short])))
        categories = _EVENT_CATEGORIES if is_event else (category,)
        limited.append(Limited(wait, categories, scope, reason))
        self.notices.note(key.organization_id)
        kept = granted.amounts[_CEILINGS - 1] if is_event else within
        if dropped := len(items) - kept:
            self.counts[category, "dropped"] += dropped
            self.tally.count(key, Outcome.RATE_LIMITED, category, reason, dropped)
        if over := kept - within:
            self.counts[category, "over_limit"] += over
        return [
            *items[:within],
            *(replace(item, kind=ItemKind.EVENT_OVER_LIMIT) for item in items[within:kept]),
        ]


def categories_of(items: Sequence[InboxItem]) -> tuple[str, ...]:
    """Return the data categories of items, as clients know them."""
    found = dict.fromkeys(CATEGORIES.get(item.kind, ERROR) for item in items)
    return tuple(
        name
        for category in found
        for name in (_EVENT_CATEGORIES if category == ERROR else [category])
    )


def _groups(sent: Sequence[tuple[IngestKey, InboxItem]]) -> list[Group]:
    """Return the items by key and data category."""
    if len(sent) == 1:
        [(key, item)] = sent
        return [(key, CATEGORIES[item.kind], [item])]
    groups: dict[tuple[UUID, str], Group] = {}
    for key, item in sent:
        category = CATEGORIES[item.kind]
        groups.setdefault((key.id, category), (key, category, []))[2].append(item)
    return list(groups.values())


def _first_short(wanted: int, granted: Granted) -> int:
    """Return which bucket of a chain was the first to give less than it was asked for."""
    return next(n for n, amount in enumerate(granted.amounts) if amount < wanted)


def _reason(short: int, scope: str, *, is_event: bool) -> str:
    if not is_event:
        return f"{scope}_limit"
    return "flood" if short < _CEILINGS else "error_limit"


def _chain(key: IngestKey, category: str, *, is_event: bool) -> tuple[Limit, ...]:
    own = key.rate_limit_per_minute
    return _limits(key.organization_id, key.id, category, key.error_limit_per_minute, own, is_event)


@lru_cache(maxsize=10_000)
def _limits(
    organization: UUID,
    key: UUID,
    category: str,
    per_minute: int,
    own: int | None,
    is_event: bool,
) -> tuple[Limit, ...]:
    """Return the buckets that a category passes, those of the key before the organization's."""

    def limit(name: str, amount: int) -> Limit:
        return Limit(name, amount, amount)

    if not is_event:
        shared = limit(f"o:{organization}:{category}", other_limit(per_minute))
        if own is None:
            return (shared,)
        return (limit(f"k:{key}:{category}", OTHER_FACTOR * own), shared)
    flood = flood_limit(per_minute)
    return (
        limit(f"k:{key}:flood", flood),
        limit(f"o:{organization}:flood", KEYS_TO_FLOOD * flood),
        *(() if own is None else (limit(f"k:{key}:error", own),)),
        limit(f"o:{organization}:error", per_minute),
    )
