"""What is kept of inboxes: what was read for a while, the rest for longer, and never too much."""

from datetime import timedelta

from application.upkeep import NOTIFICATIONS_KEPT, READ_NOTIFICATIONS_KEPT, Upkeep
from domain.ids import NotificationId
from domain.notifications import Notification, NotificationKind, SubjectKind
from persistence import notifications
from persistence.database import SYSTEM
from tests.conftest import CLOCK

_HOUR = timedelta(hours=1)


async def told(
    database, tenant, *, age: timedelta, read: timedelta | None = None
) -> NotificationId:
    """A notification of this age, read so long ago."""
    id_ = NotificationId(CLOCK.new_id())
    async with database.raw_writing(SYSTEM) as db:
        await notifications.add(
            db,
            [
                Notification(
                    id=id_,
                    organization_id=tenant.organization,
                    user_id=tenant.user,
                    kind=NotificationKind.ASSIGNED,
                    subject_kind=SubjectKind.ERROR,
                    subject_id=CLOCK.new_id(),
                    actor_id=None,
                    created_at=CLOCK.now() - age,
                )
            ],
        )
        if read is not None:
            await db.execute(
                "UPDATE notifications SET read_at = $2 WHERE id = $1", id_, CLOCK.now() - read
            )
    return id_


async def left(database, tenant) -> set[NotificationId]:
    async with database.raw_reading(SYSTEM) as db:
        rows = await db.fetch(
            "SELECT id FROM notifications WHERE organization_id = $1", tenant.organization
        )
    return {row["id"] for row in rows}


async def test_what_was_read_goes_before_what_was_not(database, tenant):
    upkeep = Upkeep(
        database=database,
        clock=CLOCK,
        feed_retention=_HOUR,
        occurrence_retention=_HOUR,
        telemetry=None,
    )
    month = READ_NOTIFICATIONS_KEPT
    unread = await told(database, tenant, age=month + _HOUR)
    fresh = await told(database, tenant, age=month + _HOUR, read=_HOUR)
    await told(database, tenant, age=month + 2 * _HOUR, read=month + _HOUR)
    await told(database, tenant, age=NOTIFICATIONS_KEPT + _HOUR)

    await upkeep.forget_notifications()

    assert await left(database, tenant) == {unread, fresh}


async def test_of_too_many_those_that_were_read_go_first(database, tenant):
    old = await told(database, tenant, age=3 * _HOUR)
    await told(database, tenant, age=_HOUR, read=_HOUR)
    new = await told(database, tenant, age=2 * _HOUR)

    async with database.raw_writing(SYSTEM) as db:
        gone = await notifications.trim(db, 2, 100)

    assert gone == 1
    assert await left(database, tenant) == {old, new}
