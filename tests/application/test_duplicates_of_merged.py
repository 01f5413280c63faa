"""Duplicates of what is merged: they count with its primary, and leave with it (RES-04)."""

import pytest

from application.duplicates import DuplicateUseCases
from application.escalations import EscalationUseCases
from application.merges import MergeUseCases
from application.setup import SetupUseCases
from domain.escalations import EscalationLevel
from domain.failures import Conflict, Invalid
from domain.ids import ErrorId
from domain.organizations import MembershipRole
from persistence import duplicates
from persistence.database import SYSTEM, scope_of_viewer
from persistence.reach import Reach
from tests.application.triage import a_desk
from tests.conftest import CLOCK


@pytest.fixture
def desk(database, tenant):
    return a_desk(database, tenant)


@pytest.fixture
def uses(desk):
    house = {"database": desk.database, "hub": desk.hub, "clock": desk.clock}
    return MergeUseCases(**house), DuplicateUseCases(**house)


@pytest.fixture
async def errors(desk) -> dict[str, ErrorId]:
    """Three errors that happened once, twice and four times."""
    for where, times in (("pay", 1), ("ship", 2), ("pack", 4)):
        await desk.happens(where, times=times, user={"id": where})
    return {where: ErrorId(row["id"]) for where, row in (await desk.errors()).items()}


async def together(desk, *ids: ErrorId) -> list[tuple[int, list[ErrorId]]]:
    """Return how often errors happened with their duplicates, and which those are."""
    reach = Reach((desk.tenant.organization,))
    async with desk.database.reading(scope_of_viewer(desk.tenant.viewer)) as db:
        figures = await duplicates.figures_with(db, ids, reach)
        found = await duplicates.of_primaries(db, ids, reach)
    return [
        (figures[id_]["occurrence_count"], [each.duplicate_error_id for each in found[id_]])
        for id_ in ids
    ]


async def test_the_duplicates_of_a_merged_error_are_its_primarys_until_it_leaves(
    desk, uses, errors
):
    merges, duplicating = uses
    pay, ship, pack = errors["pay"], errors["ship"], errors["pack"]
    by = desk.tenant.viewer
    await duplicating.mark(ship, pack, reason=None, by=by)

    await merges.merge(pay, [ship], reason=None, by=by)
    merged = await together(desk, pay)
    await merges.unmerge(pay, [ship], by=by)

    assert merged == [(7, [pack])]
    assert await together(desk, pay, ship) == [(1, []), (6, [pack])]


async def test_a_duplicate_that_is_merged_into_its_primary_counts_once(desk, uses, errors):
    merges, duplicating = uses
    pay, ship = errors["pay"], errors["ship"]
    by = desk.tenant.viewer
    await duplicating.mark(pay, ship, reason=None, by=by)

    await merges.merge(pay, [ship], reason=None, by=by)
    assert await together(desk, pay) == [(3, [ship])]
    await merges.unmerge(pay, [ship], by=by)

    assert await together(desk, pay) == [(3, [ship])]


async def test_a_primary_that_is_merged_into_its_duplicate_counts_once(desk, uses, errors):
    merges, duplicating = uses
    pay, ship = errors["pay"], errors["ship"]
    by = desk.tenant.viewer
    await duplicating.mark(pay, ship, reason=None, by=by)

    await merges.merge(ship, [pay], reason=None, by=by)

    assert (await together(desk, ship))[0][0] == 3


async def test_what_is_merged_is_said_to_be_the_same_as_nothing(desk, uses, errors):
    merges, duplicating = uses
    pay, ship, pack = errors["pay"], errors["ship"], errors["pack"]
    by = desk.tenant.viewer
    await merges.merge(pay, [ship], reason=None, by=by)

    for primary, duplicate in ((ship, pack), (pack, ship)):
        with pytest.raises(Conflict, match="merged into another error"):
            await duplicating.mark(primary, duplicate, reason=None, by=by)

    assert await desk.rows("duplicates", order="marked_at") == []


async def test_nobody_is_called_who_cannot_sign_in(desk, errors):
    setup = SetupUseCases(database=desk.database, clock=CLOCK)
    slug = desk.tenant.slug
    ben = await setup.add_user(f"ben.{slug}@example.com", "Ben", slug, MembershipRole.SUPPORT)
    async with desk.database.raw_writing(SYSTEM) as db:
        await db.execute("UPDATE users SET is_active = false WHERE id = $1", ben.id)
    use = EscalationUseCases(database=desk.database, hub=desk.hub, clock=desk.clock)

    with pytest.raises(Invalid, match="no active member"):
        await use.escalate(
            errors["pay"], ben.id, EscalationLevel.L1, reason="Help", by=desk.tenant.viewer
        )

    assert await desk.rows("escalations") == []
