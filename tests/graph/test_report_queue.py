"""The queue of user reports over the API: what is done to one, and what a refusal leaves behind."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from application.setup import SetupUseCases
from domain.organizations import MembershipRole
from tests.application.digesting import rows
from tests.conftest import CLOCK
from tests.graph.reporting import act, digest_reports, fails, queue, report
from tests.house import a_tenant

ID, STATUS = "ID!", "ReportStatus!"


async def _status(door, token, id_, status, notes=None):
    return await act(
        door,
        token,
        "setReportStatus",
        "report { id status resolutionNotes resolvedAt }",
        id=(ID, id_),
        status=(STATUS, status),
        notes=("String", notes),
    )


async def _member(house, tenant, role: MembershipRole, name: str = "Ben") -> tuple[str, str]:
    setup = SetupUseCases(database=house.database, clock=CLOCK)
    email = f"{uuid4().hex}@example.com"
    user = await setup.add_user(email, name, tenant.slug, role)
    return f"usr_{user.id}", await setup.add_token(email, tenant.slug, "test")


async def _audit(house, tenant) -> list[str]:
    found = await rows(
        house.database,
        "SELECT action FROM audit_log WHERE organization_id = $1 AND action LIKE 'user_report.%'"
        " ORDER BY at, id",
        tenant.organization,
    )
    return [row["action"] for row in found]


async def test_a_report_is_worked_on_and_resolved_and_taken_up_again(door, house, tenant):
    [id_] = await report(house, tenant, "Blank page")

    await _status(door, tenant.token, id_, "IN_PROGRESS")
    resolved = await _status(door, tenant.token, id_, "RESOLVED", "Mended in 1.2")
    [after] = await queue(door, tenant.token)
    reopened = await _status(door, tenant.token, id_, "OPEN")

    assert resolved["report"]["resolutionNotes"] == "Mended in 1.2"
    assert after["resolvedAt"] is not None
    assert (reopened["report"]["status"], reopened["report"]["resolvedAt"]) == ("OPEN", None)
    [now] = await queue(door, tenant.token)
    told = [edge["node"] for edge in now["timeline"]["edges"]]
    assert [entry["kind"] for entry in told] == ["REOPENED", "STATUS_CHANGED", "STATUS_CHANGED"]
    assert (told[1]["body"], told[1]["data"]) == (
        "Mended in 1.2",
        {"before": "in_progress", "to": "resolved"},
    )
    assert told[1]["actor"] == {"name": "Ada"}
    assert await _audit(house, tenant) == ["user_report.status_set"] * 3


@pytest.mark.parametrize(
    ("first", "then", "expected"),
    [
        ("CLOSED", "IN_PROGRESS", "IllegalMove"),
        ("RESOLVED", "PENDING_INFO", "IllegalMove"),
        ("OPEN", "DUPLICATE", "Invalid"),
    ],
)
async def test_a_step_that_there_is_not_is_refused_and_changes_nothing(
    door, house, tenant, first, then, expected
):
    [id_] = await report(house, tenant, "Blank page")
    await _status(door, tenant.token, id_, first)
    [before] = await queue(door, tenant.token)

    answer = await _status(door, tenant.token, id_, then)

    assert answer["__typename"] == expected
    assert await queue(door, tenant.token) == [before]


@pytest.mark.parametrize(
    ("role", "is_allowed"),
    [
        (MembershipRole.STAFF, True),
        (MembershipRole.SUPPORT, True),
        (MembershipRole.ON_CALL, False),
        (MembershipRole.VIEWER, False),
    ],
)
async def test_only_those_who_work_on_reports_may_change_them(
    door, house, tenant, role, is_allowed
):
    [id_] = await report(house, tenant, "Blank page")
    _, token = await _member(house, tenant, role)

    answer = await _status(door, token, id_, "CLOSED")

    expected = ("SetReportStatusSuccess", "CLOSED") if is_allowed else ("Forbidden", "OPEN")
    [now] = await queue(door, tenant.token)
    assert (answer["__typename"], now["status"]) == expected


async def test_a_report_of_others_is_not_found_by_any_mutation(door, house, tenant):
    other = await a_tenant(house.database, CLOCK)
    [theirs], [mine] = (
        await report(house, other, "Theirs"),
        await report(house, tenant, "Mine"),
    )
    [before] = await queue(door, other.token)
    given = {
        "setReportStatus": {"status": (STATUS, "CLOSED")},
        "assignReport": {},
        "setReportPriority": {"priority": ("ReportPriority!", "HIGH")},
        "setReportType": {"reportType": ("ReportType!", "OTHER")},
        "unlinkReport": {},
        "commentOnReport": {"body": ("String!", "hi")},
        "convertReportToError": {},
        "markReportDuplicate": {"of": (ID, mine)},
    }

    for name, more in given.items():
        answer = await act(door, tenant.token, name, "report { id }", id=(ID, theirs), **more)
        assert answer == {"__typename": "NotFound", "message": "No such report."}, name
    answer = await act(
        door, tenant.token, "markReportDuplicate", "report { id }", id=(ID, mine), of=(ID, theirs)
    )

    assert answer["__typename"] == "NotFound"
    assert await queue(door, other.token) == [before]


async def test_a_report_is_given_to_a_member_with_a_day_and_to_nobody_else(door, house, tenant):
    [id_] = await report(house, tenant, "Blank page")
    ben, _ = await _member(house, tenant, MembershipRole.STAFF)
    stranger = await a_tenant(house.database, CLOCK)
    due = (datetime.now(UTC) + timedelta(days=2)).replace(microsecond=0).isoformat()
    selected = "report { assignee { name } dueAt }"

    given = await act(
        door,
        tenant.token,
        "assignReport",
        selected,
        id=(ID, id_),
        assignee=("ID", ben),
        dueAt=("DateTime", due),
    )
    refused = await act(
        door,
        tenant.token,
        "assignReport",
        selected,
        id=(ID, id_),
        assignee=("ID", f"usr_{stranger.user}"),
    )

    assert given["report"] == {"assignee": {"name": "Ben"}, "dueAt": due}
    assert (refused["__typename"], refused["field"]) == ("Invalid", "assignee")
    [now] = await queue(door, tenant.token)
    assert now["assignee"] == {"name": "Ben"}
    nobody = await act(door, tenant.token, "assignReport", selected, id=(ID, id_))
    assert nobody["report"]["assignee"] is None


async def test_many_are_set_at_once_and_those_that_cannot_be_are_named(door, house, tenant):
    one, two, three = await report(house, tenant, "one", "two", "three")
    await _status(door, tenant.token, two, "CLOSED")
    absent = f"rep_{uuid4()}"

    answer = await act(
        door,
        tenant.token,
        "setReportStatuses",
        "changed reports { id status } skipped { id message }",
        ids=("[ID!]!", [one, two, three, one, absent]),
        status=(STATUS, "IN_PROGRESS"),
    )

    assert answer["changed"] == 2
    assert {report["id"] for report in answer["reports"]} == {one, three}
    assert [entry["id"] for entry in answer["skipped"]] == [two, absent]
    assert [entry["message"] for entry in answer["skipped"]] == [
        "A report that is closed cannot become in progress.",
        "No such report.",
    ]


async def test_a_duplicate_takes_along_what_repeated_it(door, house, tenant):
    one, two, three = await report(house, tenant, "one", "two", "three")

    async def mark(id_, of):
        return await act(
            door,
            tenant.token,
            "markReportDuplicate",
            "report { status duplicateOf { id } }",
            id=(ID, id_),
            of=(ID, of),
        )

    await mark(three, two)
    done = await mark(two, one)
    circle = await mark(one, two)
    itself = await mark(one, one)

    assert done["report"] == {"status": "DUPLICATE", "duplicateOf": {"id": one}}
    assert (circle["__typename"], itself["__typename"]) == ("Conflict", "Invalid")
    found = {r["id"]: r for r in await queue(door, tenant.token)}
    assert found[three]["duplicateOf"] == {"id": one}
    assert found[one]["status"] == "OPEN"
    await _status(door, tenant.token, two, "OPEN")
    found = {r["id"]: r for r in await queue(door, tenant.token)}
    assert found[two]["duplicateOf"] is None


async def test_a_link_by_hand_counts_more_than_the_event(door, house, tenant):
    event = uuid4()
    await fails(house, tenant, event)
    [id_] = await report(house, tenant, "Blank page", associated_event_id=event.hex)
    answer = (await door.ask(tenant.token, "{ errors { edges { node { id } } } }")).json()
    [edge] = answer["data"]["errors"]["edges"]
    error = edge["node"]["id"]

    linked = await act(
        door,
        tenant.token,
        "linkReport",
        "report { error { id openReports } }",
        id=(ID, id_),
        error=(ID, error),
    )
    unlinked = await act(
        door, tenant.token, "unlinkReport", "report { error { id } }", id=(ID, id_)
    )

    assert linked["report"]["error"] == {"id": error, "openReports": 1}
    assert unlinked["report"]["error"] is None
    [now] = await queue(door, tenant.token)
    assert (now["error"], now["isLinkedByHand"]) == (None, True)
    assert await queue(door, tenant.token, error=error) == []
    absent = await act(
        door,
        tenant.token,
        "linkReport",
        "report { id }",
        id=(ID, id_),
        error=(ID, f"err_{uuid4()}"),
    )
    assert absent == {"__typename": "NotFound", "message": "No such error."}


async def test_a_report_becomes_an_error_of_its_own_once(door, house, tenant):
    one, two = await report(house, tenant, "Blank page", "Another")

    async def convert(id_):
        return await act(
            door, tenant.token, "convertReportToError", "eventId report { id }", id=(ID, id_)
        )

    first = await convert(one)
    again = await convert(one)
    await convert(two)
    await digest_reports(house)

    assert first["eventId"] == again["eventId"]
    found = {r["id"]: r for r in await queue(door, tenant.token)}
    assert found[one]["error"] != found[two]["error"]
    answer = await door.ask(
        tenant.token, "{ errors { edges { node { id title occurrenceCount openReports } } } }"
    )
    errors = [edge["node"] for edge in answer.json()["data"]["errors"]["edges"]]
    assert {e["id"] for e in errors} == {r["error"]["id"] for r in found.values()}
    assert [(e["occurrenceCount"], e["openReports"]) for e in errors] == [(1, 1)] * 2
    assert any(e["title"].startswith("Blank page") for e in errors)
    assert (await convert(one))["eventId"] == first["eventId"]


async def test_closing_an_error_closes_its_reports(door, house, tenant):
    event = uuid4()
    await fails(house, tenant, event)
    await report(house, tenant, "one", "two", associated_event_id=event.hex)
    await report(house, tenant, "other")
    answer = (await door.ask(tenant.token, "{ errors { edges { node { id } } } }")).json()
    error = answer["data"]["errors"]["edges"][0]["node"]["id"]

    async def close(**more):
        return await act(
            door, tenant.token, "closeReportsOfError", "closed remaining", error=(ID, error), **more
        )

    done = await close(notes=("String", "Mended"))
    again = await close()
    refused = await close(status=(STATUS, "OPEN"))

    assert (done["closed"], done["remaining"]) == (2, 0)
    assert again["closed"] == 0
    assert (refused["__typename"], refused["field"]) == ("Invalid", "status")
    found = {r["title"]: r for r in await queue(door, tenant.token)}
    assert {name: r["status"] for name, r in found.items()} == {
        "one": "RESOLVED",
        "two": "RESOLVED",
        "other": "OPEN",
    }
    assert found["one"]["resolutionNotes"] == "Mended"


async def test_a_note_is_kept_once_under_its_key_and_cannot_be_changed(door, house, tenant):
    [id_] = await report(house, tenant, "Blank page")

    async def note(body):
        return await act(
            door,
            tenant.token,
            "commentOnReport",
            "report { timeline { totalCount } }",
            id=(ID, id_),
            body=("String!", body),
            idempotencyKey=("String", "k1"),
        )

    await note("Asked for the browser")
    again = await note("Asked for the browser")
    other = await note("Something else")
    empty = await act(
        door, tenant.token, "commentOnReport", "report { id }", id=(ID, id_), body=("String!", " ")
    )

    assert again["report"]["timeline"]["totalCount"] == 1
    assert (other["__typename"], empty["__typename"]) == ("Conflict", "Invalid")
    [now] = await queue(door, tenant.token)
    [entry] = [edge["node"] for edge in now["timeline"]["edges"]]
    assert (entry["kind"], entry["body"]) == ("COMMENTED", "Asked for the browser")
    kept = await rows(
        house.database,
        "SELECT has_table_privilege('tocsin_app', 'user_report_activities', p) AS may"
        " FROM unnest(ARRAY['INSERT', 'UPDATE', 'DELETE']) WITH ORDINALITY AS x (p, n) ORDER BY n",
    )
    assert [row["may"] for row in kept] == [True, False, False]
