"""Changing: how every decision about errors is made, whether about one or about thousands.

One transaction locks the errors, asks the domain about each, and writes everything in set-based
statements: the errors, what belongs to the decision, timelines, audit log, and the feed last, one
entry for each error, because each subscriber filters for themselves.
"""

import asyncio
import hashlib
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar
from uuid import UUID

from application.auditing import Changed, record, record_alike
from application.clock import Clock
from application.error_changes import change_of, words_of_people
from application.feed import Hub
from application.notifications import notify
from application.own_ids import must_be_key
from application.triage.outcomes import MAX_TOLD, Outcome, Skipped, replayed
from application.triage.selection import Selection, locked, must_be_expected
from domain.activities import Activity, ActivityKind
from domain.failures import Conflict, Failure
from domain.feed import Change, FeedEntry
from domain.ids import ActivityId, OrganizationId
from domain.rights import Right
from domain.triage import Standing, told
from domain.viewers import Viewer
from persistence import activities, feed, idempotency
from persistence.database import Database, RawConnection, Writing, raw_of, scope_of_viewer
from persistence.errors import standings
from persistence.idempotency import Request

_TICK = timedelta(microseconds=1)
# So many are dealt with before others that this process serves have their turn.
_AT_A_TIME = 500

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Told:
    """One entry for an error's timeline."""

    kind: ActivityKind
    data: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Done:
    """What a decision makes of one error; `made` is what it adds beside it, such as a comment."""

    before: Standing
    after: Standing
    told: tuple[Told, ...]
    made: UUID | None = None


@dataclass(slots=True, kw_only=True)
class Setting:
    """What a decision may know of where it is made."""

    organization: OrganizationId
    at: datetime
    by: Viewer | None


class Decision(Protocol):
    """Something that is decided about errors."""

    @property
    def name(self) -> str:
        """What the audit log calls it, after `error.`."""
        ...

    @property
    def is_response(self) -> bool:
        """Whether it answers the error, as a first response does."""
        ...

    async def prepare(self, db: Writing, setting: Setting, errors: Sequence[Standing]) -> None:
        """Read what is needed to decide."""
        ...

    def decide(self, error: Standing, setting: Setting) -> Done | None:
        """Return what becomes of one error, None when it is so already; or raise a Failure."""
        ...

    async def finish(self, db: RawConnection, setting: Setting, done: Sequence[Done]) -> None:
        """Write what belongs to the decision beside the errors themselves."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """How a decision is asked for: only tried, or under a key that makes a retry act once."""

    is_dry_run: bool = False
    key: str | None = None

    def __post_init__(self) -> None:
        """Refuse a key that cannot be kept."""
        must_be_key(self.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorChanges:
    """Makes decisions about errors, each in one transaction."""

    database: Database
    hub: Hub
    clock: Clock

    async def make(
        self, decision: Decision, about: Selection, asking: Asking, *, by: Viewer
    ) -> Outcome:
        """Decide about the selected errors; everybody who watches sees it."""
        async with self.database.writing(scope_of_viewer(by)) as db:
            organization, errors = await locked(db, about, by=by)
            by.must(Right.TRIAGE, organization)
            setting = Setting(organization=organization, at=self.clock.now(), by=by)
            raw = await raw_of(db)
            request = _request(decision, about, asking, setting)
            if request is not None:
                before = await idempotency.claim(raw, request, setting.at)
                if before is not None:
                    return _replayed(before, request)
            if not asking.is_dry_run:
                must_be_expected(about, len(errors))
            await decision.prepare(db, setting, errors)
            done, outcome = await _decided(decision, errors, setting, about, asking)
            if asking.is_dry_run:
                return outcome
            if request is not None:
                await idempotency.answer(raw, request, outcome.as_json())
            entries = await self.write(raw, decision, setting, done)
        await self.hub.publish(entries)
        return outcome

    async def write(
        self, db: RawConnection, decision: Decision, setting: Setting, done: Sequence[Done]
    ) -> list[FeedEntry]:
        """Write what was decided; nothing may follow in the transaction but the commit."""
        if not done:
            return []
        before, after = [each.before for each in done], [each.after for each in done]
        story = await _meanwhile(
            standings.replace(db, before, after),
            self._story(setting, done, audited_as=decision.name),
        )
        await decision.finish(db, setting, done)
        await record_alike(db, self.clock, setting.by, story.audited)
        return await self._tell_it(db, story)

    async def tell(
        self, db: Writing, setting: Setting, error: Standing, entry: Told, changed: Changed
    ) -> list[FeedEntry]:
        """Tell of a change beside an error, such as to one of its comments, as its last words."""
        await record(db, self.clock, setting.by, changed)
        return await self.announce(await raw_of(db), setting, [Done(error, error, (entry,))])

    async def announce(
        self, db: RawConnection, setting: Setting, done: Sequence[Done]
    ) -> list[FeedEntry]:
        """Tell of errors on their timelines, to who cares, and to who watches: the last words."""
        return await self._tell_it(db, await self._story(setting, done))

    async def _tell_it(self, db: RawConnection, story: "_Story") -> list[FeedEntry]:
        await activities.add_many(db, story.told)
        news = await notify(db, self.clock, story.told)
        return await feed.append_raw(db, [*story.changes, *news])

    async def _story(
        self, setting: Setting, done: Sequence[Done], *, audited_as: str | None = None
    ) -> "_Story":
        """Put into words what was decided about each error."""
        ids = iter(self.clock.new_ids(sum(len(each.told) for each in done)))
        story = _Story([], [], [])
        for place, each in enumerate(done):
            if place % _AT_A_TIME == 0:
                await asyncio.sleep(0)
            told = _activities(setting, each, ids)
            story.told.extend(told)
            if audited_as is not None:
                story.audited.append(_audited(audited_as, each))
            story.changes.append(_change(setting, each, told))
        return story


@dataclass(frozen=True, slots=True)
class _Story:
    """What is told of a decision: on the timelines, in the audit log and in the feed."""

    told: list[Activity]
    audited: list[Changed]
    changes: list[Change]


async def _meanwhile(
    write: Coroutine[object, object, None], tell: Coroutine[object, object, T]
) -> T:
    """Return what `tell` makes while the database is busy with `write`; neither is left behind."""
    writing = asyncio.ensure_future(write)
    try:
        made = await tell
        await writing
    finally:
        if not writing.done():
            writing.cancel()
            await asyncio.wait([writing])
    return made


def _activities(setting: Setting, done: Done, ids: Iterator[UUID]) -> list[Activity]:
    return [
        Activity(
            id=ActivityId(next(ids)),
            organization_id=done.after.organization_id,
            error_id=done.after.id,
            kind=entry.kind,
            actor_id=None if setting.by is None else setting.by.user,
            # What one decision tells of an error stays in the order in which it is told.
            at=setting.at + n * _TICK if n else setting.at,
            data=entry.data,
        )
        for n, entry in enumerate(done.told)
    ]


def _change(setting: Setting, done: Done, told: Sequence[Activity]) -> Change:
    """Return the feed's word of an error: how it stands, and which activities tell why."""
    return change_of(done.after, setting.at, before=done.before, more=words_of_people(told))


