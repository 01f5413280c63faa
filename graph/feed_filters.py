"""Which changes of errors a watcher wants: the filter of the live feed, by the entry alone."""

from collections.abc import Callable, Collection, Mapping
from enum import Enum
from uuid import UUID

import strawberry

from application.feed import FeedBatch
from domain.errors import CATEGORY, ErrorStatus, StatusCategory
from domain.failures import Invalid
from domain.feed import FeedEntry, FeedKind
from domain.ids import OrganizationId
from domain.levels import LogLevel, Severity
from domain.viewers import Viewer
from graph.context import Context
from graph.ids import error_id, service_id, team_id, user_id
from graph.my_teams import MyTeams

LONGEST_LIST = 100

Rule = Callable[[Mapping[str, object]], bool]


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
    LEFT = strawberry.enum_value(
        "left",
        description="It fitted the filter and does so no more; drop it from what you show.",
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
class ErrorFeedAssignees:
    """Who has an error: any of these. Of each field 100 values are taken at most."""

    users: list[strawberry.ID] | None = strawberry.field(
        default=None, description="One of these people has it."
    )
    teams: list[strawberry.ID] | None = strawberry.field(
        default=None, description="One of these teams has it."
    )
    me: bool = strawberry.field(default=False, description="The viewer has it.")
    my_teams: bool = strawberry.field(
        default=False,
        description="A team that the viewer is in has it. Who joins or leaves one gets a RESYNC.",
    )
    nobody: bool = strawberry.field(default=False, description="Nobody has it, and no team.")

    def rule(self, viewer: Viewer, mine: MyTeams | None) -> Rule:
        """Return the rule that the words of an error must keep."""
        users = {str(one) for one in taken(self.users, "users", user_id) or ()}
        teams = {str(one) for one in taken(self.teams, "teams", team_id) or ()}
        if self.me:
            users.add(str(viewer.user))

        def fits(words: Mapping[str, object]) -> bool:
            if "assigned_to" not in words:
                return True
            user, team = words["assigned_to"], words.get("team_id")
            if user is None and team is None:
                return self.nobody
            return user in users or team in teams or (mine is not None and team in mine)

        return fits


@strawberry.input
class ErrorFeedFilter:
    """Which changes: all fields together, any of the values of each; an empty list fits nothing.

    An error that fitted before a change and does not after it comes as LEFT, so that a filtered
    list stays true. Of each field 100 values are taken at most.
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
        default=None, description="Only of errors that stand at one of these."
    )
    status_category: list[StatusCategory] | None = strawberry.field(
        default=None, description="Only of errors on one of these piles of triage."
    )
    error_type: list[str] | None = strawberry.field(
        default=None, description="Only of errors of one of these types, by code."
    )
    assignee: ErrorFeedAssignees | None = strawberry.field(
        default=None, description="Only of errors that one of these has."
    )
    error: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Only of these errors."
    )
    kind: list[ErrorChangeKind] | None = strawberry.field(
        default=None, description="Only of these kinds."
    )

    def _on_piles(self) -> list[ErrorStatus] | None:
        piles = taken(self.status_category, "statusCategory")
        return None if piles is None else [s for s in ErrorStatus if CATEGORY[s] in piles]

    def _rules(self) -> list[Rule]:
        return [
            _one_of(word, values)
            for word, values in (
                ("service_id", taken(self.service, "service", service_id)),
                ("level", taken(self.level, "level")),
                ("severity", taken(self.severity, "severity")),
                ("environment", taken(self.environment, "environment")),
                ("status", taken(self.status, "status")),
                ("status", self._on_piles()),
                ("type", taken(self.error_type, "errorType")),
            )
            if values is not None
        ]


class ErrorSieve:
    """Says of each entry whether it is wanted, and as what it is shown."""

    def __init__(
        self, where: ErrorFeedFilter | None, viewer: Viewer, organization: OrganizationId
    ) -> None:
        asked = where or ErrorFeedFilter()
        # Who looks at who the viewer is shares with nobody.
        are_mine = asked.assignee is not None and asked.assignee.my_teams
        self.mine = MyTeams(organization, viewer.user) if are_mine else None
        self._rules = asked._rules()  # noqa: SLF001  of this file
        if asked.assignee is not None:
            self._rules.append(asked.assignee.rule(viewer, self.mine))
        kinds = taken(asked.kind, "kind")
        self._kinds = frozenset(ErrorChangeKind) if kinds is None else kinds
        self._errors = taken(asked.error, "error", error_id)

    async def read(self, context: Context) -> None:
        """Read what the entries do not say."""
        if self.mine is not None:
            await self.mine.read(context)

    def __call__(self, entry: FeedEntry) -> bool:
        """Say whether an entry is wanted; each is asked about once, in order."""
        if self.mine is not None and self.mine.hear(entry):
            return True
        if entry.kind is FeedKind.MANY_CHANGED:
            return self._fits(entry.payload)
        return self.shown_as(entry) is not None

    def shown_as(self, entry: FeedEntry) -> ErrorChangeKind | None:
        """Return what an entry is to this watcher."""
        kind = KINDS.get(entry.kind)
        if kind is None or (self._errors is not None and entry.subject_id not in self._errors):
            return None
        if not self._fits(entry.payload):
            before = entry.payload.get("before")
            if not isinstance(before, dict) or not self._fits({**entry.payload, **before}):
                return None
            kind = ErrorChangeKind.LEFT
        return kind if kind in self._kinds else None

    def _fits(self, words: Mapping[str, object]) -> bool:
        return all(rule(words) for rule in self._rules)


def asks_to_reload(batch: FeedBatch) -> bool:
    """Say whether a batch tells of more than single errors: of many, or of the viewer's teams."""
    return any(entry.kind not in KINDS for entry in batch.entries)


def is_of_errors(entry: FeedEntry) -> bool:
    """Say whether an entry is a change of an error at all."""
    return entry.kind in KINDS


def taken(
    values: Collection[object] | None, field: str, read: Callable[..., UUID] | None = None
) -> frozenset[object] | None:
    """Return what one field of a filter names, None when it was left out."""
    if values is None:
        return None
    if len(values) > LONGEST_LIST:
        raise Invalid(f"At most {LONGEST_LIST} values are taken.", field=field)
    return frozenset(values if read is None else (read(one, field=field) for one in values))


def _one_of(word: str, values: Collection[object]) -> Rule:
    allowed = frozenset(str(value) for value in values)
    # Words that do not say are let through: better one change too many than one too few.
    return lambda words: word not in words or words[word] in allowed
