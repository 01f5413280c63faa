"""What follows a resolution (tests, the work that its flags ask for), and who follows an error."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from application.auditing import Changed, difference, record_alike
from application.triage.changing import ErrorChanges, Setting, Told
from application.triage.outcomes import MAX_TOLD, Outcome
from application.triage.selection import Selection, locked, must_be_expected, one
from domain.activities import ActivityKind
from domain.failures import Conflict, Forbidden, NotFound
from domain.ids import ResolutionId
from domain.resolutions import Resolution
from domain.rights import Right
from domain.subscriptions import SubscriptionReason
from domain.tokens import TokenScope
from domain.viewers import Viewer
from persistence import error_subscriptions, resolutions
from persistence.database import raw_of, scope_of_viewer
from persistence.reach import reach_of


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpUseCases:
    """What may be done after an error was resolved, and by those who want to hear of one."""

    changes: ErrorChanges

    async def mark_tested(self, id_: ResolutionId, *, has_passed: bool, by: Viewer) -> Resolution:
        """Note how the test of a resolution went; one that passed lets its error be closed."""
        return await self._change(
            id_,
            ActivityKind.RESOLUTION_TESTED,
            lambda before, at: before.tested(has_passed=has_passed, at=at, by=by.user),
            by,
        )

    async def complete(self, id_: ResolutionId, *, by: Viewer) -> Resolution:
        """Note that the code or the documentation was changed as the resolution asked for."""
        return await self._change(
            id_,
            ActivityKind.FOLLOW_UP_DONE,
            lambda before, at: before.followed_up(at=at, by=by.user),
            by,
        )

    async def subscribe(
        self, about: Selection, *, is_subscribed: bool, is_dry_run: bool = False, by: Viewer
    ) -> Outcome:
        """Hear of errors from now on, or no more; nothing implied overrules it."""
        changes, at = self.changes, self.changes.clock.now()
        if TokenScope.WRITE not in by.scopes:
            raise Forbidden("This token may only read.")
        async with changes.database.writing(scope_of_viewer(by)) as db:
            organization, errors = await locked(db, about, by=by)
            by.must(Right.READ, organization)
            if is_dry_run:
                found = len(errors)
                return Outcome(matched=found, changed=found, skipped=0, is_dry_run=True)
            must_be_expected(about, len(errors))
            raw = await raw_of(db)
            news = await error_subscriptions.say(
                raw,
                organization,
                [error.id for error in errors],
                [by.user],
                reason=SubscriptionReason.ASKED,
                at=at,
                is_subscribed=is_subscribed,
            )
            action = "error.subscribed" if is_subscribed else "error.unsubscribed"
            changed = [
                Changed(
                    organization_id=organization, action=action, object_kind="error", object_id=id_
                )
                for id_ in news
            ]
            await record_alike(raw, changes.clock, by, changed)
        return Outcome(
            matched=len(errors),
            changed=len(news),
            skipped=0,
            changed_ids=tuple(error.id for error in errors[:MAX_TOLD] if error.id in news),
        )

    async def _change(
        self,
        id_: ResolutionId,
        kind: ActivityKind,
        change: Callable[[Resolution, datetime], Resolution],
        by: Viewer,
    ) -> Resolution:
        changes, at = self.changes, self.changes.clock.now()
        async with changes.database.writing(scope_of_viewer(by)) as db:
            reach = reach_of(scope_of_viewer(by))
            before = (await resolutions.by_ids(db, [id_], reach)).get(id_)
            if before is None:
                raise NotFound("No such resolution.")
            by.must(Right.TRIAGE, before.organization_id)
            organization, [error] = await locked(db, one(before.error_id), by=by)
            after = change(before, at)
            if not await resolutions.replace(db, before, after):
                raise Conflict("This resolution was changed just now.")
            setting = Setting(organization=organization, at=at, by=by)
            data = {"resolution_id": str(id_), "verified": after.verified}
            entries = await changes.tell(
                db, setting, error, Told(kind, data), _audited(kind, before, after)
            )
        await changes.hub.publish(entries)
        return after


_AUDITED = ("tested_at", "tested_by", "verified", "followed_up_at", "followed_up_by")


def _audited(kind: ActivityKind, before: Resolution, after: Resolution) -> Changed:
    was, now = difference(
        {name: getattr(before, name) for name in _AUDITED},
        {name: getattr(after, name) for name in _AUDITED},
    )
    return Changed(
        organization_id=before.organization_id,
        action=f"error.{kind.value}",
        object_kind="resolution",
        object_id=before.id,
        before=was,
        after=now,
    )
