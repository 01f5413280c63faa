"""The inbox of a person, as the API shows it to them and to nobody else (NTF-05)."""

from datetime import datetime
from typing import Annotated, Self

import strawberry

from domain import notifications as domain
from domain.ids import ErrorId, NotificationId, UserId, UserReportId
from domain.notifications import NotificationKind, SubjectKind
from graph import notification_enums
from graph.connections import After, Before, Connection, First, Last, connection_of, page_asked
from graph.context import Context, Info
from graph.errors import Error
from graph.failures import Conflict, Forbidden, Invalid, NotFound
from graph.ids import NOTIFICATION, Node, notification_id, organization_id, shown
from graph.organizations import Organization, organization_of
from graph.user_reports import UserReport, user_report_of
from graph.users import User, user_of
from persistence.notifications import KEYSET, Wanted, by_ids, count_of, page_of
from persistence.projection.declared import ERROR, USER_REPORT
from persistence.reach import Reach, reach_of

# Registers the enums that the fields below name.
__all__ = ["Notification", "NotificationMutations", "NotificationQueries", "notification_enums"]

_PREFIXES = {SubjectKind.ERROR: ERROR, SubjectKind.USER_REPORT: USER_REPORT}

NotificationSubject = Annotated[
    Error | UserReport,
    strawberry.union("NotificationSubject", description="What a notification is about."),
]


@strawberry.type
class Notification(Node):
    """One thing that somebody is told."""

    told: strawberry.Private[domain.Notification]
    kind: NotificationKind = strawberry.field(description="Why they are told.")
    title: str = strawberry.field(description="What it is about, as it was called then.")
    subject_id: strawberry.ID = strawberry.field(description="What it is about.")
    count: int = strawberry.field(
        description="Of how many things this was decided at once; the first of them is shown."
    )
    created_at: datetime = strawberry.field(description="When it happened.")
    read_at: datetime | None = strawberry.field(description="When they read it, if they have.")

    @classmethod
    def of(cls, told: domain.Notification) -> Self:
        """Show a notification."""
        return cls(
            told=told,
            id=shown(NOTIFICATION, told.id),
            kind=told.kind,
            title=told.title,
            subject_id=shown(_PREFIXES[told.subject_kind], told.subject_id),
            count=told.quantity,
            created_at=told.created_at,
            read_at=told.read_at,
        )

    @strawberry.field
    async def subject(self, info: Info) -> NotificationSubject | None:
        """What it is about, as it is now; null when it is gone or no longer to be seen."""
        if self.told.subject_kind is SubjectKind.USER_REPORT:
            return await user_report_of(info, UserReportId(self.told.subject_id))
        found = await info.context.loaders.errors.load(ErrorId(self.told.subject_id))
        return None if found is None else Error.of(found)

    @strawberry.field
    async def actor(self, info: Info) -> User | None:
        """Who did it, if it was a person or a program in a person's name."""
        return await user_of(info, self.told.actor_id)

    @strawberry.field
    async def organization(self, info: Info) -> Organization | None:
        """Where it happened."""
        return await organization_of(info, self.told.organization_id)


@strawberry.input
class NotificationFilter:
    """Which notifications: all fields together."""

    is_unread: bool | None = strawberry.field(
        default=None, description="Only those that were not read yet, or only the others."
    )
    kind: list[NotificationKind] | None = strawberry.field(
        default=None, description="Only those for one of these reasons."
    )
    organization: strawberry.ID | None = strawberry.field(
        default=None, description="Only those of this organization."
    )

    def wanted(self, user: UserId) -> Wanted:
        """Return the filter as it is read by."""
        kinds = None if self.kind is None else tuple(dict.fromkeys(self.kind))
        return Wanted(user=user, is_unread=self.is_unread, kinds=kinds)


