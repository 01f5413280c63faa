"""Use cases of notifications: written with what they tell of, and read by whom they are for.

Whoever writes activities hands them to `notify` in the same transaction, and appends the changes
that it returns to the feed. So nobody is told of what did not happen, and nobody is forgotten.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from application.clock import Clock
from application.feed import Hub
from domain.activities import Activity
from domain.failures import Invalid, NotFound
from domain.feed import Change, FeedKind
from domain.ids import NotificationId, OrganizationId, UserId
from domain.notifications import (
    Notification,
    NotificationKind,
    SubjectKind,
    news_of,
    told_of,
)
from domain.user_reports import UserReport
from domain.viewers import Viewer
from persistence import feed, notifications
from persistence.database import Database, RawConnection, scope_of_viewer
from persistence.notifications import Wanted
from persistence.reach import Reach, reach_of

MAX_AT_ONCE = 100


async def notify(db: RawConnection, clock: Clock, told: Sequence[Activity]) -> list[Change]:
    """Tell who cares of what the timelines of errors tell; return the feed's words of it."""
    news = [activity for activity in told if news_of(activity).is_any]
    by_organization: dict[OrganizationId, list[Activity]] = defaultdict(list)
    for activity in news:
        by_organization[activity.organization_id].append(activity)
    new: list[Notification] = []
    for organization, own in sorted(by_organization.items()):
        new += await _new(db, clock, organization, own)
    return await _write(db, new)


async def notify_of_reports(
    db: RawConnection, clock: Clock, given: Sequence[UserReport], *, by: UserId
) -> list[Change]:
    """Tell people which reports they were given; return the feed's words of it."""
    of: dict[tuple[OrganizationId, UserId], list[UserReport]] = defaultdict(list)
    for report in given:
        if report.assigned_to is not None and report.assigned_to != by:
            of[report.organization_id, report.assigned_to].append(report)
    return await _write(
        db,
        [
            Notification(
                id=NotificationId(clock.new_id()),
                organization_id=organization,
                user_id=user,
                kind=NotificationKind.REPORT_ASSIGNED,
                subject_kind=SubjectKind.USER_REPORT,
                subject_id=reports[0].id,
                quantity=len(reports),
                actor_id=by,
                created_at=clock.now(),
            )
            for (organization, user), reports in of.items()
        ],
    )


async def _new(
    db: RawConnection, clock: Clock, organization: OrganizationId, told: Sequence[Activity]
) -> list[Notification]:
    news = [(activity, news_of(activity)) for activity in told]
    followed = {activity.error_id for activity, one in news if one.followers is not None}
    followers = await notifications.followers_of(db, organization, followed)
    teams = await notifications.in_teams(
        db, organization, {t for _, one in news for t in one.teams}
    )
    hearers = told_of(told, followers, teams)
    members = await notifications.members_among(db, organization, {user for user, _ in hearers})
    return [
        Notification(
            id=NotificationId(clock.new_id()),
            organization_id=organization,
            user_id=user,
            kind=kind,
            subject_kind=SubjectKind.ERROR,
            subject_id=errors[0],
            quantity=len(errors),
            actor_id=told[0].actor_id,
            created_at=clock.now(),
        )
        for (user, kind), errors in hearers.items()
        if user in members
    ]


async def _write(db: RawConnection, new: Sequence[Notification]) -> list[Change]:
    if new:
        await notifications.add(db, new)
    return [
        Change(
            organization_id=one.organization_id,
            kind=FeedKind.NOTIFIED,
            subject_id=one.id,
            at=one.created_at,
            payload={"user_id": str(one.user_id)},
        )
        for one in new
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationUseCases:
    """What people may do to their own inbox."""

    database: Database
    hub: Hub
    clock: Clock

    async def mark(
        self, ids: Sequence[NotificationId], *, is_read: bool, by: Viewer
    ) -> list[Notification]:
        """Note that some were read, or that they were not; return them as they are now."""
        if len(ids) > MAX_AT_ONCE:
            raise Invalid(f"At most {MAX_AT_ONCE} notifications are taken at once.", field="ids")
        by.must_write()
        scope = scope_of_viewer(by)
        reach = reach_of(scope)
        async with self.database.writing(scope) as db:
            before = await notifications.by_ids(db, by.user, ids, reach)
            if len(before) < len(set(ids)):
                raise NotFound("One of these notifications is not there.")
            read_at = self.clock.now() if is_read else None
            changed = await notifications.mark(
                db, Wanted(user=by.user), ids, read_at=read_at, reach=reach
            )
            after = await notifications.by_ids(db, by.user, ids, reach)
            entries = await feed.append(db, self._told(changed, by.user))
        await self.hub.publish(entries)
        return [after[id_] for id_ in dict.fromkeys(ids)]

    async def mark_all(self, organization: OrganizationId, *, by: Viewer) -> int:
        """Note that all of an organization were read; return how many were not before."""
        if organization not in by.organizations:
            raise NotFound("No such organization.")
        by.must_write()
        async with self.database.writing(scope_of_viewer(by)) as db:
            changed = await notifications.mark(
                db,
                Wanted(user=by.user),
                None,
                read_at=self.clock.now(),
                reach=Reach((organization,)),
            )
            entries = await feed.append(db, self._told(changed, by.user))
        await self.hub.publish(entries)
        return len(changed)

    def _told(
        self, changed: Sequence[tuple[OrganizationId, NotificationId]], user: UserId
    ) -> list[Change]:
        """Return the feed's word for the person's other windows; of many only that there are."""
        of: dict[OrganizationId, list[str]] = defaultdict(list)
        for organization, id_ in changed:
            of[organization].append(str(id_))
        return [
            Change(
                organization_id=organization,
                kind=FeedKind.NOTIFICATIONS_READ,
                subject_id=user,
                at=self.clock.now(),
                payload={"user_id": str(user), "ids": ids if len(ids) <= MAX_AT_ONCE else None},
            )
            for organization, ids in of.items()
        ]
