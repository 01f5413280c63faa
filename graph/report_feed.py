"""The live queue of user reports: what comes in and what people do, as the viewer may see it."""

from collections.abc import AsyncGenerator, Hashable, Mapping
from datetime import datetime
from enum import Enum
from typing import Annotated, Self

import strawberry

from application.feed import FeedBatch
from domain.feed import FeedEntry, FeedKind
from domain.ids import OrganizationId, UserReportId
from graph.context import Info
from graph.cursors import FeedCursor
from graph.feed import AfterPlace, Batch, WhoseFeed, batches_of, place_of, watched
from graph.ids import shown
from graph.report_filters import ReportSieve, UserReportQueueFilter, is_of_reports
from graph.user_reports import UserReport, user_report_of
from persistence.projection.declared import USER_REPORT


@strawberry.enum
class UserReportChangeKind(Enum):
    """What happened to a report."""

    NEW = strawberry.enum_value("new", description="It came in.")
    CHANGED = strawberry.enum_value(
        "changed", description="Somebody changed it or noted something."
    )
    LEFT = strawberry.enum_value(
        "left",
        description="It fitted the filter and does so no more; drop it from what you show.",
    )


_KINDS: Mapping[FeedKind, UserReportChangeKind] = {
    FeedKind.REPORT_NEW: UserReportChangeKind.NEW,
    FeedKind.REPORT_CHANGED: UserReportChangeKind.CHANGED,
}


@strawberry.type
class UserReportChange:
    """One change of one report."""

    report_key: strawberry.Private[UserReportId]
    kind: UserReportChangeKind = strawberry.field(description="What happened.")
    cursor: FeedCursor = strawberry.field(description="The place right after this change.")
    at: datetime = strawberry.field(description="When it happened.")
    report_id: strawberry.ID = strawberry.field(description="The report that it happened to.")

    @strawberry.field
    async def report(self, info: Info) -> UserReport | None:
        """The report as it is now; null when it is gone or no longer for the viewer to see."""
        return await user_report_of(info, self.report_key)

    @classmethod
    def of(cls, entry: FeedEntry, *, has_left: bool) -> Self:
        """Show an entry of the feed, as what it is to this watcher."""
        return cls(
            report_key=UserReportId(entry.subject_id),
            kind=UserReportChangeKind.LEFT if has_left else _KINDS[entry.kind],
            cursor=place_of(entry),
            at=entry.at,
            report_id=shown(USER_REPORT, entry.subject_id),
        )


@strawberry.type
class UserReportQueueBatch(Batch):
    """What happened since the batch before; the first is empty and says where the queue begins."""

    left: strawberry.Private[frozenset[int]] = frozenset()

    @strawberry.field
    def changes(self) -> list[UserReportChange]:
        """The changes, in order."""
        return [
            UserReportChange.of(entry, has_left=entry.position in self.left)
            for entry in self.entries
        ]

    def sharing_key(self) -> Hashable:
        """Return what tells it from others: what has left depends on who filters."""
        return (super().sharing_key(), self.left)


@strawberry.type
class UserReportSubscriptions:
    """What can be watched of user reports."""

    @strawberry.subscription
    async def user_report_queue(
        self,
        info: Info,
        where: Annotated[
            UserReportQueueFilter | None, strawberry.argument(description="Only changes that fit.")
        ] = None,
        after: AfterPlace = None,
        organization: WhoseFeed = None,
    ) -> AsyncGenerator[UserReportQueueBatch]:
        """Every change of the organization's reports, once and in order, from any place on."""
        chosen = watched(info.context.viewer, organization, after)
        sieve = ReportSieve(where, info.context.viewer)

        def show(batch: FeedBatch, organization: OrganizationId) -> UserReportQueueBatch:
            left = frozenset(e.position for e in batch.entries if sieve.has_left(e))
            is_stale = not all(map(is_of_reports, batch.entries))
            return UserReportQueueBatch.showing(batch, organization, is_stale=is_stale, left=left)

        return batches_of(info.context, chosen, after, sieve, show)
