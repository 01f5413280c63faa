"""User reports over a real database: what SDKs and our widget send, and how it is read."""

import json
from uuid import UUID, uuid4

import pytest

from application.upkeep import Upkeep
from domain.feed import FeedEntry, FeedKind
from graph.feed_filters import ErrorSieve, is_of_errors
from persistence.database import SYSTEM, Database
from tests.conftest import CLOCK
from tests.desks import Desk
from tests.domain.recorded import ENVELOPES
from tests.graph.reading import Reader
from tests.house import a_tenant
from tests.ingest.doors import an_envelope, an_event, an_item

pytestmark = pytest.mark.timeout(60)

LIST = """
query ($where: UserReportFilter, $first: Int, $after: String) {
  userReports(where: $where, first: $first, after: $after) {
    totalCount
    pageInfo { hasNextPage endCursor }
    edges { node {
      id title description status priority reportType reporterType reporterName reporterEmail url
      stepsToReproduce source browserInfo context associatedEventId environment release
      error { id title } occurrence { eventId } service { name }
      attachments { filename isImage } screenshots { filename contentType }
    } }
  }
}
"""


async def _reports(desk: Desk, **where: object) -> list[dict]:
    data = await desk.ask(LIST, where=where or None)
    return [edge["node"] for edge in data["userReports"]["edges"]]


def _feedback(message: str = "It went blank", **more: object) -> tuple[dict, bytes]:
    return an_item("feedback", {"contexts": {"feedback": {"message": message, **more}}})


async def test_the_report_of_our_widget_is_kept_with_all_its_fields(desk: Desk):
    await desk.take((ENVELOPES / "report-widget/widget-1.envelope").read_bytes())

    [report] = await _reports(desk)
    assert report["title"] == "Total is wrong"
    assert report["description"] == "It says 12, should be 24"
    assert (report["reportType"], report["priority"]) == ("BUG", "MEDIUM")
    assert (report["reporterType"], report["reporterEmail"]) == ("CUSTOMER", "ana@example.com")
    assert (report["status"], report["source"]) == ("OPEN", "widget")
    assert report["release"] == "shop@1.2.3"
    assert report["stepsToReproduce"] is None
    assert report["url"] == "http://localhost:8200/www/widget.html"
    assert report["context"] == {"activityId": "a1", "bookingStep": "pay"}
    assert report["browserInfo"]["viewport"] == "900x800"
    assert "HeadlessChrome" in report["browserInfo"]["user_agent"]
    assert report["screenshots"] == [{"filename": "screenshot.png", "contentType": "image/png"}]


async def test_the_screenshot_of_an_sdk_is_one_whatever_its_header_says(desk: Desk):
    body = (ENVELOPES / "sentry-javascript-11/feedback-screenshot-2.envelope").read_bytes()
    assert b'"application/png"' in body

    await desk.take(body)

    [report] = await _reports(desk)
    assert report["title"] == "Totals are wrong, see picture."
    assert (report["reportType"], report["reporterName"]) == ("FEEDBACK", "ana")
    assert report["environment"] == "test"
    assert report["screenshots"] == [{"filename": "screenshot.png", "contentType": "image/png"}]


@pytest.mark.parametrize("is_report_first", [True, False], ids=["report first", "event first"])
@pytest.mark.parametrize("kind", ["user_report", "feedback"])
async def test_a_report_finds_the_error_that_it_is_about_in_either_order(
    desk: Desk, kind: str, is_report_first: bool
):
    event_id = uuid4().hex
    event = an_envelope(an_item(payload=an_event(event_id=event_id)))
    if kind == "feedback":
        report = an_envelope(_feedback(associated_event_id=event_id))
    else:
        said = {"event_id": event_id, "name": "Ana", "email": "a@b.example", "comments": "Oh no"}
        report = an_envelope(an_item("user_report", said))
    sent = [report, event] if is_report_first else [event, report]

    await desk.take(sent[0])
    before = await _reports(desk)
    await desk.take(sent[1])

    if is_report_first:
        assert [one["error"] for one in before] == [None]
    [after] = await _reports(desk)
    assert after["error"]["title"] == "the shop is closed"
    assert after["occurrence"] == {"eventId": event_id}
    assert after["associatedEventId"] == event_id
    assert after["reportType"] == "BUG"
    assert await _reports(desk, error=after["error"]["id"]) == [after]


async def test_a_link_outlives_the_occurrence(desk: Desk, database: Database):
    event_id = uuid4().hex
    await desk.take(
        an_envelope(_feedback(associated_event_id=event_id)),
        an_envelope(an_item(payload=an_event(event_id=event_id))),
    )
    upkeep = Upkeep(
        database=database,
        clock=CLOCK,
        feed_retention=None,
        occurrence_retention=None,
        telemetry=None,
    )

    assert await upkeep.link_reports() >= 1
    assert await upkeep.link_reports() == 0

    async with database.raw_writing(SYSTEM) as db:
        await db.execute(
            "DELETE FROM event_ids WHERE organization_id = $1", desk.door.tenant.organization
        )
    [report] = await _reports(desk)
    assert report["error"]["title"] == "the shop is closed"
    assert report["occurrence"] is None
    assert await _reports(desk, error=report["error"]["id"]) == [report]


async def test_a_report_that_comes_twice_is_kept_once(desk: Desk):
    envelope = an_envelope(_feedback(), event_id=uuid4().hex)

    await desk.take(envelope, envelope)
    await desk.take(envelope)

    assert len(await _reports(desk)) == 1
    assert await desk.rows(
        "SELECT outcome, category, quantity::int AS n FROM ingest_outcomes"
        " WHERE organization_id = $1 ORDER BY 1"
    ) == [
        {"outcome": "accepted", "category": "feedback", "n": 1},
        {"outcome": "deduplicated", "category": "feedback", "n": 2},
    ]


