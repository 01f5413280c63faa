"""Who applies a filtered feed to what they show, shows what the list of that filter would."""

import random

import pytest

from domain.feed import FeedEntry
from graph.feed_filters import ErrorChangeKind, ErrorFeedAssignees, ErrorFeedFilter, ErrorSieve
from graph.ids import shown
from persistence import feed
from persistence.database import SYSTEM
from persistence.projection.declared import ERROR, USER
from tests.graph.feeding import a_person, errors_of
from tests.graph.serving import happens

PLACES = ("a", "b", "c", "d", "e")
LIST = "query ($where: ErrorFilter) { errors(where: $where, first: 50) { edges { node { id } } } }"

STEPS = 60


class World:
    """A tenant to which things happen at random."""

    def __init__(self, door, house, tenant, ben, seed: int) -> None:
        self.door, self.house, self.tenant, self.ben = door, house, tenant, ben
        self.random = random.Random(seed)
        self.ids: dict[str, str] = {}

    async def step(self) -> None:
        """Let something happen; what is refused happens to nobody."""
        pick = self.random.choice
        if not self.ids or self.random.random() < 0.35:
            level = pick(["error", "warning", "info"])
            environment = pick(["production", "staging"])
            await happens(
                self.house, self.tenant, pick(PLACES), level=level, environment=environment
            )
            self.ids |= await errors_of(self.door, self.tenant)
            return
        error, other = (pick(list(self.ids.values())) for _ in range(2))
        one = f'errors: {{ ids: ["{error}"] }}'
        call = pick(
            [
                f'setErrorStatus(id: "{error}", status: {pick(["OPEN", "RESOLVED", "CLOSED"])})',
                f"ignoreErrors({one})",
                f"setErrorSeverity({one}, severity: {pick(['LOW', 'HIGH', 'CRITICAL'])})",
                f'assignError({one}, assignee: "{self.ben.shown}")',
                f'assignError({one}, assignee: "{shown(USER, self.tenant.user)}")',
                f"unassignError({one})",
                f'commentOnError({one}, body: "hm")',
                f'mergeErrors(primary: "{error}", errors: ["{other}"])',
                f'unmergeErrors(primary: "{error}", errors: ["{other}"])',
                f'deleteErrors(ids: ["{error}"])' if self.random.random() < 0.2 else "",
            ]
        )
        if call:
            query = f"mutation {{ done: {call} {{ __typename }} }}"
            answer = (await self.door.ask(self.tenant.token, query)).json()
            assert "errors" not in answer, answer

    async def listed(self, **where: object) -> set[str]:
        answer = (await self.door.ask(self.tenant.token, LIST, where=where)).json()
        return {edge["node"]["id"] for edge in answer["data"]["errors"]["edges"]}


def view(entries: list[FeedEntry], sieve: ErrorSieve) -> set[str]:
    """Return what somebody shows who began with nothing and did as they were told."""
    found: set[str] = set()
    for entry in entries:
        kind = sieve.shown_as(entry)
        error = shown(ERROR, entry.subject_id)
        if kind in (ErrorChangeKind.LEFT, ErrorChangeKind.REMOVED):
            found.discard(error)
        elif kind is not None:
            found.add(error)
    return found


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_a_filtered_feed_makes_the_filtered_list(door, house, tenant, seed):
    ben = await a_person(house, tenant)
    world = World(door, house, tenant, ben, seed)
    for _ in range(STEPS):
        await world.step()
    async with house.database.raw_reading(SYSTEM) as db:
        entries = await feed.after(db, tenant.organization, 0, 10_000)

    told, listed = {}, {}
    for name, values in (
        ("status", ["NEW", "OPEN", "RECURRING"]),
        ("status", ["RESOLVED", "IGNORED"]),
        ("statusCategory", ["UNRESOLVED"]),
        ("severity", ["HIGH", "CRITICAL"]),
        ("level", ["WARNING", "INFO"]),
        ("environment", ["production"]),
    ):
        field = "status_category" if name == "statusCategory" else name
        asked = ErrorFeedFilter(**{field: [value.lower() for value in values]})
        sieve = ErrorSieve(asked, tenant.viewer, tenant.organization)
        told[name, *values] = view(entries, sieve)
        listed[name, *values] = await world.listed(**{name: values})
    for user in (ben.shown, shown(USER, tenant.user)):
        asked = ErrorFeedFilter(assignee=ErrorFeedAssignees(users=[user]))
        told[user] = view(entries, ErrorSieve(asked, tenant.viewer, tenant.organization))
        listed[user] = await world.listed(assignee=user)

    assert told == listed
    assert any(listed.values())
