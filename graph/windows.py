"""Windows: the times that sums of telemetry are asked over, which must have bounds."""

from datetime import datetime, timedelta
from typing import Annotated

import strawberry

from domain.failures import Invalid
from graph.context import Info
from graph.ids import service_id
from graph.texts import text_of
from persistence.reach import reach_of
from persistence.telemetry.window import Window

MAX_SPAN = timedelta(days=90)
MAX_TEXT = 255

TheService = Annotated[strawberry.ID, strawberry.argument(description="The service.")]
Since = Annotated[datetime, strawberry.argument(description="From this moment on.")]
Until = Annotated[
    datetime | None,
    strawberry.argument(
        description="Before this moment; until now when not said. At most 90 days."
    ),
]
Environment = Annotated[
    str | None, strawberry.argument(description="Only of this environment, e.g. production.")
]
Release = Annotated[str | None, strawberry.argument(description="Only of this release.")]


def window_of(
    info: Info,
    service: str,
    since: datetime,
    until: datetime | None,
    longest: timedelta = MAX_SPAN,
    **only: str | None,
) -> Window:
    """Return the window that arguments ask for, or refuse one without bounds."""
    end = until or info.context.now
    if end <= since:
        raise Invalid("A window must end after it begins.", field="until")
    if end - since > longest:
        raise Invalid(f"Ask for at most {longest.days} days at a time.", field="since")
    return Window(
        reach=reach_of(info.context.scope),
        service=service_id(service, field="service"),
        since=since,
        until=end,
        only={
            name: None if value is None else text_of(value, field=name, maximum=MAX_TEXT)
            for name, value in only.items()
        },
    )


def hour_of(moment: datetime) -> datetime:
    """Return when the hour of a moment began: what is counted by hours is asked for by hours."""
    return moment.replace(minute=0, second=0, microsecond=0)