@strawberry.type
class NotificationQueries:
    """What can be asked about one's own inbox."""

    @strawberry.field
    async def notifications(
        self,
        info: Info,
        where: Annotated[
            NotificationFilter | None, strawberry.argument(description="Only those that fit.")
        ] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Notification]:
        """What the viewer is told, newest first; 1,000 are kept in each organization."""
        context, asked = info.context, where or NotificationFilter()
        wanted, reach = asked.wanted(context.viewer.user), _reach(context, asked.organization)
        page = page_asked(KEYSET, first=first, after=after, last=last, before=before)
        async with context.house.database.reading(context.scope) as db:
            found = await page_of(db, wanted, page, reach)

        async def counted() -> int:
            async with context.house.database.reading(context.scope) as db:
                return await count_of(db, wanted, reach)

        return connection_of(found, page, KEYSET, Notification.of, counted)

    @strawberry.field
    async def unread_notification_count(
        self,
        info: Info,
        organization: Annotated[
            strawberry.ID | None, strawberry.argument(description="Only of this organization.")
        ] = None,
    ) -> int:
        """How many notifications the viewer has not read."""
        context = info.context
        reach = _reach(context, organization)
        return await unread_of(context, context.viewer.user, reach)


@strawberry.type
class MarkNotificationsReadSuccess:
    """They are marked."""

    notifications: list[Notification] = strawberry.field(description="As they are now.")
    unread_count: int = strawberry.field(
        description="How many the viewer has not read, in all organizations."
    )


@strawberry.type
class MarkAllNotificationsReadSuccess:
    """They are marked."""

    marked: int = strawberry.field(description="How many were not read before.")
    unread_count: int = strawberry.field(
        description="How many the viewer has not read, in all organizations."
    )


MarkNotificationsReadResult = Annotated[
    MarkNotificationsReadSuccess | NotFound | Invalid | Conflict | Forbidden,
    strawberry.union("MarkNotificationsReadResult", description="They are marked, or why not."),
]
MarkAllNotificationsReadResult = Annotated[
    MarkAllNotificationsReadSuccess | NotFound | Invalid | Conflict | Forbidden,
    strawberry.union("MarkAllNotificationsReadResult", description="They are marked, or why not."),
]


@strawberry.type
class NotificationMutations:
    """What can be done to one's own inbox."""

    @strawberry.mutation
    async def mark_notifications_read(
        self,
        info: Info,
        ids: Annotated[
            list[strawberry.ID],
            strawberry.argument(description="Which, of the viewer's own; 100 at most."),
        ],
        is_read: Annotated[
            bool, strawberry.argument(description="False: they were not read after all.")
        ] = True,
    ) -> MarkNotificationsReadResult:
        """Note that notifications were read; one that is so already stays as it is."""
        wanted = [notification_id(id_, field="ids") for id_ in ids]
        context = info.context
        found = await context.house.notifications.mark(wanted, is_read=is_read, by=context.viewer)
        return MarkNotificationsReadSuccess(
            notifications=[Notification.of(one) for one in found],
            unread_count=await unread_of(context, context.viewer.user, reach_of(context.scope)),
        )

    @strawberry.mutation
    async def mark_all_notifications_read(
        self,
        info: Info,
        organization: Annotated[
            strawberry.ID, strawberry.argument(description="Those of this organization.")
        ],
    ) -> MarkAllNotificationsReadResult:
        """Note that all that the viewer was told in an organization was read."""
        context = info.context
        home = organization_id(organization, field="organization")
        return MarkAllNotificationsReadSuccess(
            marked=await context.house.notifications.mark_all(home, by=context.viewer),
            unread_count=await unread_of(context, context.viewer.user, reach_of(context.scope)),
        )


async def unread_of(context: Context, user: UserId, reach: Reach) -> int:
    """Return how many notifications somebody has not read."""
    async with context.house.database.reading(context.scope) as db:
        return await count_of(db, Wanted(user=user, is_unread=True), reach)


async def notifications_of(
    context: Context, user: UserId, ids: list[NotificationId], reach: Reach
) -> list[Notification]:
    """Return those of these notifications that are somebody's, in this order."""
    if not ids:
        return []
    async with context.house.database.reading(context.scope) as db:
        found = await by_ids(db, user, ids, reach)
    return [Notification.of(found[id_]) for id_ in dict.fromkeys(ids) if id_ in found]


async def notification_of(info: Info, id_: NotificationId) -> Notification | None:
    """Return the viewer's own notification of an id, or None when there is none."""
    context = info.context
    reach = reach_of(context.scope)
    found = await notifications_of(context, context.viewer.user, [id_], reach)
    return found[0] if found else None


def _reach(context: Context, organization: strawberry.ID | None) -> Reach:
    if organization is None:
        return reach_of(context.scope)
    home = organization_id(organization, field="organization")
    context.viewer.must_belong(home)
    return Reach((home,))
