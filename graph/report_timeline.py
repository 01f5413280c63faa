"""The timeline of a user report, as the API shows it."""

from datetime import datetime
from typing import Self

import strawberry
from strawberry.scalars import JSON

from domain import report_queue
from domain.ids import UserId
from domain.report_queue import ReportActivityKind
from graph import enums
from graph.context import Info
from graph.ids import shown
from graph.users import User, user_of

ACTIVITY = "rpa"

# Registers the enums that the fields below name.
__all__ = ["ReportActivity", "enums"]


@strawberry.type
class ReportActivity:
    """Something that was done to a report, or noted on it."""

    actor_key: strawberry.Private[UserId | None]
    id: strawberry.ID = strawberry.field(description="The id of this entry.")
    kind: ReportActivityKind = strawberry.field(description="What it tells.")
    body: str | None = strawberry.field(description="What was written with it.")
    data: JSON = strawberry.field(description="What changed: before and to, where it is a change.")
    created_at: datetime = strawberry.field(description="When it happened.")

    @classmethod
    def of(cls, activity: report_queue.ReportActivity) -> Self:
        """Show an entry."""
        return cls(
            id=shown(ACTIVITY, activity.id),
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
