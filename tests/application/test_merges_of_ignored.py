"""Merging what is ignored for a while: it stays so for as many more as were said (FLW-04)."""

import pytest

from application.merges import MergeUseCases
from domain.errors import ErrorStatus
from domain.ids import ErrorId
from tests.application.triage import a_desk


@pytest.fixture
def desk(database, tenant):
    return a_desk(database, tenant)


@pytest.fixture
def use(desk):
    return MergeUseCases(database=desk.database, hub=desk.hub, clock=desk.clock)


async def ids(desk) -> dict[str, ErrorId]:
    return {where: ErrorId(row["id"]) for where, row in (await desk.errors()).items()}


async def status(desk, where: str) -> str:
    return (await desk.errors())[where]["status"]


async def test_a_merge_uses_up_nothing_of_what_is_ignored(desk, use):
    pay = await desk.happens("pay", user={"id": "1"})
    await desk.happens("ship", times=5, user={"id": "2"})
    await desk.move(pay, ErrorStatus.IGNORED, occurrences=3, users=4)
    found = await ids(desk)

    await use.merge(found["pay"], [found["ship"]], reason=None, by=desk.tenant.viewer)
    await desk.happens("ship", times=2, user={"id": "2"})
    assert await status(desk, "pay") == "ignored"
    await desk.happens("pay", user={"id": "1"})

    assert await status(desk, "pay") == "open"


async def test_what_leaves_takes_nothing_of_it_along(desk, use):
    pay = await desk.happens("pay")
    await desk.happens("ship", times=5)
    found = await ids(desk)
    await use.merge(found["pay"], [found["ship"]], reason=None, by=desk.tenant.viewer)
    await desk.move(pay, ErrorStatus.IGNORED, occurrences=3)

    await use.unmerge(found["pay"], [found["ship"]], by=desk.tenant.viewer)
    await desk.happens("pay", times=2)
    assert await status(desk, "pay") == "ignored"
    await desk.happens("pay")

    assert await status(desk, "pay") == "open"


async def test_a_family_that_joins_another_is_ignored_as_it_was_when_it_leaves(desk, use):
    pay = await desk.happens("pay")
    await desk.happens("ship", times=5)
    await desk.happens("pack")
    found = await ids(desk)
    await use.merge(found["pay"], [found["ship"]], reason=None, by=desk.tenant.viewer)
    await desk.move(pay, ErrorStatus.IGNORED, occurrences=3)

    await use.merge(found["pack"], [found["pay"]], reason=None, by=desk.tenant.viewer)
    await use.unmerge(found["pack"], [found["pay"]], by=desk.tenant.viewer)
    await desk.happens("pay", times=2)
    assert await status(desk, "pay") == "ignored"
    await desk.happens("pay")

    assert await status(desk, "pay") == "open"
