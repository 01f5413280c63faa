"""The timeline of a user report, as the API shows it."""

from datetime import datetime
from typing import Self

import strawberry
from strawberry.scalars import JSON

from domain import report_queue
from domain.ids import ReportActivityId, UserId
from domain.report_queue import ReportActivityKind
from graph import enums
from graph.context import Info
from graph.ids import REPORT_ACTIVITY, Node, shown
from graph.users import User, user_of
from persistence.reach import reach_of
from persistence.user_reports.activities import by_ids

# Registers the enums that the fields below name.
__all__ = ["ReportActivity", "enums"]


@strawberry.type
class ReportActivity(Node):
    """Something that was done to a report, or noted on it."""

    actor_key: strawberry.Private[UserId | None]
    kind: ReportActivityKind = strawberry.field(description="What it tells.")
    body: str | None = strawberry.field(description="What was written with it.")
    data: JSON = strawberry.field(description="What changed: before and to, where it is a change.")
    created_at: datetime = strawberry.field(description="When it happened.")

    @classmethod
    def of(cls, activity: report_queue.ReportActivity) -> Self:
        """Show an entry."""
        return cls(
            id=shown(REPORT_ACTIVITY, activity.id),
            actor_key=activity.actor_id,
            kind=activity.kind,
            body=activity.body,
            data=JSON(activity.data),
            created_at=activity.created_at,
        )

    @strawberry.field
    async def actor(self, info: Info) -> User | None:
        """Who did it, if they still share an organization with the viewer."""
        return await user_of(info, self.actor_key)


async def report_activity_of(info: Info, id_: ReportActivityId) -> ReportActivity | None:
    """Return the entry of an id, or None when there is none that the viewer may see."""
    context = info.context
    async with context.house.database.reading(context.scope) as db:
        found = (await by_ids(db, [id_], reach_of(context.scope))).get(id_)
    return None if found is None else ReportActivity.of(found)