async def test_what_a_person_wrote_is_scrubbed_like_an_event(desk: Desk):
    said = "My card is 4111 1111 1111 1111 and it fails"
    report = {"title": said, "steps": said, "token": "hunter2secret"}
    feedback = {"feedback": {"message": said}, "report": report}
    old = {"event_id": uuid4().hex, "comments": said, "name": said}

    await desk.take(
        an_envelope(an_item("feedback", {"contexts": feedback})),
        an_envelope(an_item("user_report", old)),
    )

    reports = await _reports(desk)
    assert len(reports) == 2
    assert "4111" not in json.dumps(reports)
    assert "hunter2secret" not in json.dumps(reports)
    assert all(one["title"].startswith("My card is ") for one in reports)


async def test_broken_and_endless_reports_are_mended_and_cut(desk: Desk):
    broken = b'{"contexts":{"feedback":{"message":"a\\u0000b \\ud800' + b"x" * 20_000 + b'"},'
    broken += (
        b'"report":{"type":"nonsense","priority":7,"steps":["a"],"more":"' + b"y" * 30_000 + b'"}}}'
    )

    await desk.take(an_envelope(({"type": "feedback"}, broken)))

    [report] = await _reports(desk)
    assert report["description"].startswith("ab")
    assert len(report["description"]) <= 10_000
    assert (report["reportType"], report["priority"]) == ("FEEDBACK", "MEDIUM")
    assert report["stepsToReproduce"] is None


@pytest.mark.parametrize(
    "payload",
    [
        b"[]",
        b"nothing",
        b"{}",
        b'{"contexts":{"feedback":"no"}}',
        b'{"contexts":{"feedback":{"message":" "}}}',
    ],
)
async def test_a_report_that_says_nothing_is_a_dead_letter_and_takes_no_other_along(
    desk: Desk, payload: bytes
):
    await desk.take(an_envelope(({"type": "feedback"}, payload)), an_envelope(_feedback()))

    assert [one["title"] for one in await _reports(desk)] == ["It went blank"]
    assert await desk.rows(
        "SELECT kind, reason <> '' AS has_reason FROM dead_letters WHERE organization_id = $1"
    ) == [{"kind": "feedback", "has_reason": True}]


async def test_reports_are_listed_newest_first_by_status_and_service(desk: Desk):
    for n in range(5):
        await desk.take(an_envelope(_feedback(f"report {n}")))
    ids = await desk.rows("SELECT id FROM user_reports WHERE organization_id = $1 ORDER BY title")
    async with desk.door.database.raw_writing(SYSTEM) as db:
        await db.execute("UPDATE user_reports SET status = 'closed' WHERE id = $1", ids[1]["id"])

    one = await desk.ask(LIST, first=2)
    after = one["userReports"]["pageInfo"]["endCursor"]
    two = await desk.ask(LIST, first=10, after=after)

    titles = [
        e["node"]["title"] for e in (one["userReports"]["edges"] + two["userReports"]["edges"])
    ]
    assert titles == [f"report {n}" for n in (4, 3, 2, 1, 0)]
    assert one["userReports"]["totalCount"] == 5
    assert one["userReports"]["pageInfo"]["hasNextPage"] is True
    assert [r["title"] for r in await _reports(desk, status=["CLOSED"])] == ["report 1"]
    assert await _reports(desk, status=[]) == []
    service = f"svc_{desk.door.tenant.service.id}"
    assert len(await _reports(desk, service=[service], status=["OPEN"])) == 4


async def test_nobody_sees_the_reports_of_others(desk: Desk, database: Database):
    await desk.take(an_envelope(_feedback(), ({"type": "attachment"}, b"file")))
    [report] = await _reports(desk)
    stranger = Reader(database, (await a_tenant(database, CLOCK)).viewer)

    listed = await stranger.data(LIST)
    named = await stranger.data(
        "query ($id: ID!) { userReport(id: $id) { id } node(id: $id) { id } }", id=report["id"]
    )

    assert listed["userReports"]["totalCount"] == 0
    assert named == {"userReport": None, "node": None}
    own = await desk.ask(
        "query ($id: ID!) { userReport(id: $id) { title } node(id: $id) { id } }", id=report["id"]
    )
    assert own == {"userReport": {"title": "It went blank"}, "node": {"id": report["id"]}}


async def test_a_new_report_is_told_in_the_feed_but_not_as_an_error(desk: Desk):
    await desk.take(an_envelope(_feedback()))

    [row] = await desk.rows(
        "SELECT position, kind, subject_id, at, payload FROM feed WHERE organization_id = $1"
    )
    [report] = await desk.rows("SELECT created_at FROM user_reports WHERE organization_id = $1")
    # Told when it is digested, which may be long after it came in.
    assert row["at"] > report["created_at"]
    payload = json.loads(row["payload"])
    entry = FeedEntry(
        organization_id=desk.door.tenant.organization,
        position=row["position"],
        kind=FeedKind(row["kind"]),
        subject_id=row["subject_id"],
        at=row["at"],
        payload=payload,
    )
    assert entry.kind is FeedKind.REPORT_NEW
    assert payload["service_id"] == str(desk.door.tenant.service.id)
    assert [report["id"] for report in await _reports(desk)] == [
        f"rep_{UUID(str(entry.subject_id))}"
    ]
    assert not is_of_errors(entry)
    viewer = desk.door.tenant.viewer
    assert not ErrorSieve(None, viewer, desk.door.tenant.organization)(entry)
