"""The bell of access: heard in every process, rung by commits only."""

import asyncio

import pytest

from application.access_bell import AccessBell
from application.ports import BELL_ACCESS
from domain.organizations import Membership, MembershipRole
from persistence import members
from persistence.database import SYSTEM
from tests.application.doubles import HeardBus
from tests.conftest import CLOCK
from tests.house import a_tenant


async def test_who_rings_is_heard_in_all_processes():
    bus, heard = HeardBus(), []
    here, there = AccessBell(bus), AccessBell(bus)
    here.on(lambda: heard.append("here"))
    there.on(lambda: heard.append("there"))

    here.ring()
    await asyncio.sleep(0)

    assert set(heard) == {"here", "there"}
    assert [channel for channel, _ in bus.published] == [BELL_ACCESS]


async def test_what_the_bus_may_have_lost_counts_as_rung():
    bus, heard = HeardBus(), []
    AccessBell(bus).on(lambda: heard.append("maybe"))

    await bus.publish(BELL_ACCESS, "")

    assert heard == ["maybe"]


async def test_a_commit_that_changes_a_role_rings_and_a_rollback_does_not(database):
    tenant = await a_tenant(database, CLOCK)
    bell = AccessBell()
    database.access_changed.append(bell.ring)
    after = Membership(
        organization_id=tenant.organization, user_id=tenant.user, role=MembershipRole.VIEWER
    )

    async def change_and_fail() -> None:
        async with database.writing(SYSTEM) as db:
            await members.set_role(db, after)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await change_and_fail()
    async with database.writing(SYSTEM) as db:
        await members.one(db, tenant.organization, tenant.user)
    assert bell.rung == 0
    async with database.writing(SYSTEM) as db:
        await members.set_role(db, after)
        assert bell.rung == 0
    database.access_changed.remove(bell.ring)

    assert bell.rung == 1
