"""What holds for every feed, whatever it tells of: shape, rights, and a place in the guide."""

from pathlib import Path
from uuid import uuid4

import pytest
from graphql import get_named_type, is_required_argument

from application.feed import FeedBatch
from domain.feed import FeedEntry, FeedKind
from domain.ids import OrganizationId
from graph.activity_feed import _show
from graph.feed import Batch, FeedBatchKind
from graph.ids import shown
from graph.schema import schema
from persistence.projection.declared import ERROR, ORGANIZATION
from tests.conftest import CLOCK
from tests.graph.feeding import beginning, refused
from tests.house import a_tenant

GUIDE = Path(__file__).parents[2] / "docs" / "graphql.md"
FIELDS = schema._schema.subscription_type.fields
# It is no log of changes, but a state.
STATES = {"viewers"}
FEEDS = sorted(set(FIELDS) - STATES)


@pytest.mark.parametrize("name", FEEDS)
def test_a_feed_can_be_resumed_and_says_what_it_left_out(name):
    field = FIELDS[name]
    batch = get_named_type(field.type).fields

    assert str(field.args["after"].type) == "Cursor"
    assert {key: str(batch[key].type) for key in ("kind", "cursor", "omitted")} == {
        "kind": "FeedBatchKind!",
        "cursor": "Cursor!",
        "omitted": "Int!",
    }


@pytest.mark.parametrize("name", sorted(FIELDS))
def test_the_guide_tells_of_it(name):
    assert f"`{name}" in GUIDE.read_text() or f"{{ {name}(" in GUIDE.read_text()


@pytest.mark.parametrize("name", FEEDS)
async def test_who_does_not_belong_there_is_refused(door, house, tenant, name):
    other = await a_tenant(house.database, CLOCK)
    given = {
        key: f'"{shown(ERROR, uuid4())}"'
        for key, arg in FIELDS[name].args.items()
        if is_required_argument(arg)
    }
    asked = [given | {"after": f'"{beginning(other)}"'}]
    if "organization" in FIELDS[name].args:
        asked.append(given | {"organization": f'"{shown(ORGANIZATION, other.organization)}"'})

    for arguments in asked:
        said = ", ".join(f"{key}: {value}" for key, value in arguments.items())
        query = f"subscription {{ {name}({said}) {{ kind }} }}"
        assert (await refused(door, tenant.token, query))["extensions"]["code"] == "NOT_FOUND"


def a_batch(**fields: object) -> FeedBatch:
    entries = tuple(
        FeedEntry(
            organization_id=OrganizationId(uuid4()),
            position=position,
            kind=FeedKind.ERROR_CHANGED,
            subject_id=uuid4(),
            at=CLOCK.now(),
            payload={"activities": [str(uuid4())]},
        )
        for position in (4, 5)
    )
    return FeedBatch(entries=entries, position=5, **fields)


def test_a_stale_batch_asks_to_load_anew_and_counts_what_it_does_not_show():
    home = OrganizationId(uuid4())

    fresh, stale = Batch.showing(a_batch(), home), Batch.showing(a_batch(), home, is_stale=True)

    assert (fresh.kind, len(fresh.entries), fresh.omitted) == (FeedBatchKind.CHANGES, 2, 0)
    assert (stale.kind, len(stale.entries), stale.omitted) == (FeedBatchKind.RESYNC, 0, 2)
    assert stale.cursor == fresh.cursor
    assert stale.sharing_key() != fresh.sharing_key()


def test_of_a_timeline_nothing_is_left_out_in_silence():
    home = OrganizationId(uuid4())

    assert _show(a_batch(), home).kind is FeedBatchKind.CHANGES
    assert _show(a_batch(omitted=1), home).kind is FeedBatchKind.RESYNC


def test_two_feeds_of_one_place_are_told_apart():
    home = OrganizationId(uuid4())
    batch = FeedBatch(position=5)

    assert _show(batch, home).sharing_key() != Batch.showing(batch, home).sharing_key()
