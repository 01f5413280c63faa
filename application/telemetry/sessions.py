"""Handlers of sessions: each counts once, at its worst, whatever order its updates come in."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from application.digest.kinds import Sent, Written
from application.telemetry.fresh import accepted, duplicates, fresh
from domain.categories import CATEGORIES
from domain.inbox import InboxItem, ItemKind
from domain.telemetry import Counted, Place, Session, read_session, read_sessions
from domain.telemetry.kinds import SessionStatus
from persistence.database import RawConnection
from persistence.telemetry import sessions
from persistence.telemetry.sessions import HourKey, KnownSession, SessionKey

SESSION = CATEGORIES[ItemKind.SESSION]


@dataclass(slots=True, kw_only=True)
class Sessions:
    """Writes sessions that SDKs report one by one."""

    def read(self, sent: Sent) -> Session:
        """Return the session, or raise Invalid."""
        item = sent.item
        return read_session(
            sent.payload,
            event_id=item.event_id,
            received_at=item.received_at,
            sent_at=item.sent_at,
        )

    async def write(self, db: RawConnection, read: Sequence[tuple[InboxItem, Session]]) -> Written:
        """Move each session to the count of how it went by now."""
        new, again = await fresh(db, read)
        keys = {_key(item, session) for item, session in new}
        known = await sessions.find(db, keys) if keys else {}
        after = dict(known)
        for item, session in new:
            key = _key(item, session)
            after[key] = _worse(after.get(key), session)
        counts: Counter[HourKey] = Counter()
        changed = {key: now for key, now in after.items() if known.get(key) != now}
        for key, now in changed.items():
            if (before := known.get(key)) is not None:
                counts[_hour(key, before.place, before.status)] -= 1
            counts[_hour(key, now.place, now.status)] += 1
        if changed:
            await sessions.save(db, changed)
            await sessions.count(db, counts)
        items = [item for item, _ in new]
        return Written(outcomes=accepted(items, SESSION) + duplicates(again, SESSION))


@dataclass(slots=True, kw_only=True)
class SessionAggregates:
    """Writes sessions that SDKs count by themselves."""

    def read(self, sent: Sent) -> tuple[Counted, ...]:
        """Return the counts, or raise Invalid."""
        item = sent.item
        return read_sessions(sent.payload, received_at=item.received_at, sent_at=item.sent_at)

    async def write(
        self, db: RawConnection, read: Sequence[tuple[InboxItem, tuple[Counted, ...]]]
    ) -> Written:
        """Add the counts of items that were not counted before."""
        new, again = await fresh(db, read)
        counts: Counter[HourKey] = Counter()
        for item, counted in new:
            for one in counted:
                place = one.place
                key = HourKey(
                    item.organization_id,
                    item.service_id,
                    place.hour,
                    place.release,
                    place.environment,
                    one.status,
                )
                counts[key] += one.quantity
        await sessions.count(db, counts)
        items = [item for item, _ in new]
        return Written(outcomes=accepted(items, SESSION) + duplicates(again, SESSION))


def _key(item: InboxItem, session: Session) -> SessionKey:
    return SessionKey(item.organization_id, item.service_id, session.id)


def _hour(key: SessionKey, place: Place, status: SessionStatus) -> HourKey:
    return HourKey(
        key.organization_id,
        key.service_id,
        place.hour,
        place.release,
        place.environment,
        status,
    )


def _worse(known: KnownSession | None, session: Session) -> KnownSession:
    if known is None:
        return KnownSession(session.started_at, session.status, session.place)
    return known._replace(status=max(known.status, session.status, key=lambda s: s.rank))
