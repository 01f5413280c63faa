"""Searching: from the text of a search to conditions on errors, with names looked up.

What a name leads to is looked for in what the viewer may see; an unknown service or person is a
mistake with its place, not an empty list.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from domain.errors import CATEGORY, ErrorStatus, StatusCategory
from domain.levels import LogLevel, Severity
from domain.search import Compared, Mistake, Search, Term, parse
from domain.search.terms import TAG, ErrorTrait
from domain.search.words import after, wanted_words
from domain.viewers import Viewer
from domain.visitors import visitors_of
from persistence.database import Reading
from persistence.error_comments import error_comments
from persistence.errors import naming
from persistence.errors.conditions import (
    AllOf,
    Among,
    AnyOf,
    Condition,
    Gathered,
    Has,
    IsSet,
    Late,
    Linked,
    Sign,
    Than,
)
from persistence.errors.findable import FEW, HasTag, HasWord, MetBy, how_many
from persistence.merges.tables import duplicates, escalations
from persistence.reach import Reach
from persistence.user_reports.tables import user_reports

_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_LADDERS: Mapping[str, tuple[str, ...]] = {
    "severity": tuple(map(str, Severity)),
    "level": tuple(map(str, LogLevel)),
}
_COLUMNS = {
    "status": ("status",),
    "severity": ("severity",),
    "level": ("level",),
    "priority": ("priority",),
    "type": ("error_type",),
    "environment": ("environment",),
    "release": ("first_release", "last_release"),
}
_COUNTS = {"count": "occurrence_count", "users": "users_affected_count"}
_TIMES = {"first-seen": "first_seen_at", "last-seen": "last_seen_at"}
_SET = {"assignee": "assigned_to", "team": "team_id", "release": "last_release"}
_LINKED: Mapping[str, Condition] = {
    "report": Linked(user_reports, "linked_error_id"),
    "comment": Linked(error_comments, "error_id"),
    "duplicate": Linked(duplicates, "primary_error_id"),
    "escalation": Linked(escalations, "error_id", "acknowledged_at"),
}
# Who is meant by a word, not by a name.
_ME, _MY_TEAMS, _NOBODY = "me", "my-teams", "nobody"
_WORDS = frozenset({_ME, _MY_TEAMS, _NOBODY})
_TURNED = {
    Sign.MORE: Sign.LESS,
    Sign.AT_LEAST: Sign.AT_MOST,
    Sign.LESS: Sign.MORE,
    Sign.AT_MOST: Sign.AT_LEAST,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Searcher:
    """Understands the searches of one request."""

    db: Reading
    reach: Reach
    viewer: Viewer
    now: datetime

    async def conditions(self, text: str, more: Sequence[Condition] = ()) -> tuple[Condition, ...]:
        """Return what a search asks for, and more conditions; or raise the Mistake in it."""
        search = parse(text)
        named = await self._named(search)
        found = [self._condition(term, named) for term in search.terms]
        return await self._narrowed([*found, *more])

    async def _named(self, search: Search) -> "naming.Named":
        wanted: dict[str, set[str]] = {"service": set(), "assignee": set()}
        for term in search.terms:
            if term.key in wanted:
                wanted[term.key].update(value.lower() for value in term.values)
        people = sorted(name for name in wanted["assignee"] if name not in _WORDS)
        teams = [name.removeprefix("#") for name in people if name.startswith("#")]
        people = [name for name in people if not name.startswith("#")]
        services = sorted(wanted["service"])
        found = await naming.named(self.db, self.reach, services, people, teams)
        if _MY_TEAMS not in wanted["assignee"]:
            return found
        mine = await naming.teams_of(self.db, self.reach, self.viewer.user)
        return replace(found, teams={**found.teams, _MY_TEAMS: mine})

    def _condition(self, term: Term, named: "naming.Named") -> Condition:
        key, values, no = term.key, term.values, term.is_negated
        if key.startswith(TAG):
            return Has(HasTag(key.removeprefix(TAG), values), no)
        if key in _LADDERS:
            values = _rungs(_LADDERS[key], term.compared, values)
        if key in _COLUMNS:
            return Among(_COLUMNS[key], values, no)
        if key in _COUNTS:
            return _count(term)
        if key in _TIMES:
            return self._time(term)
        match key:
            case "is":
                return _standing(values, no)
            case "service":
                return Among(("service_id",), _ids(term, named.services, "service"), no)
            case "id":
                return Among(("number",), tuple(map(int, values)), no)
            case "assignee":
                return self._assignee(term, named)
            case "user":
                visitors = [visitor for value in values for visitor in visitors_of(value, None)]
                return Has(MetBy(tuple(visitors)), no)
            case "has":
                return AnyOf(tuple(having(value, self.now) for value in values), no)
            case _:
                return _text(values, no)

    def _assignee(self, term: Term, named: "naming.Named") -> Condition:
        found: list[Condition] = []
        lowered = [value.lower() for value in term.values]
        if _NOBODY in lowered:
            nobody = (IsSet("assigned_to", is_negated=True), IsSet("team_id", is_negated=True))
            found.append(AllOf(nobody))
        people: list[UUID] = [self.viewer.user] if _ME in lowered else []
        teams = [value.removeprefix("#") for value in lowered if value.startswith("#")]
        mine = [_MY_TEAMS] if _MY_TEAMS in lowered else []
        if teams or mine:
            found.append(Among(("team_id",), _ids(term, named.teams, "team", teams + mine)))
        others = [v for v in lowered if v not in _WORDS and v[:1] != "#"]
        people += _ids(term, named.people, "person", others)
        if people:
            found.append(Among(("assigned_to",), tuple(people)))
        return AnyOf(tuple(found), term.is_negated)

    def _time(self, term: Term) -> Condition:
        column, value, no = _TIMES[term.key], term.values[0], term.is_negated
        if value[-1] in _UNITS and "-" not in value:
            # A time ago: less long ago is later.
            moment = self.now - timedelta(**{_UNITS[value[-1]]: int(value[:-1])})
            said = term.compared or Compared.AT_MOST
            return Than(column, _TURNED[Sign(said.value)], moment, no)
        try:
            moment = datetime.fromisoformat(value)
        except ValueError as error:
            raise Mistake(
                f"There is no such date as {value}.", start=term.start, end=term.end
            ) from error
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        if term.compared is not Compared.IS:
            return Than(column, Sign(term.compared.value), moment, no)
        # A date alone means that day.
        end = moment + (timedelta(days=1) if len(value) == len("2026-11-21") else timedelta(0))
        until = Sign.LESS if end > moment else Sign.AT_MOST
        return AllOf((Than(column, Sign.AT_LEAST, moment), Than(column, until, end)), no)

    async def _narrowed(self, asked: Sequence[Condition]) -> tuple[Condition, ...]:
        """Gather the errors first where a word, a tag or a user leaves only few of them."""
        asked = [part for each in asked for part in _parts(each)]
        traits = [each for each in asked if isinstance(each, Has) and not each.is_negated]
        counted = [await how_many(self.db, self.reach, each.trait) for each in traits]
        fewest = min(counted, default=FEW + 1)
        if fewest > FEW:
            return tuple(asked)
        rarest = traits[counted.index(fewest)]
        others = (each for each in asked if each is not rarest)
        return (Gathered(rarest.trait, self.reach), *others)


def having(what: str, now: datetime) -> Condition:
    """Return the condition that something hangs on an error."""
    if what == ErrorTrait.BREACH:
        late = ("response_due_at", "first_response_at"), ("resolve_due_at", "resolved_at")
        return AnyOf(tuple(Late(due, done, now) for due, done in late))
    if what == ErrorTrait.OVERDUE:
        unresolved = Among(("status_category",), (StatusCategory.UNRESOLVED.value,))
        return AllOf((unresolved, Than("assignment_due_at", Sign.LESS, now)))
    return _LINKED[what] if what in _LINKED else IsSet(_SET[what])


def counted(what: str, at_least: int | None, at_most: int | None) -> list[Condition]:
    """Return the conditions on how many of something an error has."""
    ends = ((Sign.AT_LEAST, at_least), (Sign.AT_MOST, at_most))
    return [Than(_COUNTS[what], sign, end) for sign, end in ends if end is not None]


def _parts(condition: Condition) -> tuple[Condition, ...]:
    """Return the conditions that all must hold for this one to hold."""
    if isinstance(condition, AllOf) and not condition.is_negated:
        return condition.conditions
    return (condition,)


def _rungs(ladder: Sequence[str], compared: Compared, values: tuple[str, ...]) -> tuple[str, ...]:
    if compared is Compared.IS:
        return values
    place = ladder.index(values[0])
    match compared:
        case Compared.MORE:
            return tuple(ladder[place + 1 :])
        case Compared.AT_LEAST:
            return tuple(ladder[place:])
        case Compared.LESS:
            return tuple(ladder[:place])
        case _:
            return tuple(ladder[: place + 1])


def _standing(values: tuple[str, ...], no: bool) -> Condition:
    categories = tuple(value for value in values if value in set(StatusCategory))
    statuses = tuple(value for value in values if value not in categories)
    shared = {CATEGORY[ErrorStatus(status)].value for status in statuses}
    found: list[Condition] = []
    if categories:
        found.append(Among(("status_category",), categories))
    if statuses:
        # There is an index on the category.
        wanted = Among(("status",), statuses)
        found.append(AllOf((Among(("status_category",), tuple(sorted(shared))), wanted)))
    return found[0] if len(found) == 1 and not no else AnyOf(tuple(found), no)


def _count(term: Term) -> Condition:
    column, number = _COUNTS[term.key], int(term.values[0])
    if term.compared is not Compared.IS:
        return Than(column, Sign(term.compared.value), number, term.is_negated)
    same = (Than(column, Sign.AT_LEAST, number), Than(column, Sign.AT_MOST, number))
    return AllOf(same, term.is_negated)


def _text(values: tuple[str, ...], no: bool) -> Condition:
    found: list[Condition] = []
    for value in values:
        words = wanted_words(value)
        traits = tuple(Has(HasWord(word, after(word))) for word in words)
        if len(traits) == 1:
            found.append(traits[0])
        elif traits:
            found.append(AllOf(traits))
    if len(found) == 1 and isinstance(found[0], Has):
        return Has(found[0].trait, no)
    return AnyOf(tuple(found), no)


def _ids(
    term: Term, known: Mapping[str, Sequence[UUID]], noun: str, names: Sequence[str] | None = None
) -> tuple[UUID, ...]:
    wanted = [value.lower() for value in term.values] if names is None else names
    for name in wanted:
        if name not in known:
            raise Mistake(
                f"There is no {noun} “{name[:100]}” here.", start=term.start, end=term.end
            )
    return tuple(id_ for name in wanted for id_ in known[name])
