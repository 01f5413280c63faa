"""Use cases of dead letters: looked at, tried again, or thrown away."""

from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from application.auditing import Changed, record
from application.clock import Clock
from application.policies import Policies
from application.ports import BELL_INBOX, Bus
from domain.failures import Invalid, NotFound
from domain.ids import DeadLetterId, OrganizationId, ServiceId
from domain.inbox import DeadLetter, ItemKind
from domain.scrubbing import Scrubber
from domain.viewers import Viewer
from persistence.database import SYSTEM, Database, Scope, Writing, raw_of, scope_of_viewer
from persistence.inbox import dead_letters
from persistence.pages import MAX_SIZE, Found, Page
from persistence.reach import EVERYWHERE, reach_of

MAX_AT_ONCE = 500
MAX_BODY_CHARACTERS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetterUseCases:
    """What may be done to dead letters, each in one transaction.

    Without a viewer it is done for whoever stands inside the house: the command line.
    """

    database: Database
    bus: Bus
    clock: Clock
    policies: Policies

    async def replay(
        self, organization: OrganizationId, ids: Sequence[DeadLetterId], *, by: Viewer | None
    ) -> int:
        """Put them back into the inbox; what was digested meanwhile is not digested twice."""
        async with self.database.writing(_scope(by)) as db:
            _check(organization, ids, by)
            done = await dead_letters.replay(await raw_of(db), organization, ids)
            await self._note(db, "dead_letters.replayed", organization, done, by)
        await self.bus.publish(BELL_INBOX, "")
        return done

    async def discard(
        self, organization: OrganizationId, ids: Sequence[DeadLetterId], *, by: Viewer | None
    ) -> int:
        """Throw them away for good."""
        async with self.database.writing(_scope(by)) as db:
            _check(organization, ids, by)
            done = await dead_letters.discard(await raw_of(db), organization, ids)
            await self._note(db, "dead_letters.discarded", organization, done, by)
        return done

    async def page(
        self,
        organization: OrganizationId,
        page: Page,
        *,
        by: Viewer | None,
        service: ServiceId | None = None,
    ) -> Found[DeadLetter]:
        """Return a page of them, newest first."""
        _check(organization, (), by)
        scope = _scope(by)
        async with self.database.reading(scope) as db:
            return await dead_letters.page_of(db, page, reach_of(scope, organization), service)

    async def newest(self, organization: OrganizationId, *, by: Viewer | None) -> list[DeadLetter]:
        """Return the newest page of them."""
        found = await self.page(organization, Page(size=MAX_SIZE), by=by)
        return [letter for _, letter in found.items]

    async def replay_all(self, organization: OrganizationId) -> int:
        """Put all that are there now back into the inbox, for whoever stands inside the house."""
        total = 0
        async with self.database.reading(SYSTEM) as db:
            waiting = await dead_letters.count_of(db, reach_of(SYSTEM, organization))
        # What comes back meanwhile is not taken a second time: its cause is not gone.
        while total < waiting:
            ids = await self.oldest(organization, min(MAX_AT_ONCE, waiting - total), by=None)
            if not ids:
                break
            total += await self.replay(organization, ids, by=None)
        return total

    async def oldest(
        self, organization: OrganizationId, limit: int, *, by: Viewer | None
    ) -> list[DeadLetterId]:
        """Return those that have waited longest, at most as many as may be replayed at once."""
        _check(organization, (), by)
        scope = _scope(by)
        async with self.database.reading(scope) as db:
            reach = reach_of(scope, organization)
            return await dead_letters.oldest_of(db, reach, min(limit, MAX_AT_ONCE))

    async def body(self, letter: DeadLetter, *, by: Viewer) -> str | None:
        """Return its body as scrubbed JSON, cut; None where it is none that could be scrubbed."""
        by.must_configure(letter.organization_id)
        async with self.database.reading(scope_of_viewer(by)) as db:
            body = await dead_letters.body_of(db, letter.id, EVERYWHERE)
        policies = await self.policies.of([letter.organization_id])
        scrubber = policies[letter.organization_id].scrubber
        return None if body is None else readable(letter.kind, body, scrubber)

    async def _note(
        self, db: Writing, action: str, organization: OrganizationId, done: int, by: Viewer | None
    ) -> None:
        if done:
            change = Changed(
                organization_id=organization,
                action=action,
                object_kind="organization",
                object_id=organization,
                after={"quantity": done},
            )
            await record(db, self.clock, by, change)


def _scope(by: Viewer | None) -> Scope:
    return SYSTEM if by is None else scope_of_viewer(by)


def _check(organization: OrganizationId, ids: Sequence[DeadLetterId], by: Viewer | None) -> None:
    if by is not None:
        if not by.is_system_admin and organization not in by.organizations:
            raise NotFound("No such organization.")
        by.must_configure(organization)
    if len(ids) > MAX_AT_ONCE:
        raise Invalid(f"At most {MAX_AT_ONCE} are taken at a time.", field="ids")


def readable(kind: str, body: bytes, scrubber: Scrubber) -> str | None:
    """Return a body as a person may see it: JSON without secrets, or nothing at all."""
    is_event = kind in (ItemKind.EVENT, ItemKind.EVENT_OVER_LIMIT)
    payload = body if is_event else body.partition(b"\n")[2]
    try:
        document = orjson.loads(payload)
        scrubbed = scrubber.scrub(document if isinstance(document, dict) else {"sent": document})
        text = orjson.dumps(scrubbed, option=orjson.OPT_INDENT_2).decode()
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError):
        return None
    return text if len(text) <= MAX_BODY_CHARACTERS else text[:MAX_BODY_CHARACTERS] + "…"
