"""Scoring: what grouping makes of labelled events, pair by pair, as the digest would do it."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson

from domain.events import Event, normalise, parse
from domain.grouping import group
from domain.scrubbing import Scrubber

Labelled = tuple[str, str, dict[str, Any]]
_AT = datetime(2026, 11, 21, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How often two events that belong together are together, and the other way round."""

    events: int
    groups: int
    errors: int
    precision: float
    recall: float
    merged: tuple[tuple[str, ...], ...]
    split: tuple[tuple[str, int], ...]


def event_of(document: dict[str, Any], number: int) -> Event:
    """Return the event of a document, as the digest makes it."""
    return normalise(
        parse(orjson.dumps(document)),
        event_id=UUID(int=number),
        received_at=_AT,
        sent_at=None,
        scrubber=Scrubber(),
    )


def score(labelled: Iterable[Labelled]) -> Score:
    """Group events one after the other, and compare with what they truly are."""
    leads: dict[tuple[str, bytes], int] = {}
    found: list[tuple[str, int]] = []
    for number, (service, label, document) in enumerate(labelled):
        keys = [(service, each.value) for each in group(event_of(document, number)).hashes]
        error = next((leads[key] for key in keys if key in leads), number)
        for key in keys:
            leads.setdefault(key, error)
        found.append((label, error))
    cells = Counter(found)
    together = sum(map(_pairs, cells.values()))
    of_label, of_error = _sums(cells, 0), _sums(cells, 1)
    labels_of: dict[int, set[str]] = defaultdict(set)
    errors_of: dict[str, set[int]] = defaultdict(set)
    for label, error in cells:
        labels_of[error].add(label)
        errors_of[label].add(error)
    return Score(
        events=len(found),
        groups=len(of_label),
        errors=len(of_error),
        precision=together / max(1, sum(map(_pairs, of_error.values()))),
        recall=together / max(1, sum(map(_pairs, of_label.values()))),
        merged=tuple(tuple(sorted(each)) for each in labels_of.values() if len(each) > 1),
        split=tuple((label, len(each)) for label, each in errors_of.items() if len(each) > 1),
    )


def _pairs(count: int) -> int:
    return count * (count - 1) // 2


def _sums(cells: Counter[tuple[str, int]], part: int) -> Counter[Any]:
    sums: Counter[Any] = Counter()
    for key, count in cells.items():
        sums[key[part]] += count
    return sums
