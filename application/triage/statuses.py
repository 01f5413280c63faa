"""Decisions on the status of errors: moved on, resolved, reopened, ignored (FLW-04, FLW-05)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from application.clock import Clock
from application.triage.changing import Done, Setting, Told
from application.triage.fixing import Fix, Fixing
from domain.activities import ActivityKind
from domain.errors import CATEGORY, ErrorStatus, StatusCategory, must_move
from domain.failures import Invalid
from domain.ids import OrganizationId, ResolutionId
from domain.ignoring import condition_after
from domain.levels import Severity
from domain.response_targets import Targets
from domain.triage import Standing
from persistence import resolutions, severity_levels
from persistence.database import RawConnection, Writing, raw_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Until:
    """When an error is no longer ignored: at a moment, or after so many more of something."""

    moment: datetime | None = None
    occurrences: int | None = None
    users: int | None = None


@dataclass(slots=True, kw_only=True)
class StatusDecision:
    """Moves errors to a status; `fix` says how they were resolved, `until` how long ignored."""

    to: ErrorStatus
    fix: Fix = field(default_factory=Fix)
    until: Until = field(default_factory=Until)
    clock: Clock = field(repr=False)
    is_response: bool = True
    _fixing: Fixing | None = field(default=None, repr=False)
    _targets: Mapping[Severity, Targets] = field(default_factory=dict, repr=False)
    _untested: frozenset[ResolutionId] = field(default=frozenset(), repr=False)

    @property
    def name(self) -> str:
        """What the audit log calls it."""
        return _NAMES.get(self.to, "status_changed")

    async def prepare(self, db: Writing, setting: Setting, errors: Sequence[Standing]) -> None:
        """Read how resolving works here, or what is promised."""
        if self.to is ErrorStatus.RESOLVED:
            fixing = Fixing(fix=self.fix, clock=self.clock)
            await fixing.prepare(db, setting, errors)
            self._fixing = fixing
        if self.to is ErrorStatus.OPEN:
            self._targets = await targets_of(await raw_of(db), setting.organization)
        if self.to is ErrorStatus.CLOSED:
            ids = [each.resolution_id for each in errors if each.resolution_id is not None]
            self._untested = await resolutions.untested(await raw_of(db), setting.organization, ids)
        if self.until.moment is not None and self.until.moment <= setting.at:
            raise Invalid("This moment is past.", field="until")

    def decide(self, error: Standing, setting: Setting) -> Done | None:
        """Return what becomes of one error."""
        if self._fixing is not None:
            return self._fixing.decide(error, setting)
        if self.to is ErrorStatus.IGNORED:
            return self._ignored(error)
        if self.to is ErrorStatus.OPEN and CATEGORY[error.status] is not StatusCategory.UNRESOLVED:
            after = error.reopened(self._targets.get(error.severity, Targets()), at=setting.at)
            return Done(error, after, (_moved(ActivityKind.REOPENED, error, after),))
        if self.to is ErrorStatus.CLOSED:
            after = error.closed(is_test_open=error.resolution_id in self._untested)
        else:
            after = error.moved(self.to)
        return Done(error, after, (_moved(ActivityKind.STATUS_CHANGED, error, after),))

    async def finish(self, db: RawConnection, setting: Setting, done: Sequence[Done]) -> None:
        """Add the resolutions, or mark those that no longer stand."""
        if self._fixing is not None:
            await self._fixing.finish(db, done)
        if left := _left(done):
            await resolutions.revert(db, left, setting.at)

    def _ignored(self, error: Standing) -> Done | None:
        if error.status is not ErrorStatus.IGNORED:
            must_move(error.status, ErrorStatus.IGNORED)
        condition = condition_after(
            occurrences=error.occurrence_count,
            users=error.users_affected_count,
            more_occurrences=self.until.occurrences,
            more_users=self.until.users,
        )
        after = error.ignored(until=self.until.moment, condition=condition)
        data = {
            "before": error.status.value,
            "after": after.status.value,
            "until": None if self.until.moment is None else self.until.moment.isoformat(),
            "occurrences": self.until.occurrences,
            "users": self.until.users,
        }
        return Done(error, after, (Told(ActivityKind.IGNORED, data),))


async def targets_of(db: RawConnection, organization: OrganizationId) -> Mapping[Severity, Targets]:
    """Return what an organization promises of each severity."""
    levels = await severity_levels.promises(db, [organization])
    return {severity: level.targets for (_, severity), level in levels.items()}


_NAMES: Mapping[ErrorStatus, str] = {
    ErrorStatus.RESOLVED: "resolved",
    ErrorStatus.IGNORED: "ignored",
    ErrorStatus.OPEN: "opened",
    ErrorStatus.CLOSED: "closed",
}


def _moved(kind: ActivityKind, before: Standing, after: Standing) -> Told:
    return Told(kind, {"before": before.status.value, "after": after.status.value})


def _left(done: Sequence[Done]) -> list[tuple[OrganizationId, ResolutionId]]:
    return [
        (each.before.organization_id, each.before.resolution_id)
        for each in done
        if each.before.resolution_id is not None and each.after.resolution_id is None
    ]
