"""The read path: what is asked for and nothing of other tenants, by either way to read."""

from uuid import UUID

import pytest

from domain.errors import CATEGORY, ErrorStatus
from domain.failures import Invalid
from domain.levels import SEVERITY_RANK
from domain.organizations import MembershipRole
from domain.viewers import Viewer
from persistence.errors.lists import KEYSETS, ErrorOrder
from persistence.pages import Place
from tests.conftest import CLOCK
from tests.graph.reading import NOW, Reader, ids, newest_first, seed
from tests.house import a_tenant

LIST = """
query ($where: ErrorFilter, $orderBy: ErrorOrder! = LAST_SEEN_DESC, $first: Int, $after: String,
       $last: Int, $before: String) {
  errors(where: $where, orderBy: $orderBy, first: $first, after: $after, last: $last,
         before: $before) {
    totalCount
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    edges { cursor node { id number status } }
  }
}
"""


async def test_errors_are_listed_newest_first_and_only_those_of_the_viewer(reader, shop):
    data = await reader.both(LIST, first=100)

    assert ids(data) == newest_first(shop[1])
    assert data["errors"]["totalCount"] == 40
    assert data["errors"]["pageInfo"]["hasNextPage"] is False


async def test_a_list_has_fifty_errors_unless_it_is_told_otherwise(reader, shop, bank, database):
    everybody = Viewer(user=shop[0].user, is_system_admin=True)

    data = await Reader(database, everybody).both(LIST)

    assert ids(data) == newest_first([*shop[1], *bank[1]])[:50]
    assert data["errors"]["totalCount"] == 52
    assert data["errors"]["pageInfo"]["hasNextPage"] is True


async def test_a_viewer_of_several_organizations_sees_one_list(shop, bank, database):
    roles = {t.organization: MembershipRole.VIEWER for t, _ in (shop, bank)}
    reader = Reader(database, Viewer(user=shop[0].user, roles=roles))

    data = await reader.both(LIST, first=20)
    backwards = await reader.both(LIST, last=20)
    narrowed = await reader.both(LIST, where={"organization": f"org_{bank[0].organization}"})

    assert ids(data) == newest_first([*shop[1], *bank[1]])[:20]
    assert ids(backwards) == newest_first([*shop[1], *bank[1]])[-20:]
    assert ids(narrowed) == newest_first(bank[1])


async def test_a_viewer_of_no_organization_sees_nothing(shop, database):
    data = await Reader(database, Viewer(user=shop[0].user)).both(LIST)

    assert data["errors"]["totalCount"] == 0
    assert data["errors"]["edges"] == []
    assert data["errors"]["pageInfo"]["endCursor"] is None


async def test_another_tenants_organization_fits_nothing(reader, bank):
    data = await reader.both(LIST, where={"organization": f"org_{bank[0].organization}"})

    assert ids(data) == []
    assert data["errors"]["totalCount"] == 0


@pytest.mark.parametrize("order", list(ErrorOrder))
@pytest.mark.parametrize("size", [1, 7, 39, 40])
async def test_pages_forwards_show_every_error_once(reader, shop, order, size):
    seen, after = [], None
    while True:
        page = await reader.both(LIST, orderBy=order.name, first=size, after=after)
        seen += ids(page)
        assert page["errors"]["totalCount"] == 40
        assert page["errors"]["pageInfo"]["hasPreviousPage"] is (after is not None)
        if not page["errors"]["pageInfo"]["hasNextPage"]:
            break
        after = page["errors"]["pageInfo"]["endCursor"]

    keyset = KEYSETS[order]
    at = {"severity_rank": lambda e: (SEVERITY_RANK[e.row["severity"]], e.row["listed_at"])}.get(
        keyset.rank, lambda e: e.row[keyset.at]
    )
    expected = sorted(shop[1], key=lambda e: (at(e), e.id), reverse=not keyset.is_ascending)
    assert seen == [f"err_{e.id}" for e in expected]


@pytest.mark.parametrize("order", list(ErrorOrder))
async def test_pages_backwards_show_every_error_once_in_the_same_order(reader, shop, order):
    seen, before = [], None
    while True:
        page = await reader.both(LIST, orderBy=order.name, last=9, before=before)
        seen = ids(page) + seen
        assert page["errors"]["pageInfo"]["hasNextPage"] is (before is not None)
        if not page["errors"]["pageInfo"]["hasPreviousPage"]:
            break
        before = page["errors"]["pageInfo"]["startCursor"]

    forwards = await reader.both(LIST, orderBy=order.name, first=100)
    assert seen == ids(forwards)


async def test_two_cursors_cut_a_piece_out_of_the_list(reader, shop):
    cursors = [e["cursor"] for e in (await reader.both(LIST, first=40))["errors"]["edges"]]

    data = await reader.both(LIST, after=cursors[3], before=cursors[8])

    assert ids(data) == newest_first(shop[1])[4:8]


