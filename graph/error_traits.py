"""Traits: what else errors are filtered by; each field is what a term of the search is."""

from collections.abc import Iterator
from datetime import datetime

import strawberry
from strawberry import UNSET

from application.searching import counted, having
from domain.errors import Priority
from domain.failures import Invalid
from domain.search.terms import ErrorTrait
from domain.visitors import visitors_of
from graph.choices import chosen, said_nothing, texts
from graph.ids import team_id
from graph.texts import text_of
from persistence.errors.conditions import (
    AllOf,
    Among,
    AnyOf,
    Condition,
    Has,
    IsSet,
    Sign,
    Than,
)
from persistence.errors.findable import HasTag, MetBy

# An empty choice fits nothing.
_NONE = Among(("status",), ())
MAX_TAGS = 20
MAX_TAG = 200


@strawberry.input
class ErrorTagFilter:
    """A tag that an occurrence had; the first 50 values of each tag of an error lead to it."""

    key: str = strawberry.field(description="Its name, such as browser.")
    values: list[str] = strawberry.field(description="With one of these values, 100 at most.")


@strawberry.input
class CountFilter:
    """How many of something there are; both ends belong to it."""

    at_least: int | None = strawberry.field(default=UNSET, description="No fewer than these.")
    at_most: int | None = strawberry.field(default=UNSET, description="No more than these.")

    def __post_init__(self) -> None:
        """Take what was not said as null."""
        said_nothing(self)


@strawberry.input
class ErrorTraits:
    """Part of `ErrorFilter`: what the search of errors knows too.

    Of each field 100 values are taken at most.
    """

    priority: list[Priority] | None = strawberry.field(
        default=UNSET, description="Only those that are worked on so soon."
    )
    release: list[str] | None = strawberry.field(
        default=UNSET, description="Only those that first or last happened in one of these."
    )
    team: list[strawberry.ID] | None = strawberry.field(
        default=UNSET, description="Only those that one of these teams has."
    )
    is_assigned: bool | None = strawberry.field(
        default=UNSET, description="Only those that a person or a team has, or that nobody has."
    )
    tags: list[ErrorTagFilter] | None = strawberry.field(
        default=UNSET, description="Only those that had all of these tags, 20 at most."
    )
    user: list[str] | None = strawberry.field(
        default=UNSET, description="Only those that one of these users met, by the source's ids."
    )
    occurrences: CountFilter | None = strawberry.field(
        default=UNSET, description="Only those that happened so often."
    )
    users: CountFilter | None = strawberry.field(
        default=UNSET, description="Only those that so many users met."
    )
    first_seen_before: datetime | None = strawberry.field(
        default=UNSET, description="Only those that first happened before this moment."
    )
    last_seen_before: datetime | None = strawberry.field(
        default=UNSET, description="Only those that happened last before this moment."
    )
    has: list[ErrorTrait] | None = strawberry.field(
        default=UNSET, description="Only those on which one of these hangs."
    )


def conditions_of(asked: ErrorTraits, now: datetime) -> tuple[Condition, ...]:
    """Return what is asked for, or refuse what cannot be meant."""
    return tuple(_conditions(asked, now))


def _conditions(asked: ErrorTraits, now: datetime) -> Iterator[Condition]:
    if (priorities := chosen(asked.priority, "priority")) is not None:
        yield Among(("priority",), tuple(map(str, priorities)))
    if (releases := texts(asked.release, "release")) is not None:
        yield Among(("first_release", "last_release"), releases)
    if (teams := chosen(asked.team, "team")) is not None:
        yield Among(("team_id",), tuple(team_id(id_, field="team") for id_ in teams))
    if asked.is_assigned is not None:
        yield _assigned(is_so=asked.is_assigned)
    yield from _tagged(asked.tags)
    if (users := texts(asked.user, "user")) is not None:
        yield Has(MetBy(tuple(v for user in users for v in visitors_of(user, None))))
    for name, count in (("count", asked.occurrences), ("users", asked.users)):
        if count is not None:
            yield from counted(name, count.at_least, count.at_most)
    for column in ("first_seen", "last_seen"):
        if (moment := getattr(asked, f"{column}_before")) is not None:
            yield Than(f"{column}_at", Sign.LESS, moment)
    if (traits := chosen(asked.has, "has")) is not None:
        yield AnyOf(tuple(having(trait, now) for trait in traits)) if traits else _NONE


def _assigned(*, is_so: bool) -> Condition:
    either = tuple(IsSet(column, is_negated=not is_so) for column in ("assigned_to", "team_id"))
    return AnyOf(either) if is_so else AllOf(either)


def _tagged(tags: list[ErrorTagFilter] | None) -> Iterator[Condition]:
    if tags is not None and len(tags) > MAX_TAGS:
        raise Invalid(f"At most {MAX_TAGS} tags are taken.", field="tags")
    for tag in tags or ():
        key = text_of(tag.key, field="tags", maximum=MAX_TAG)
        yield Has(HasTag(key, texts(tag.values, "tags") or ()))
