"""The read path: what is asked for, and nothing of other tenants, in one statement where it can be."""

import pytest

from domain.errors import CATEGORY, ErrorStatus
from domain.organizations import MembershipRole
from domain.viewers import Viewer
from persistence.errors.lists import KEYSETS, ErrorOrder
from persistence.pages import Place
from tests.conftest import CLOCK
from tests.graph.reading import NOW, Reader, seed
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


@pytest.fixture(scope="module")
async def shop(database):
    tenant = await a_tenant(database, CLOCK)
    return tenant, await seed(database, tenant)


@pytest.fixture(scope="module")
async def bank(database):
    tenant = await a_tenant(database, CLOCK, name="bank")
    return tenant, await seed(database, tenant, errors=12, start=500)


@pytest.fixture(scope="module")
def reader(database, shop, bank):
    return Reader(database, shop[0].viewer)


def ids(data):
    return [edge["node"]["id"] for edge in data["errors"]["edges"]]


def newest_first(seeded):
    return [
        f"err_{e.id}"
        for e in sorted(seeded, key=lambda e: (e.row["listed_at"], e.id), reverse=True)
    ]


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

    at = KEYSETS[order].at
    expected = sorted(shop[1], key=lambda e: (e.row[at], e.id), reverse=True)
    assert seen == [f"err_{e.id}" for e in expected]


async def test_pages_backwards_show_every_error_once_in_the_same_order(reader, shop):
    seen, before = [], None
    while True:
        page = await reader.both(LIST, last=9, before=before)
        seen = ids(page) + seen
        assert page["errors"]["pageInfo"]["hasNextPage"] is (before is not None)
        if not page["errors"]["pageInfo"]["hasPreviousPage"]:
            break
        before = page["errors"]["pageInfo"]["startCursor"]

    assert seen == newest_first(shop[1])


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


OTHER_ORDER = KEYSETS[ErrorOrder.FIRST_SEEN_DESC].cursor(
    Place(NOW, Place.__hash__ and __import__("uuid").uuid4())
)
