"""What changes very many things at once: who shows some of them is asked to load anew."""

from datetime import datetime, timedelta

import pytest

from application.clock import Clock
from application.feed import Hub
from application.feed_log import FeedLog
from application.ports import BELL_FEED
from application.removals import RemovalUseCases
from application.setup import SetupUseCases
from tests.application.doubles import HeardBus
from tests.conftest import CLOCK
from tests.graph.feeding import a_person, a_team, does, errors_of, feeding
from tests.graph.serving import happens
from tests.graph.test_error_feeds import FEED, ONE, TIMELINE, WORK
from tests.graph.test_report_lists import WATCH

# The clock of a job that runs a day from now.
LATER = Clock(now=lambda: CLOCK.now() + timedelta(days=1), randomness=CLOCK.randomness)


async def remove_service(door, house, tenant) -> None:
    service = tenant.service
    call = f'deleteService(id: "svc_{service.id}", name: "{service.name}")'
    await does(door, tenant.token, call)
    await RemovalUseCases(database=house.database, clock=LATER, hub=house.hub).run()


@pytest.mark.parametrize("query", [FEED, WORK, WATCH])
async def test_who_shows_things_of_a_service_that_is_removed_loads_anew(door, house, tenant, query):
    async with feeding(door, tenant.token, query) as feed:
        await remove_service(door, house, tenant)
        batch = await feed.batch()

    assert (batch["kind"], batch["changes"]) == ("RESYNC", [])


async def test_the_processes_are_told_at_once_not_when_they_look_next(door, house, tenant):
    bus = HeardBus()
    service = tenant.service
    call = f'deleteService(id: "svc_{service.id}", name: "{service.name}")'
    await does(door, tenant.token, call)

    hub = Hub(bus, FeedLog(database=house.database))
    await RemovalUseCases(database=house.database, clock=LATER, hub=hub).run()

    [(channel, message)] = bus.published
    assert channel == BELL_FEED
    assert (str(tenant.organization) in message, "many_changed" in message) == (True, True)


@pytest.mark.parametrize("query", [ONE, TIMELINE])
async def test_so_does_who_shows_one_of_its_errors(door, house, tenant, query):
    await happens(house, tenant, "pay")
    error = (await errors_of(door, tenant))["pay"]
    async with feeding(door, tenant.token, query, id=error) as feed:
        await remove_service(door, house, tenant)
        batch = await feed.batch()
    gone = (await door.ask(tenant.token, f'{{ error(id: "{error}") {{ id }} }}')).json()

    assert batch["kind"] == "RESYNC"
    assert gone["data"]["error"] is None


async def test_a_removal_is_told_as_of_now_and_ends_a_timeline(door, house, tenant):
    await happens(house, tenant, "pay")
    error = (await errors_of(door, tenant))["pay"]
    began = CLOCK.now()
    query = "subscription { errorFeed { kind omitted changes { kind at } } }"
    async with (
        feeding(door, tenant.token, query) as feed,
        feeding(door, tenant.token, TIMELINE, id=error) as timeline,
    ):
        await does(door, tenant.token, f'deleteErrors(ids: ["{error}"])')
        [removed] = await feed.items("changes", 1)
        ended = await timeline.batch()

    assert removed["kind"] == "REMOVED"
    assert datetime.fromisoformat(removed["at"]) >= began
    assert (ended["kind"], ended["activities"], ended["error"]) == ("RESYNC", [], None)


async def test_who_shows_another_service_hears_nothing(door, house, tenant):
    setup = SetupUseCases(database=house.database, clock=CLOCK)
    other, _ = await setup.add_service(tenant.slug, "another")
    where = {"service": [f"svc_{other.id}"]}
    async with (
        feeding(door, tenant.token, FEED, where=where) as feed,
        feeding(door, tenant.token, FEED) as everything,
    ):
        await remove_service(door, house, tenant)
        await everything.batch()
        await feed.socket.send({"type": "ping"})
        assert await feed.socket.receive() == {"type": "pong"}


async def test_when_a_team_goes_its_errors_are_nobodys(door, house, tenant):
    team = await a_team(door, tenant, await a_person(house, tenant))
    where = {"assignee": {"teams": [team]}}
    async with feeding(door, tenant.token, FEED, where=where) as feed:
        await does(door, tenant.token, f'deleteTeam(id: "{team}")')
        batch = await feed.batch()

    assert batch["kind"] == "RESYNC"
