"""The change-over of grouping: a new version, or a rule that comes later, splits no history."""

from uuid import UUID

from application.digest import Digest
from application.policies import Policies, Policy
from domain.grouping import DEFAULT, GroupingConfig, Rule
from domain.matching import Matcher, Matchers, Op
from tests.application.digesting import accept, an_event, an_item, digest_all, errors_of, rows
from tests.conftest import CLOCK

SECOND = GroupingConfig(version=2, before=(DEFAULT,))
SECOND_ALONE = GroupingConfig(version=2)


async def digested(database, hub, tenant, config: GroupingConfig, *places: str) -> None:
    policies = Policies(default=Policy(grouping=config))
    digest = Digest(database=database, hub=hub, clock=CLOCK, policies=policies)
    await accept(database, *(an_item(tenant, an_event(place)) for place in places))
    await digest_all(digest)


async def versions_of(database, tenant) -> list[tuple[UUID, int]]:
    found = await rows(
        database,
        "SELECT error_id, version FROM error_hashes WHERE organization_id = $1 ORDER BY version",
        tenant.organization,
    )
    return [(row["error_id"], row["version"]) for row in found]


async def test_a_new_version_finds_the_errors_of_the_old_one_and_learns_its_own_hashes(
    database, hub, tenant
):
    await digested(database, hub, tenant, DEFAULT, "pay")
    await digested(database, hub, tenant, SECOND, "pay", "refund")
    # When nothing is looked up any more, the new hashes are known.
    await digested(database, hub, tenant, SECOND_ALONE, "pay", "refund")

    old, new = await errors_of(database, tenant)
    assert [old["occurrence_count"], new["occurrence_count"]] == [3, 2]
    assert sorted(await versions_of(database, tenant)) == sorted(
        [(old["id"], 1), (old["id"], 2), (new["id"], 2)]
    )


async def test_without_looking_back_a_new_version_would_split(database, hub, tenant):
    await digested(database, hub, tenant, DEFAULT, "pay")
    await digested(database, hub, tenant, SECOND_ALONE, "pay")

    assert len(await errors_of(database, tenant)) == 2


async def test_what_was_put_together_before_comes_apart_only_for_what_is_new(database, hub, tenant):
    together = Rule(
        id=CLOCK.new_id(),
        name="together",
        matchers=Matchers((Matcher(field="type", op=Op.EQUAL, value="*"),)),
        fingerprint=("one",),
    )
    before = GroupingConfig(rules=(together,))
    await digested(database, hub, tenant, before, "pay", "refund")
    # The rule is gone: both go on in their error, and each learns its own hash.
    await digested(database, hub, tenant, GroupingConfig(before=(before,)), "pay", "refund")

    [error] = await errors_of(database, tenant)
    assert error["occurrence_count"] == 4
