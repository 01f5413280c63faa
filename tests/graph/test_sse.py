"""GraphQL over server-sent events: the distinct connections mode, event by event."""

import pytest

from graph.transport import GraphQLApp
from server.protocol import BoundedProtocol
from tests.graph.events import ACCEPT, streaming
from tests.graph.serving import happens, serving
from tests.graph.signing import COOKIE, OURS, signed_in
from tests.graph.watching import FEED

NAME = "{ viewer { user { name } } }"
ADA = {"data": {"viewer": {"user": {"name": "Ada"}}}}
SIMPLE = "subscription { errorFeed { kind cursor omitted changes { kind cursor } } }"


@pytest.mark.parametrize("method", ["POST", "GET"])
async def test_a_subscription_is_answered_by_events(door, house, tenant, method):
    async with streaming(door, tenant.token, FEED, method=method) as events:
        opening = await events.batch()
        await happens(house, tenant, "pay")
        event = await events.next()

    assert (opening["kind"], opening["changes"]) == ("CHANGES", [])
    batch = event.result["data"]["errorFeed"]
    assert [change["kind"] for change in batch["changes"]] == ["NEW"]
    assert (event.name, event.id) == ("next", batch["cursor"])
    assert len(event.data) == 1


async def test_the_stream_is_declared_so_that_nothing_on_the_way_holds_it_back(door, tenant):
    async with streaming(door, tenant.token, SIMPLE) as events:
        await events.batch()
        headers = events.response.headers

    assert events.response.status_code == 200
    assert headers["content-type"] == "text/event-stream; charset=utf-8"
    assert headers["x-accel-buffering"] == "no"
    assert headers["cache-control"] == "no-store, no-transform"
    assert "accept" in headers["vary"].lower()
    assert "ratelimit" in headers
    assert "content-length" not in headers
    assert events.retry_milliseconds == 1_000


async def test_queries_and_mutations_are_one_event_and_the_end(door, tenant):
    mutation = 'mutation { setErrorStatus(id: "x", status: OPEN) { __typename } }'
    for query, result in (
        (NAME, ADA["data"]),
        (mutation, {"setErrorStatus": {"__typename": "Invalid"}}),
    ):
        async with streaming(door, tenant.token, query) as events:
            assert (await events.result())["data"] == result
            assert await events.is_complete()


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ nope }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { nope }", "GRAPHQL_VALIDATION_FAILED"),
        ('subscription { errorFeed(after: "x") { cursor } }', "GRAPHQL_VALIDATION_FAILED"),
        ('subscription { errorFeed(organization: "x") { cursor } }', "INVALID"),
    ],
)
async def test_what_cannot_be_run_is_told_by_an_event_as_the_protocol_wants(
    door, tenant, query, code
):
    async with streaming(door, tenant.token, query) as events:
        result = await events.result()

        assert await events.is_complete()
    assert events.response.status_code == 200
    assert result["errors"][0]["extensions"]["code"] == code
    assert result.get("data") is None


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("text/event-stream", "text/event-stream; charset=utf-8"),
        ("application/json, text/event-stream;q=0.5", "application/json"),
        ("text/event-stream;q=0.5, application/graphql-response+json", "application/graphql-resp"),
        ("*/*", "application/json"),
    ],
)
async def test_a_query_is_answered_in_the_form_that_is_liked_best(door, tenant, accept, form):
    answer = await door.client(tenant.token).post(
        door.url, json={"query": NAME}, headers={"Accept": accept}
    )

    assert answer.headers["content-type"].startswith(form)


async def test_who_takes_events_among_others_gets_a_subscription_by_them(door, tenant):
    accept = {"Accept": "application/graphql-response+json, application/json, text/event-stream"}
    async with streaming(door, tenant.token, SIMPLE, headers=accept) as events:
        assert (await events.batch())["changes"] == []


