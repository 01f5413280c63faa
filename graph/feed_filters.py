"""Which changes of errors a watcher wants: the filter of the live feed, by the entry alone."""

from collections.abc import Callable, Mapping
from enum import Enum

import strawberry

from domain.errors import ErrorStatus
from domain.failures import Invalid
from domain.feed import FeedEntry, FeedKind
from domain.levels import LogLevel, Severity
from graph.ids import service_id

LONGEST_LIST = 100


@strawberry.enum
class ErrorChangeKind(Enum):
    """What happened to an error."""

    NEW = strawberry.enum_value("new", description="It happened for the first time.")
    AGAIN = strawberry.enum_value("again", description="It happened again.")
    REGRESSED = strawberry.enum_value(
        "regressed", description="It happened again after it was resolved."
    )
    CHANGED = strawberry.enum_value(
        "changed", description="Somebody changed it, such as its status."
    )
    ESCALATED = strawberry.enum_value(
        "escalated", description="Somebody was called to it, or has answered the call."
    )
    REMOVED = strawberry.enum_value(
        "removed", description="It is gone; drop it from what you show."
    )


KINDS: Mapping[FeedKind, ErrorChangeKind] = {
    FeedKind.ERROR_NEW: ErrorChangeKind.NEW,
    FeedKind.ERROR_AGAIN: ErrorChangeKind.AGAIN,
    FeedKind.ERROR_REGRESSED: ErrorChangeKind.REGRESSED,
    FeedKind.ERROR_CHANGED: ErrorChangeKind.CHANGED,
    FeedKind.ERROR_ESCALATED: ErrorChangeKind.ESCALATED,
    FeedKind.ERROR_REMOVED: ErrorChangeKind.REMOVED,
}


@strawberry.input
class ErrorFeedFilter:
    """Which changes: all fields together, any of the values of each; an empty list fits nothing.

    Of each field 100 values are taken at most.
    """

    service: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Only of errors of one of these services."
    )
    level: list[LogLevel] | None = strawberry.field(
        default=None, description="Only of errors that the source reported so loudly."
    )
    severity: list[Severity] | None = strawberry.field(
        default=None, description="Only of errors that matter so much."
    )
    environment: list[str] | None = strawberry.field(
        default=None, description="Only of errors of one of these environments."
    )
    status: list[ErrorStatus] | None = strawberry.field(
        default=None,
        description=(
            "Only of errors that stand at one of these after it. An error that leaves them does so"
            " unseen: leave this out to keep a filtered list true."
        ),
    )
    kind: list[ErrorChangeKind] | None = strawberry.field(
        default=None, description="Only of these kinds."
    )

    def wanted(self) -> Callable[[FeedEntry], bool]:
        """Return the filter as the hub takes it."""
        for name in ("service", "level", "severity", "environment", "status", "kind"):
            if len(getattr(self, name) or ()) > LONGEST_LIST:
                raise Invalid(f"At most {LONGEST_LIST} values are taken.", field=name)
        kinds = [kind for kind, shown in KINDS.items() if self.kind is None or shown in self.kind]
        rules = {
            key: frozenset(values)
            for key, values in (
                ("service_id", self._services()),
                ("level", self.level),
                ("severity", self.severity),
                ("environment", self.environment),
                ("status", self.status),
            )
            if values is not None
        }
        return lambda entry: entry.kind in kinds and _fits(entry.payload, rules)

    def _services(self) -> list[str] | None:
        if self.service is None:
            return None
        return [str(service_id(id_, field="service")) for id_ in self.service]


def _fits(payload: Mapping[str, object], rules: Mapping[str, frozenset[str]]) -> bool:
    # A payload that does not say is let through: better one change too many than one too few.
    return all(payload.get(key) in allowed for key, allowed in rules.items() if key in payload)


def is_of_errors(entry: FeedEntry) -> bool:
    """Say whether an entry is a change of an error at all."""
    return entry.kind in KINDS
