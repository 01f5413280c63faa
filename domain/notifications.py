"""Notifications: what a person is told of in their inbox, and why (NTF-05).

They are read off the timeline: whatever writes an activity tells who cares, and nobody else. Of one
decision a person hears once for each reason, however many errors it was about, and never of what
they did themselves.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.activities import Activity, ActivityKind
from domain.ids import ErrorId, NotificationId, OrganizationId, TeamId, UserId

MAX_TITLE = 300
# So many are kept for each person.
MOST_KEPT = 1_000


class NotificationKind(StrEnum):
    """Why somebody is told; of several reasons for one error the first here is told."""

    ESCALATED = "escalated"
    OVERDUE = "overdue"
    ASSIGNED = "assigned"
    MENTIONED = "mentioned"
    TEAM_ASSIGNED = "team_assigned"
    DUE_SOON = "due_soon"
    REGRESSED = "regressed"
    RESOLVED = "resolved"
    MERGED = "merged"
    COMMENTED = "commented"
    REPORT_ASSIGNED = "report_assigned"


class SubjectKind(StrEnum):
    """What a notification is about."""

    ERROR = "error"
    USER_REPORT = "user_report"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One thing that somebody is told; the title is its subject's, as it was then."""

    id: NotificationId
    organization_id: OrganizationId
    user_id: UserId
    kind: NotificationKind
    subject_kind: SubjectKind
    subject_id: UUID
    title: str = ""
    quantity: int = 1
    actor_id: UserId | None
    created_at: datetime
    read_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class News:
    """Whom an activity is for: people and teams by name, and why who follows the error hears."""

    people: tuple[tuple[UserId, NotificationKind], ...] = ()
    teams: tuple[TeamId, ...] = ()
    followers: NotificationKind | None = None

    @property
    def is_any(self) -> bool:
        """Whether it is for anybody."""
        return bool(self.people or self.teams or self.followers)


_FOLLOWED: Mapping[ActivityKind, NotificationKind] = {
    ActivityKind.COMMENTED: NotificationKind.COMMENTED,
    ActivityKind.RESOLVED: NotificationKind.RESOLVED,
    ActivityKind.AUTO_RESOLVED: NotificationKind.RESOLVED,
    ActivityKind.REGRESSED: NotificationKind.REGRESSED,
    ActivityKind.MERGED_INTO: NotificationKind.MERGED,
}
_NAMED: Mapping[ActivityKind, tuple[str, NotificationKind]] = {
    ActivityKind.ASSIGNED: ("assignee", NotificationKind.ASSIGNED),
    ActivityKind.ESCALATED: ("to", NotificationKind.ESCALATED),
    ActivityKind.DUE_SOON: ("assignee", NotificationKind.DUE_SOON),
    ActivityKind.OVERDUE: ("assignee", NotificationKind.OVERDUE),
    ActivityKind.COMMENTED: ("mentions", NotificationKind.MENTIONED),
    ActivityKind.COMMENT_EDITED: ("mentions", NotificationKind.MENTIONED),
}


_OF_FOLLOWERS = {kind: News(followers=_FOLLOWED.get(kind)) for kind in ActivityKind}


def news_of(activity: Activity) -> News:
    """Return whom an entry of a timeline is for."""
    if activity.kind not in _NAMED:
        return _OF_FOLLOWERS[activity.kind]
    name, kind = _NAMED[activity.kind]
    people = [(UserId(id_), kind) for id_ in _ids(activity.data.get(name))]
    is_given = activity.kind is ActivityKind.ASSIGNED
    teams = [TeamId(id_) for id_ in _ids(activity.data.get("team") if is_given else None)]
    return News(tuple(people), tuple(teams), _FOLLOWED.get(activity.kind))


def _ids(named: object) -> list[UUID]:
    several = named if isinstance(named, list) else [named]
    return [UUID(str(one)) for one in several if one is not None]


# Who is told, why, and of which errors.
Told = Mapping[tuple[UserId, NotificationKind], Sequence[ErrorId]]

_RANK = {kind: rank for rank, kind in enumerate(NotificationKind)}


def told_of(
    activities: Sequence[Activity],
    followers: Mapping[ErrorId, Collection[UserId]],
    teams: Mapping[TeamId, Collection[UserId]],
) -> Told:
    """Return who is told of these activities, each person once of each error."""
    best: dict[tuple[UserId, ErrorId], NotificationKind] = {}
    for activity in activities:
        for user, kind in _hearers(activity, followers, teams):
            if user == activity.actor_id:
                continue
            key = (user, activity.error_id)
            best[key] = min(kind, best.get(key, kind), key=_RANK.__getitem__)
    told: dict[tuple[UserId, NotificationKind], list[ErrorId]] = defaultdict(list)
    for (user, error), kind in best.items():
        told[user, kind].append(error)
    return told


def _hearers(
    activity: Activity,
    followers: Mapping[ErrorId, Collection[UserId]],
    teams: Mapping[TeamId, Collection[UserId]],
) -> Iterable[tuple[UserId, NotificationKind]]:
    news = news_of(activity)
    yield from news.people
    for team in news.teams:
        yield from ((user, NotificationKind.TEAM_ASSIGNED) for user in teams.get(team, ()))
    if news.followers is not None:
        yield from ((user, news.followers) for user in followers.get(activity.error_id, ()))
