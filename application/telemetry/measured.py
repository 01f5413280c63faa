"""Handlers of what is measured: transactions, spans and metrics become samples and web vitals."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from application.clock import Clock
from application.digest.kinds import Sent, Written, outcome_key
from application.policies import Policies
from application.telemetry.fresh import duplicates, fresh
from domain.categories import CATEGORIES
from domain.ids import derived_uuid7
from domain.inbox import InboxItem, ItemKind
from domain.outcomes import Outcome, OutcomeKey
from domain.telemetry import (
    Sample,
    Telemetry,
    Vitals,
    read_metrics,
    read_spans,
    read_transaction,
)
from domain.telemetry.rollups import Rollup, rolled_up
from persistence.database import SYSTEM, Database, RawConnection
from persistence.telemetry import days, rollups, samples
from persistence.telemetry.rollups import RollupKey
from persistence.telemetry.samples import NewSample, NewVitals

TRANSACTION = CATEGORIES[ItemKind.TRANSACTION]
SPAN = CATEGORIES[ItemKind.SPAN]
METRIC = CATEGORIES[ItemKind.METRIC]
UNREADABLE = "unreadable"

_SURELY_KEPT = timedelta(days=5)


@dataclass(slots=True, kw_only=True)
class Measured:
    """Writes what items of one kind measured; each kind is read in its own way."""

    database: Database
    clock: Clock
    policies: Policies
    category: str
    _days: set[date] = field(default_factory=set)

    def read(self, sent: Sent) -> Telemetry:
        """Return what an item says, or raise Invalid."""
        item, payload = sent.item, sent.payload
        at, sent_at = item.received_at, item.sent_at
        if item.kind is ItemKind.TRANSACTION:
            return read_transaction(payload, received_at=at, sent_at=sent_at)
        if item.kind is ItemKind.METRIC:
            return read_metrics(payload, received_at=at, sent_at=sent_at)
        form = str(sent.headers.get("content_type") or "")
        return read_spans(payload, content_type=form, received_at=at, sent_at=sent_at)

    async def write(
        self, db: RawConnection, read: Sequence[tuple[InboxItem, Telemetry]]
    ) -> Written:
        """Write the samples and vitals of items that were not counted before."""
        new, again = await fresh(db, read)
        policies = await self.policies.of({item.organization_id for item, _ in new})
        clean = [
            (item, said.cleaned(policies[item.organization_id].scrubber)) for item, said in new
        ]
        await self._make_partitions(_days_of(said for _, said in clean))
        added = await samples.add(
            db, [_sample(i, one) for i, said in clean for one in said.samples]
        )
        await rollups.add(db, _rolled_up(added))
        await samples.add_vitals(db, [_vitals(i, one) for i, said in clean for one in said.vitals])
        outcomes = duplicates(again, self.category)
        for item, said in clean:
            outcomes += self._counted(item, said)
        return Written(outcomes=outcomes)

    def _counted(self, item: InboxItem, said: Telemetry) -> Counter[OutcomeKey]:
        """Count what an item held: what was stored of it, and what nothing could be made of."""
        stored = {TRANSACTION: said.transactions, SPAN: said.spans}
        if self.category == METRIC:
            stored = {METRIC: len(said.samples)}
        counts = {
            outcome_key(item, Outcome.ACCEPTED, category): quantity
            for category, quantity in stored.items()
        }
        counts[outcome_key(item, Outcome.INVALID, self.category, UNREADABLE)] = said.unreadable
        return +Counter(counts)

    async def _make_partitions(self, wanted: set[date]) -> None:
        """Make the partitions of days that this process has not met.

        Old ones are never taken for known: they may have been dropped since.
        """
        if missing := wanted - self._days:
            async with self.database.raw_writing(SYSTEM) as db:
                await days.make_partitions(db, sorted(missing))
            surely_kept = (self.clock.now() - _SURELY_KEPT).date()
            self._days |= {day for day in missing if day > surely_kept}


def _days_of(said: Iterable[Telemetry]) -> set[date]:
    found: set[date] = set()
    for one in said:
        found |= {sample.measured_at.date() for sample in one.samples}
        found |= {vitals.measured_at.date() for vitals in one.vitals}
    return found


def _rolled_up(added: Sequence[NewSample]) -> dict[RollupKey, Rollup]:
    groups: dict[RollupKey, list[Sample]] = defaultdict(list)
    for new in added:
        sample = new.sample
        key = RollupKey(
            new.organization_id,
            new.service_id,
            sample.name,
            sample.measured_at.replace(minute=0, second=0, microsecond=0),
            sample.unit,
            sample.origin.environment or "",
        )
        groups[key].append(sample)
    return {key: rolled_up(group) for key, group in groups.items()}


def _sample(item: InboxItem, sample: Sample) -> NewSample:
    return NewSample(
        id=_id(item, sample),
        organization_id=item.organization_id,
        service_id=item.service_id,
        sample=sample,
    )


def _vitals(item: InboxItem, vitals: Vitals) -> NewVitals:
    return NewVitals(
        id=_id(item, vitals),
        organization_id=item.organization_id,
        service_id=item.service_id,
        vitals=vitals,
    )


def _id(item: InboxItem, one: Sample | Vitals) -> UUID:
    """Return the id that the same part of the same item always gets; a span has one of its own."""
    whose = b"span" if item.kind is ItemKind.SPAN else item.event_id.bytes
    key = hashlib.sha256(one.key.encode()).digest()
    milliseconds = int(one.measured_at.timestamp() * 1000)
    return derived_uuid7(milliseconds, item.service_id.bytes, whose, key)
