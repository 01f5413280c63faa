"""What is made under a key is made once, however often it is asked for."""

import pytest

from domain.organizations import MembershipRole
from tests.people.asking import as_member, as_owner
from tests.people.samples import _GROUPING, _RULE

CALLS = [
    ("createSavedView", "view { id }", "view", {"name": "Mine", "search": "is:new"}),
    ("createSuppressionRule", "rule { id }", "rule", {"rule": _RULE}),
    ("createGroupingRule", "rule { id }", "rule", {"rule": _GROUPING}),
]


@pytest.mark.parametrize(("mutation", "shown", "name", "variables"), CALLS)
async def test_a_repeated_call_makes_one(house, tenant, mutation, shown, name, variables):
    asked = {"organization": f"org_{tenant.organization}", **variables}
    owner = as_owner(house, tenant)
    other = await as_member(house, tenant, MembershipRole.ADMIN)

    first = await owner.do(mutation, shown, **asked, idempotencyKey="k")
    again = await owner.do(mutation, shown, **asked, idempotencyKey="k")
    others = [
        await owner.do(mutation, shown, **asked, idempotencyKey="l"),
        await other.do(mutation, shown, **asked, idempotencyKey="k"),
        await owner.do(mutation, shown, **asked),
    ]
    empty = await owner.do(mutation, **asked, idempotencyKey="")

    assert first == again
    assert len({first[name]["id"], *(each[name]["id"] for each in others)}) == 4
    assert (empty["__typename"], empty["field"]) == ("Invalid", "idempotencyKey")
    made = [action for action, _, _ in await owner.log(tenant.organization)]
    # A view of one's own is nobody's business.
    logged = 0 if mutation == "createSavedView" else 4
    assert len([action for action in made if action.endswith(".created")]) == logged
