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
from graph.feed import FeedBatchKind, batches_of, watched
from graph.ids import shown
from graph.report_filters import UserReportQueueFilter, is_of_reports
from graph.sharing import Shareable
from graph.user_reports import UserReport, user_report_of
from persistence.projection.declared import USER_REPORT


@strawberry.enum
class UserReportChangeKind(Enum):
    """What happened to a report."""

    NEW = strawberry.enum_value("new", description="It came in.")
    CHANGED = strawberry.enum_value(
        "changed", description="Somebody changed it or noted something."
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
    def of(cls, entry: FeedEntry) -> Self:
        """Show an entry of the feed."""
        return cls(
            report_key=UserReportId(entry.subject_id),
            kind=_KINDS[entry.kind],
            cursor=FeedCursor(organization=entry.organization_id, position=entry.position),
            at=entry.at,
            report_id=shown(USER_REPORT, entry.subject_id),
        )


@strawberry.type
class UserReportQueueBatch(Shareable):
    """What happened since the batch before; the first is empty and says where the queue begins."""

    entries: strawberry.Private[tuple[FeedEntry, ...]]
    kind: FeedBatchKind = strawberry.field(description="What to do with it.")
    cursor: FeedCursor = strawberry.field(
        description="The place right after this batch: after a break, go on `after` it."
    )
    omitted: int = strawberry.field(
        description="How many changes were left out, a later one of the same report being here."
    )

    @strawberry.field
    def changes(self) -> list[UserReportChange]:
        """The changes, in order."""
        return [UserReportChange.of(entry) for entry in self.entries]

    def sharing_key(self) -> Hashable:
        """Return what tells this batch from others: the same places hold the same changes."""
        positions = tuple(entry.position for entry in self.entries)
        return ("reports", self.cursor, self.kind, self.omitted, positions)

    @classmethod
    def of(cls, batch: FeedBatch, organization: OrganizationId) -> Self:
        """Show a batch of the feed."""
        return cls(
            kind=FeedBatchKind.RESYNC if batch.resync else FeedBatchKind.CHANGES,
            cursor=FeedCursor(organization=organization, position=batch.position),
            omitted=batch.omitted,
            entries=batch.entries,
        )


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
        after: Annotated[
            FeedCursor | None,
            strawberry.argument(description="Go on after this place; from now when left out."),
        ] = None,
        organization: Annotated[
            strawberry.ID | None,
            strawberry.argument(description="Whose queue; may be left out by who has only one."),
        ] = None,
    ) -> AsyncGenerator[UserReportQueueBatch]:
        """Every change of the organization's reports, once and in order, from any place on."""
        chosen = watched(info.context.viewer, organization, after)
        wanted = is_of_reports if where is None else where.wanted()
        return batches_of(info.context, chosen, after, wanted, UserReportQueueBatch.of)
