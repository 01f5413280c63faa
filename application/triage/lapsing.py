"""Lapsing: what time alone does to errors: ignored or quiet for long enough (FLW-04).

Several processes may do it at once: each takes what no other holds.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from application.clock import Clock
from application.triage.changing import Decision, Done, ErrorChanges, Setting, Told
from domain.activities import ActivityKind
from domain.errors import ErrorStatus
from domain.ids import OrganizationId, ResolutionId
from domain.resolutions import AUTO_RECOVERED, Resolution, ResolutionType
from domain.triage import Standing
from persistence import idempotency, resolution_types, resolutions, triage_settings
from persistence.database import SYSTEM, RawConnection, Writing, raw_of
from persistence.errors import standings

AT_ONCE = 500
KEYS_KEPT = timedelta(hours=24)

Claim = Callable[[Writing], Awaitable[list[Standing]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lapsing:
    """What the clock does to errors."""

    changes: ErrorChanges

    async def end_ignoring(self) -> int:
        """Open errors that were ignored until a moment that has come."""
        at = self.changes.clock.now()
        return await self._all(
            StopIgnoring(), lambda db: standings.locked_whose_ignoring_ended(db, at, AT_ONCE), at
        )

    async def resolve_quiet(self) -> int:
        """Resolve what nobody works on and what has not happened for as long as was decided."""
        at = self.changes.clock.now()
        async with self.changes.database.reading(SYSTEM) as db:
            after = await triage_settings.all_that_auto_resolve(db)
        total = 0
        for organization, quiet in sorted(after.items()):
            claim = _quiet_in(organization, at - quiet)
            decision = AutoResolve(organization=organization, clock=self.changes.clock)
            total += await self._all(decision, claim, at)
        return total

    async def forget_keys(self) -> int:
        """Forget what was answered to requests of which none will come again."""
        before = self.changes.clock.now() - KEYS_KEPT
        async with self.changes.database.raw_writing(SYSTEM) as db:
            return await idempotency.forget_before(db, before)

    async def _all(self, decision: Decision, claim: Claim, at: datetime) -> int:
        total = 0
        while True:
            async with self.changes.database.writing(SYSTEM) as db:
                errors = await claim(db)
                if not errors:
                    return total
                setting = Setting(organization=errors[0].organization_id, at=at, by=None)
                await decision.prepare(db, setting, errors)
                found = (decision.decide(error, setting) for error in errors)
                done = [
                    replace(each, after=each.after.touched(at, is_response=False))
                    for each in found
                    if each is not None
                ]
                entries = await self.changes.write(await raw_of(db), decision, setting, done)
            await self.changes.hub.publish(entries)
            total += len(errors)


def _quiet_in(organization: OrganizationId, since: datetime) -> Claim:
    return lambda db: standings.locked_that_are_quiet(db, organization, since, AT_ONCE)


@dataclass(slots=True, kw_only=True)
class StopIgnoring:
    """Opens errors whose ignoring has ended."""

    name: str = "ignore_ended"
    is_response: bool = False

    async def prepare(self, db: Writing, setting: Setting, errors: Sequence[Standing]) -> None:
        """Read nothing."""

    def decide(self, error: Standing, setting: Setting) -> Done | None:
        """Return the error opened."""
        after = error.moved(ErrorStatus.OPEN)
        data = {"before": error.status.value, "after": after.status.value}
        return Done(error, after, (Told(ActivityKind.IGNORE_ENDED, data),))

    async def finish(self, db: RawConnection, setting: Setting, done: Sequence[Done]) -> None:
        """Write nothing more."""


@dataclass(slots=True, kw_only=True)
class AutoResolve:
    """Resolves errors that went away by themselves."""

    organization: OrganizationId
    clock: Clock = field(repr=False)
    name: str = "auto_resolved"
    is_response: bool = False
    _type: ResolutionType | None = field(default=None, repr=False)
    _new: list[Resolution] = field(default_factory=list, repr=False)

    async def prepare(self, db: Writing, setting: Setting, errors: Sequence[Standing]) -> None:
        """Read the type of such resolutions."""
        self._new = []
        self._type = await resolution_types.named(db, self.organization, AUTO_RECOVERED)

    def decide(self, error: Standing, setting: Setting) -> Done | None:
        """Return the error resolved."""
        if self._type is None:
            raise ValueError(f"An organization has no resolution type {AUTO_RECOVERED}.")
        id_ = ResolutionId(self.clock.new_id())
        after = error.auto_resolved(id_, at=setting.at)
        self._new.append(
            Resolution(
                id=id_,
                organization_id=error.organization_id,
                error_id=error.id,
                resolution_type_id=self._type.id,
                resolved_by=None,
                resolved_at=setting.at,
            )
        )
        data = {
            "before": error.status.value,
            "after": after.status.value,
            "resolution_id": str(id_),
        }
        return Done(error, after, (Told(ActivityKind.AUTO_RESOLVED, data),), made=id_)

    async def finish(self, db: RawConnection, setting: Setting, done: Sequence[Done]) -> None:
        """Add the resolutions."""
        await resolutions.add_alike(db, self._new)
