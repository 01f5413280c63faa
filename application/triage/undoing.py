"""The decision to take back one's last decision about errors, exactly (FLW-04)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from application.triage.changing import Done, Setting, Told
from domain.activities import ActivityKind
from domain.failures import Forbidden
from domain.ids import ErrorId, OrganizationId, ResolutionId
from domain.triage import Standing
from domain.undoing import LastDecision, undone
from persistence import resolutions
from persistence.database import RawConnection, Writing, raw_of
from persistence.errors.undoing import last_decisions


@dataclass(slots=True, kw_only=True)
class UndoDecision:
    """Puts errors back to where they stood before what their decider decided about them last."""

    name: str = "undone"
    is_response: bool = False
    _last: Mapping[ErrorId, LastDecision] = field(default_factory=dict, repr=False)

    async def prepare(self, db: Writing, setting: Setting, errors: Sequence[Standing]) -> None:
        """Read what was decided last."""
        ids = [error.id for error in errors]
        self._last = await last_decisions(await raw_of(db), setting.organization, ids)

    def decide(self, error: Standing, setting: Setting) -> Done:
        """Return the error as it stood."""
        if setting.by is None:
            raise Forbidden("Only people decide, and take it back.")
        last = self._last.get(error.id)
        after = undone(error, last, by=setting.by.user, at=setting.at)
        told: dict[str, object] = {"decision": "" if last is None else last.action}
        if error.status is not after.status:
            told |= {"before": error.status.value, "after": after.status.value}
        return Done(error, after, (Told(ActivityKind.UNDONE, told),))

    async def finish(self, db: RawConnection, setting: Setting, done: Sequence[Done]) -> None:
        """Let resolutions stand, or stand no more, as they did."""
        if withdrawn := _only([(each.before, each.after) for each in done]):
            await resolutions.revert(db, withdrawn, setting.at)
        if standing := _only([(each.after, each.before) for each in done]):
            await resolutions.restore(db, standing, setting.at)


def _only(
    pairs: Sequence[tuple[Standing, Standing]],
) -> list[tuple[OrganizationId, ResolutionId]]:
    """Return the resolutions that the first of each pair has and the second has not."""
    return [
        (one.organization_id, one.resolution_id)
        for one, other in pairs
        if one.resolution_id is not None and one.resolution_id != other.resolution_id
    ]