FILTERS = {
    "status": (["NEW", "RECURRING"], lambda row: row["status"] in ("new", "recurring")),
    "statusCategory": (["MUTED"], lambda row: row["status"] == "ignored"),
    "severity": (["HIGH"], lambda row: row["severity"] == "high"),
    "level": (["DEBUG", "CRITICAL"], lambda row: row["level"] in ("debug", "critical")),
    "errorType": (["database"], lambda row: row["error_type"] == "database"),
    "environment": (["staging"], lambda row: row["environment"] == "staging"),
    "text": ("UNDER_SCORE", lambda row: "under_score" in row["title"] + row["message"]),
    "firstSeenAfter": (
        "2026-02-26T12:34:50.789Z",
        lambda row: (NOW - row["first_seen_at"]).total_seconds() < 6 * 86400 + 6,
    ),
    "lastSeenAfter": (
        "2026-03-04T10:00:00+01:00",
        lambda row: row["last_seen_at"].hour >= 9 and row["last_seen_at"].day == 4,
    ),
}


@pytest.mark.parametrize("name", FILTERS)
async def test_a_filter_keeps_what_fits(reader, shop, name):
    value, fits = FILTERS[name]
    expected = newest_first([e for e in shop[1] if fits(e.row)])

    data = await reader.both(LIST, where={name: value}, first=100)

    assert 0 < len(expected) < 40
    assert ids(data) == expected
    assert data["errors"]["totalCount"] == len(expected)


async def test_filters_narrow_each_other(reader, shop):
    where = {
        "service": [f"svc_{shop[0].service.id}"],
        "assignee": f"usr_{shop[0].user}",
        "statusCategory": ["UNRESOLVED", "RESOLVED"],
    }

    data = await reader.both(LIST, where=where, first=100)

    assert ids(data) == newest_first(
        [
            e
            for e in shop[1]
            if e.row["assigned_to"] and CATEGORY[ErrorStatus(e.row["status"])] != "muted"
        ]
    )


@pytest.mark.parametrize("name", ["status", "statusCategory", "severity", "level", "service"])
async def test_an_empty_choice_fits_nothing_and_null_fits_all(reader, name):
    nothing = await reader.both(LIST, where={name: []})
    everything = await reader.both(LIST, where={name: None})

    assert nothing["errors"]["totalCount"] == 0
    assert everything["errors"]["totalCount"] == 40


async def test_text_is_taken_literally(reader):
    data = await reader.both(LIST, where={"text": "%"}, first=100)
    nothing = await reader.both(LIST, where={"text": "%%"}, first=100)

    assert 0 < data["errors"]["totalCount"] < 40
    assert nothing["errors"]["totalCount"] == 0


REFUSED = {
    "a size of zero": ({"first": 0}, "first", "Ask for 1 to 100 at a time, not 0."),
    "too large a size": ({"last": 101}, "last", "Ask for 1 to 100 at a time, not 101."),
    "both ends": ({"first": 1, "last": 1}, "last", "not for both"),
    "no cursor": ({"after": "nonsense"}, "after", "not a cursor of ours"),
    "a cursor with more": ({"before": "A" * 40}, "before", "not a cursor of ours"),
    "a cursor of another order": (
        {"after": KEYSETS[ErrorOrder.FIRST_SEEN_DESC].cursor(Place(NOW, UUID(int=1)))},
        "after",
        "another order",
    ),
    "no id": ({"where": {"organization": "7"}}, "organization", "not an id of ours"),
    "the id of something else": (
        {"where": {"service": [f"org_{UUID(int=1)}"]}},
        "service",
        "is the id of an organization, not of a service",
    ),
    "too many choices": (
        {"where": {"errorType": [str(n) for n in range(101)]}},
        "errorType",
        "At most 100 values",
    ),
    "a text that is too long": ({"where": {"text": "x" * 201}}, "text", "At most 200 characters"),
    "a text with a zero": ({"where": {"environment": ["a\0b"]}}, "environment", "cannot be stored"),
}


@pytest.mark.parametrize("case", REFUSED)
async def test_what_cannot_be_meant_is_refused_in_words(reader, case):
    variables, field, message = REFUSED[case]

    result = await reader.answer(LIST, **variables)

    failure = result.errors[0].original_error
    assert isinstance(failure, Invalid)
    assert failure.field == field
    assert message in failure.message


async def test_a_moment_without_an_offset_is_refused(reader):
    result = await reader.answer(LIST, where={"lastSeenAfter": "2026-03-04T10:00:00"})

    assert "with its offset from UTC" in result.errors[0].message


async def test_the_first_moment_of_all_is_a_moment(reader):
    data = await reader.both(LIST, where={"lastSeenAfter": "0001-01-01T00:00:00Z"})

    assert data["errors"]["totalCount"] == 40


async def test_a_page_stays_where_it_was_when_errors_are_added_above(database):
    tenant = await a_tenant(database, CLOCK)
    old = await seed(database, tenant, errors=6, start=60)
    reader = Reader(database, tenant.viewer)
    first = await reader.both(LIST, first=3)

    new = await seed(database, tenant, errors=3, start=50)
    second = await reader.both(LIST, first=3, after=first["errors"]["pageInfo"]["endCursor"])

    assert len(new) == 3
    assert ids(first) + ids(second) == newest_first(old)
