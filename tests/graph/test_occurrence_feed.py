"""The live tail of occurrences: what it shows, what it leaves out, and whose it is."""

import pytest

from tests.conftest import CLOCK
from tests.graph.feeding import beginning, errors_of, feeding, refused
from tests.graph.serving import happens
from tests.house import a_tenant

TAIL = """subscription ($where: OccurrenceFeedFilter, $after: Cursor) {
  occurrenceFeed(where: $where, after: $after) {
    kind cursor omitted
    occurrences { cursor at count occurrence { id message environment } error { id } }
  }
}"""


async def test_each_occurrence_is_shown_while_it_is_quiet(door, house, tenant):
    async with feeding(door, tenant.token, TAIL) as feed:
        for environment in ("production", "staging", None):
            await happens(house, tenant, "pay", environment=environment)
        found = await feed.items("occurrences", 3)
    error = (await errors_of(door, tenant))["pay"]

    assert [each["occurrence"]["environment"] for each in found] == ["production", "staging", None]
    assert {each["error"]["id"] for each in found} == {error}
    async with feeding(door, tenant.token, TAIL, after=found[0]["cursor"]) as feed:
        assert await feed.items("occurrences", 2) == found[1:]


async def test_of_many_at_once_one_is_shown_and_the_others_are_counted(door, house, tenant):
    async with feeding(door, tenant.token, TAIL) as feed:
        await happens(house, tenant, "pay", "pay", "pay", "ship")
        batch = await feed.batch()

    assert sorted(each["count"] for each in batch["occurrences"]) == [1, 3]
    assert batch["omitted"] == 2


@pytest.mark.parametrize(
    ("where", "is_wanted"),
    [
        ({"environment": ["production"]}, True),
        ({"environment": ["staging"]}, False),
        ({"level": ["ERROR"]}, True),
        ({"level": ["INFO"]}, False),
        ({"service": ["{service}"]}, True),
        ({"service": []}, False),
        ({"release": ["1.2.3"]}, True),
        ({"release": ["1.2.4"]}, False),
        ({"text": "NO SUCH"}, True),
        ({"text": "so much"}, False),
        ({"tags": [{"key": "shop"}]}, True),
        ({"tags": [{"key": "shop", "value": "berlin"}]}, True),
        ({"tags": [{"key": "shop", "value": "paris"}]}, False),
    ],
)
async def test_only_occurrences_that_fit_are_shown(door, house, tenant, where, is_wanted):
    if where.get("service"):
        where = {"service": [f"svc_{tenant.service.id}"]}
    fields = {"environment": "production", "release": "1.2.3", "tags": {"shop": "berlin"}}
    # The error was in another environment first: the occurrence's own counts.
    await happens(house, tenant, "pay", environment="testing")
    async with (
        feeding(door, tenant.token, TAIL, where=where) as feed,
        feeding(door, tenant.token, TAIL) as everything,
    ):
        await happens(house, tenant, "pay", **fields)
        await everything.items("occurrences", 1)
        if is_wanted:
            found = await feed.items("occurrences", 1)
        else:
            await feed.socket.send({"type": "ping"})
            assert await feed.socket.receive() == {"type": "pong"}
            return

    assert [each["count"] for each in found] == [1]


async def test_nobody_hears_of_the_occurrences_of_others(door, house, tenant):
    other = await a_tenant(house.database, CLOCK)
    async with feeding(door, tenant.token, TAIL) as feed:
        await happens(house, other, "pay", message="theirs")
        await happens(house, tenant, "pay")
        [only] = await feed.items("occurrences", 1)

    assert only["error"]["id"] == (await errors_of(door, tenant))["pay"]
    refusal = await refused(door, tenant.token, TAIL, after=beginning(other))
    assert refusal["extensions"]["code"] == "NOT_FOUND"
