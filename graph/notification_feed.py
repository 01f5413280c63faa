"""The live inbox of a person: what they are told, and what they read in another window."""

from collections.abc import AsyncGenerator, Hashable
from uuid import UUID

import strawberry

from application.feed import FeedBatch
from domain.feed import FeedEntry, FeedKind
from domain.ids import NotificationId, OrganizationId, UserId
from graph.context import Info
from graph.feed import AfterPlace, Batch, WhoseFeed, batches_of, watched
from graph.notifications import Notification, notifications_of, unread_of
from persistence.reach import Reach


@strawberry.type
class NotificationInboxBatch(Batch):
    """What happened since the batch before; the first is empty and says where the inbox begins."""

    user_key: strawberry.Private[UserId]
    reach: strawberry.Private[Reach]

    @strawberry.field
    async def added(self, info: Info) -> list[Notification]:
        """What the viewer is told, oldest first."""
        told = [e for e in self.entries if e.kind is _TOLD]
        ids = [NotificationId(entry.subject_id) for entry in told]
        return await notifications_of(info.context, self.user_key, ids, self.reach)

    @strawberry.field
    async def changed(self, info: Info) -> list[Notification]:
        """What was marked as read, or as not read, as it is now."""
        ids = [NotificationId(UUID(id_)) for entry in self.entries for id_ in _marked(entry) or ()]
        return await notifications_of(info.context, self.user_key, ids, self.reach)

    @strawberry.field
    async def unread_count(self, info: Info) -> int:
        """How many of the organization's notifications the viewer has not read."""
        return await unread_of(info.context, self.user_key, self.reach)

    def sharing_key(self) -> Hashable:
        """Return what tells it from others: it is one person's own."""
        return (super().sharing_key(), self.user_key)


@strawberry.type
class NotificationSubscriptions:
    """What can be watched of one's own inbox."""

    @strawberry.subscription
    async def notification_inbox(
        self, info: Info, after: AfterPlace = None, organization: WhoseFeed = None
    ) -> AsyncGenerator[NotificationInboxBatch]:
        """What the viewer is told in an organization, once and in order, in all their windows.

        When very many were marked at once, the batch asks to load the inbox anew.
        """
        chosen = watched(info.context.viewer, organization, after)
        user = info.context.viewer.user
        own = str(user)

        def wanted(entry: FeedEntry) -> bool:
            kind = entry.kind
            return (kind is _TOLD or kind is _READ) and entry.payload.get("user_id") == own

        def show(batch: FeedBatch, organization: OrganizationId) -> NotificationInboxBatch:
            marks = [e for e in batch.entries if e.kind is _READ]
            is_stale = batch.omitted > 0 or any(_marked(entry) is None for entry in marks)
            return NotificationInboxBatch.showing(
                batch, organization, is_stale=is_stale, user_key=user, reach=Reach((organization,))
            )

        return batches_of(info.context, chosen, after, wanted, show)


# Every window has one of these filters, so each entry is looked at very often: a set would hash.
_TOLD, _READ = FeedKind.NOTIFIED, FeedKind.NOTIFICATIONS_READ


def _marked(entry: FeedEntry) -> list[str] | None:
    """Return which notifications an entry marks; None when it does not name them."""
    if entry.kind is not _READ:
        return []
    ids = entry.payload.get("ids")
    return ids if isinstance(ids, list) else None
