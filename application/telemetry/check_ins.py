"""The handler of check-ins: monitors appear with their first one, and runs are put together."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from application.clock import Clock
from application.digest.kinds import Sent, Written, outcome_key
from application.telemetry.fresh import accepted, duplicates, fresh
from domain.categories import CATEGORIES
from domain.ids import CheckInId, MonitorId, OrganizationId, derived_uuid7
from domain.inbox import InboxItem, ItemKind
from domain.outcomes import Outcome
from domain.telemetry import CheckIn, MonitorConfig, read_check_in
from domain.telemetry.runs import Run, first_report
from persistence.database import RawConnection
from persistence.telemetry import monitors
from persistence.telemetry.monitors import MonitorKey, RunKey

MONITOR = CATEGORIES[ItemKind.CHECK_IN]
TOO_MANY = "too_many_monitors"
MAX_MONITORS = 1_000  # of one service

_Of = tuple[OrganizationId, MonitorId]


@dataclass(slots=True, kw_only=True)
class CheckIns:
    """Writes what scheduled jobs say of their runs."""

    clock: Clock
    max_monitors: int = MAX_MONITORS

    def read(self, sent: Sent) -> CheckIn:
        """Return the check-in, or raise Invalid."""
        item = sent.item
        return read_check_in(
            sent.payload,
            received_at=item.received_at,
            sent_at=item.sent_at,
            ends_latest=sent.headers.get("ends_latest") is True,
        )

    async def write(self, db: RawConnection, read: Sequence[tuple[InboxItem, CheckIn]]) -> Written:
        """Bring monitors and runs to where these check-ins leave them."""
        new, again = await fresh(db, read)
        outcomes = duplicates(again, MONITOR)
        if not new:
            return Written(outcomes=outcomes)
        ids = await self._monitors(db, new)
        known = [(item, one) for item, one in new if _key(item, one) in ids]
        unknown = [item for item, one in new if _key(item, one) not in ids]
        wanted: dict[_Of, MonitorConfig] = {
            (item.organization_id, ids[_key(item, one)]): one.config
            for item, one in known
            if one.config is not None
        }
        if wanted:
            await monitors.configure(db, wanted, self.clock.now())
        if known:
            reports = [(item, ids[_key(item, one)], one) for item, one in known]
            await monitors.save(db, await _runs(db, reports))
        outcomes += accepted([item for item, _ in known], MONITOR)
        outcomes += Counter(
            outcome_key(item, Outcome.INVALID, MONITOR, TOO_MANY) for item in unknown
        )
        return Written(outcomes=outcomes)

    async def _monitors(
        self, db: RawConnection, new: Sequence[tuple[InboxItem, CheckIn]]
    ) -> dict[MonitorKey, MonitorId]:
        """Return the monitors, those that are new added, as far as their services may have more."""
        keys = {_key(item, one) for item, one in new}
        ids = await monitors.find(db, keys)
        missing = sorted(keys - ids.keys())
        if not missing:
            return ids
        services = {(key.organization_id, key.service_id) for key in missing}
        # A service's items are digested by one process at a time, so this count stands.
        counts = Counter(await monitors.counts(db, services))
        added: dict[MonitorKey, MonitorId] = {}
        for key in missing:
            if counts[key.service_id] < self.max_monitors:
                counts[key.service_id] += 1
                added[key] = MonitorId(self.clock.new_id())
        if added:
            await monitors.add(db, added, self.clock.now())
        return ids | added


async def _runs(
    db: RawConnection, reports: Sequence[tuple[InboxItem, MonitorId, CheckIn]]
) -> list[Run]:
    """Return every run that these check-ins speak of, as it is after them."""
    keys = {
        RunKey(item.organization_id, monitor, one.check_in_id)
        for item, monitor, one in reports
        if one.check_in_id is not None
    }
    ending = {(item.organization_id, monitor) for item, monitor, one in reports if one.ends_latest}
    known = await monitors.runs(db, keys) if keys else []
    known += await monitors.under_way(db, ending) if ending else []
    runs = {_run_key(run): run for run in known}
    changed: set[RunKey] = set()
    for item, monitor, one in sorted(reports, key=lambda report: report[2].at):
        latest = _under_way(runs, monitor, one) if one.ends_latest else None
        check_in_id = latest or one.check_in_id or item.event_id
        key = RunKey(item.organization_id, monitor, check_in_id)
        run = runs.get(key)
        runs[key] = run.with_report(one) if run else _first(item, monitor, check_in_id, one)
        changed.add(key)
    return [runs[key] for key in changed]


def _under_way(runs: dict[RunKey, Run], monitor: MonitorId, one: CheckIn) -> UUID | None:
    """Return the latest run of a monitor and environment that is under way."""
    open_ = [
        run
        for run in runs.values()
        if run.monitor_id == monitor
        and run.finished_at is None
        and run.environment == one.environment
    ]
    latest = max(open_, key=lambda run: run.started_at, default=None)
    return None if latest is None else latest.check_in_id


def _first(item: InboxItem, monitor: MonitorId, check_in_id: UUID, one: CheckIn) -> Run:
    milliseconds = int(item.received_at.timestamp() * 1000)
    id_ = CheckInId(derived_uuid7(milliseconds, monitor.bytes, check_in_id.bytes))
    return first_report(
        one, id_=id_, organization=item.organization_id, monitor=monitor, check_in_id=check_in_id
    )


def _key(item: InboxItem, one: CheckIn) -> MonitorKey:
    return MonitorKey(item.organization_id, item.service_id, one.slug)


def _run_key(run: Run) -> RunKey:
    return RunKey(run.organization_id, run.monitor_id, run.check_in_id)