async def _decided(
    decision: Decision,
    errors: Sequence[Standing],
    setting: Setting,
    about: Selection,
    asking: Asking,
) -> tuple[list[Done], Outcome]:
    done: list[Done] = []
    skipped: list[Skipped] = []
    for place, error in enumerate(errors):
        if place % _AT_A_TIME == _AT_A_TIME - 1:
            await asyncio.sleep(0)
        try:
            error.must_stand_alone()
            found = decision.decide(error, setting)
        except Failure as failure:
            if about.is_single:
                raise
            skipped.append(Skipped(error.id, failure.message))
            continue
        if found is not None:
            after = found.after.touched(setting.at, is_response=decision.is_response)
            done.append(Done(found.before, after, found.told, found.made))
    return done, Outcome(
        matched=len(errors),
        changed=len(done),
        skipped=len(skipped),
        changed_ids=tuple(each.after.id for each in done[:MAX_TOLD]),
        skipped_ones=tuple(skipped[:MAX_TOLD]),
        made=tuple(each.made for each in done[:MAX_TOLD] if each.made is not None),
        is_dry_run=asking.is_dry_run,
    )


def _audited(name: str, done: Done) -> Changed:
    before, after = told(done.before, done.after)
    return Changed(
        organization_id=done.after.organization_id,
        action=f"error.{name}",
        object_kind="error",
        object_id=done.after.id,
        before=before,
        after=after,
    )


def _request(
    decision: Decision, about: Selection, asking: Asking, setting: Setting
) -> Request | None:
    if asking.key is None or asking.is_dry_run or setting.by is None:
        return None
    asked = f"{about.fingerprint}{decision!r}"
    return Request(
        organization_id=setting.organization,
        user_id=setting.by.user,
        operation=decision.name,
        key=asking.key,
        asked=hashlib.sha256(asked.encode()).hexdigest(),
    )


def _replayed(before: idempotency.Before, request: Request) -> Outcome:
    if before.asked != request.asked:
        raise Conflict("This key was used for another request.")
    return replayed(before.result)