async def test_who_takes_no_events_is_told_how_to_subscribe(door, tenant):
    answer = await door.ask(tenant.token, SIMPLE)

    assert answer.status_code == 400
    assert "text/event-stream" in answer.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({}, 401, "UNAUTHENTICATED"),
        ({"Authorization": "Bearer tocsin_" + "0" * 64}, 401, "UNAUTHENTICATED"),
        ({"Origin": "https://evil.example"}, 403, "FOREIGN_ORIGIN"),
    ],
)
async def test_who_may_not_come_in_is_told_before_the_stream_begins(door, headers, status, code):
    answer = await door.client().post(
        door.url, json={"query": SIMPLE}, headers={"Accept": ACCEPT, **headers}
    )

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["errors"][0]["extensions"]["code"] == code


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Origin": OURS}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({}, 403),
    ],
)
async def test_a_cookie_opens_a_stream_for_our_own_pages_only(door, house, tenant, headers, status):
    cookie = f"{COOKIE}={(await signed_in(door, house, tenant)).cookie}"
    async with streaming(
        door, None, SIMPLE, method="GET", headers={"Cookie": cookie, **headers}
    ) as events:
        assert events.response.status_code == status


@pytest.mark.parametrize("last_id", ["x", "AQ", "Bearer"])
async def test_a_place_that_is_none_is_refused(door, tenant, last_id):
    async with streaming(door, tenant.token, SIMPLE, last_id=last_id) as events:
        answer = (await events.response.aread()).decode()

    assert events.response.status_code == 400
    assert "Last-Event-ID" in answer


@pytest.mark.parametrize(
    ("method", "headers", "path", "status"),
    [
        ("PUT", {}, "", 405),
        ("DELETE", {}, "?operationId=1", 405),
        ("POST", {"X-GraphQL-Event-Stream-Token": "1"}, "", 400),
        ("GET", {}, "?token=1", 400),
    ],
)
async def test_the_single_connection_mode_is_refused_with_what_to_do_instead(
    door, tenant, method, headers, path, status
):
    answer = await door.client(tenant.token).request(method, door.url + path, headers=headers)

    assert answer.status_code == status
    assert "singleConnection: false" in answer.json()["errors"][0]["message"]


async def test_after_the_last_event_exactly_the_rest_comes(door, house, tenant):
    async with streaming(door, tenant.token, SIMPLE) as events:
        await events.batch()
        await happens(house, tenant, "a")
        await happens(house, tenant, "b")
        seen = await events.changes(2)
    await happens(house, tenant, "c")
    async with streaming(door, tenant.token, SIMPLE, last_id=events.last_id) as again:
        rest = await again.changes(1)
    # The id of an event counts more than the place that the document was written with.
    async with streaming(
        door, tenant.token, FEED, last_id=events.last_id, after=seen[0]["cursor"]
    ) as same:
        also = await same.changes(1)

    assert events.last_id == seen[-1]["cursor"]
    assert [c["cursor"] for c in rest] == [c["cursor"] for c in also]


async def test_a_place_in_the_feed_of_others_is_refused(door, house, tenant, bank):
    async with streaming(door, bank[0].token, SIMPLE) as events:
        place = (await events.batch())["cursor"]
    async with streaming(door, tenant.token, SIMPLE, last_id=place) as events:
        result = await events.result()

    assert result["errors"][0]["extensions"]["code"] == "INVALID"


async def test_comments_keep_a_quiet_stream_alive(house, tenant):
    app = GraphQLApp(house)
    app.keep_alive_seconds = 0.02
    async with serving(app.routes()) as door, streaming(door, tenant.token, SIMPLE) as events:
        await events.batch()
        while events.comments < 3:
            await happens(house, tenant, "pay")
            await events.batch()


async def test_a_server_that_stops_breaks_the_stream_off_and_the_next_one_goes_on(house, tenant):
    app = GraphQLApp(house)
    async with (
        serving(app.routes(), http=BoundedProtocol) as first,
        streaming(first, tenant.token, SIMPLE) as events,
    ):
        await events.batch()
        await happens(house, tenant, "a")
        await events.changes(1)
        await first.stop()
        is_complete = await events.is_complete()
        await happens(house, tenant, "b")
        async with (
            serving(app.routes(), port=first.port) as second,
            streaming(second, tenant.token, SIMPLE, last_id=events.last_id) as again,
        ):
            rest = await again.changes(1)

    assert not is_complete
    assert 1_000 <= events.retry_milliseconds <= 5_000
    assert [change["kind"] for change in rest] == ["NEW"]


async def test_who_goes_away_is_forgotten(house, tenant, caplog):
    app = GraphQLApp(house)
    async with serving(app.routes()) as door:
        for _ in range(3):
            async with streaming(door, tenant.token, SIMPLE) as events:
                await events.batch()
        while app.live.subscribers or house.hub.counts.listeners:
            await happens(house, tenant, "pay")

    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
