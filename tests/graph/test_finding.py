"""Finding a page's rows: asked of one error after another or looked up for all, it is the same."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import product

import pytest

from application.searching import Searcher
from domain.organizations import MembershipRole
from domain.viewers import Viewer
from persistence.database import Scope
from persistence.errors import naming
from persistence.errors.conditions import Gathered, Has
from persistence.errors.finding import find
from persistence.errors.lists import (
    KEYSETS,
    Criteria,
    ErrorList,
    ErrorOrder,
    count,
    page_of,
)
from persistence.pages import Page, Place
from persistence.reach import EVERYWHERE, Reach
from tests.application.digesting import accept, an_event, an_item, digest_all
from tests.conftest import CLOCK
from tests.graph.serving import a_digest
from tests.house import a_tenant

BROWSERS = ("Firefox", "Chrome", "Firefox", "Safari", "Firefox")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hasty(ErrorList):
    """A list that asks other tables of its first error only."""

    @property
    def walked(self) -> int:
        """One."""
        return 1


@pytest.fixture(scope="module")
async def streets(house):
    """Two tenants with five errors each, which follow each other in turns."""
    tenants = [await a_tenant(house.database, CLOCK) for _ in range(2)]
    items = [
        an_item(
            tenant,
            an_event(f"shop{n}", tags={"browser": browser}),
            at=CLOCK.now() - timedelta(hours=2 * n + odd),
        )
        for n, browser in enumerate(BROWSERS)
        for odd, tenant in enumerate(tenants)
    ]
    await accept(house.database, *items)
    await digest_all(a_digest(house))
    return tuple(sorted(tenant.organization for tenant in tenants))


async def asked_of(db, reach: Reach, search: str, page: Page, kind=ErrorList, *, few=False):
    roles = dict.fromkeys(reach.organizations or (), MembershipRole.STAFF)
    viewer = Viewer(user=None, roles=roles, is_system_admin=reach is EVERYWHERE)
    searcher = Searcher(db=db, reach=reach, viewer=viewer, now=CLOCK.now())
    searched = await searcher.conditions(search)
    if not few:
        searched = tuple(
            condition
            for each in searched
            for condition in ([_ungathered(each)] if isinstance(each, Gathered) else [each])
        )
    order = ErrorOrder.LAST_SEEN_DESC
    return kind(reach=reach, criteria=Criteria(searched=searched), order=order, page=page)


def _ungathered(condition: Gathered):
    return Has(condition.trait)


def _scope(reach: Reach) -> Scope:
    return Scope(
        organizations=frozenset(reach.organizations or ()),
        is_system=reach.organizations is None,
    )


SEARCHES = (
    "tag.browser:Firefox",
    "!tag.browser:Firefox",
    "shop3",
    "!shop3 tag.browser:Chrome",
    "shop",
)


@pytest.mark.parametrize(("search", "breadth"), [*product(SEARCHES, ("one", "several", "all"))])
async def test_every_way_finds_the_same_rows(house, streets, search, breadth):
    reach = {"one": Reach(streets[:1]), "several": Reach(streets), "all": EVERYWHERE}[breadth]
    async with house.database.reading(_scope(reach)) as db:
        every = {"shop": 5, "tag.browser:Firefox": 3, "!tag.browser:Firefox": 2, "shop3": 1}
        expected = every.get(search, 1) * (1 if breadth == "one" else 2)
        for size, kind, few in product((1, 2, 50), (ErrorList, Hasty), (False, True)):
            asked = await asked_of(db, reach, search, Page(size=size), kind, few=few)
            plain = await page_of(db, asked)
            found = await page_of(db, await find(db, asked))
            assert found == plain
            assert await page_of(db, await find(db, asked, patience=1)) == plain
            assert len(found.items) == min(size, expected)
            assert await count(db, asked) == expected


async def test_pages_go_on_where_the_last_one_ended(house, streets):
    reach = Reach(streets)
    async with house.database.reading(_scope(reach)) as db:
        seen, after = [], None
        for _ in range(4):
            page = Page(size=2, after=after)
            asked = await asked_of(db, reach, "tag.browser:Firefox", page, Hasty)
            found = await page_of(db, await find(db, asked))
            seen += [error.culprit.rpartition(" ")[2] for _, error in found.items]
            if not found.has_more:
                break
            after = found.items[-1][0]
        assert seen == ["shop0", "shop0", "shop2", "shop2", "shop4", "shop4"]
        assert isinstance(after, Place)
        before = await asked_of(
            db, reach, "tag.browser:Firefox", Page(size=1, before=after, is_from_end=True), Hasty
        )
        last = await page_of(db, await find(db, before))
        assert last.has_more
        assert [error.culprit.rpartition(" ")[2] for _, error in last.items] == ["shop2"]
        assert KEYSETS[before.order].at == "listed_at"


async def test_what_few_have_is_gathered(house, streets):
    reach = Reach(streets[:1])
    async with house.database.reading(_scope(reach)) as db:
        asked = await asked_of(db, reach, "shop tag.browser:Chrome", Page(), few=True)
    rarest, other = asked.criteria.searched
    assert isinstance(rarest, Gathered)
    assert rarest.trait.shape == "tag"
    assert not isinstance(other, Gathered)


@pytest.mark.parametrize(
    ("search", "is_in_order"),
    [
        ("", True),
        ("is:unresolved", True),
        ("is:unresolved severity:high", True),
        ("severity:high", False),
        ("is:unresolved environment:production", False),
        ("!is:unresolved", False),
        ("tag.browser:Firefox", False),
    ],
)
async def test_lists_that_one_index_holds_are_read_at_once(house, streets, search, is_in_order):
    reach = Reach(streets[:1])
    async with house.database.reading(_scope(reach)) as db:
        asked = await asked_of(db, reach, search, Page())
    assert asked.criteria.is_in_order == is_in_order


@pytest.mark.parametrize(
    ("begins", "found"),
    [
        ("", ["Chrome", "Firefox", "Safari"]),
        ("f", ["Firefox"]),
        ("SA", ["Safari"]),
        ("Chrom", ["Chrome"]),
        ("x", []),
    ],
)
async def test_values_of_tags_are_suggested_by_their_beginning(house, streets, begins, found):
    for reach in (Reach(streets[:1]), Reach(streets), EVERYWHERE):
        async with house.database.reading(_scope(reach)) as db:
            assert await naming.beginning(db, reach, "tag.browser", begins, 20) == found
