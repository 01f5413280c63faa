"""Dead letters: a poison item, its cause gone, digested once; and nobody sees a secret in one."""

import json
from datetime import timedelta

import pytest

from application.dead_letters import DeadLetterUseCases, readable
from application.digest import Digest
from application.digest.kinds import Written
from application.feed import Hub
from application.feed_log import FeedLog
from application.policies import Policies
from application.ports import BELL_INBOX
from domain.failures import Forbidden, Invalid, NotFound
from domain.ids import DeadLetterId
from domain.inbox import DeadLetter, ItemKind
from domain.organizations import MembershipRole
from domain.scrubbing import Scrubber
from domain.viewers import Viewer
from persistence.database import SYSTEM, Database
from persistence.inbox import dead_letters
from persistence.pages import Page
from tests.application.digesting import accept, an_event, an_item, digest_all, rows
from tests.application.doubles import HeardBus
from tests.conftest import CLOCK
from tests.house import Tenant, a_tenant

SECRET = "hunter2secret"


class Recovering:
    """Reads an item of a kind only after its cause is mended."""

    def __init__(self) -> None:
        self.is_mended = False
        self.written: list[object] = []

    def read(self, sent):
        if not self.is_mended:
            raise ValueError("a bug of ours")
        return sent.payload

    async def write(self, _db, read):
        self.written += [item.event_id for item, _ in read]
        return Written()


@pytest.fixture
def bus() -> HeardBus:
    return HeardBus()


@pytest.fixture
def use(database: Database, bus: HeardBus) -> DeadLetterUseCases:
    return DeadLetterUseCases(
        database=database, bus=bus, clock=CLOCK, policies=Policies(database=database, clock=CLOCK)
    )


def a_digest(database: Database, **more: object) -> Digest:
    hub = Hub(HeardBus(), FeedLog(database=database))
    return Digest(database=database, hub=hub, clock=CLOCK, policies=Policies(), **more)


async def letters(use: DeadLetterUseCases, tenant: Tenant) -> list[DeadLetter]:
    found = await use.page(tenant.organization, Page(), by=tenant.viewer)
    return [letter for _, letter in found.items]


async def a_poison(database: Database, tenant: Tenant, digest: Digest) -> None:
    item = an_item(
        tenant,
        b'{"type": "feedback"}\n{"password": "%s"}' % SECRET.encode(),
        kind=ItemKind.FEEDBACK,
    )
    await accept(database, item)
    await digest_all(digest)


async def test_a_poison_is_digested_once_when_its_cause_is_gone(
    use: DeadLetterUseCases, bus: HeardBus, database: Database, tenant: Tenant
):
    handler = Recovering()
    digest = a_digest(database, handlers={ItemKind.FEEDBACK: handler})
    await a_poison(database, tenant, digest)
    [letter] = await letters(use, tenant)
    assert "a bug of ours" in letter.reason

    handler.is_mended = True
    done = await use.replay(tenant.organization, [letter.id], by=tenant.viewer)
    again = await use.replay(tenant.organization, [letter.id], by=tenant.viewer)
    await digest_all(digest)

    assert (done, again) == (1, 0)
    assert handler.written == [letter.event_id]
    assert await letters(use, tenant) == []
    assert (BELL_INBOX, "") in bus.published


async def test_an_event_that_came_again_meanwhile_is_not_digested_twice(
    use: DeadLetterUseCases, database: Database, tenant: Tenant
):
    item = an_item(tenant, an_event())
    async with database.raw_writing(SYSTEM) as db:
        await dead_letters.bury(db, [(CLOCK.new_id(), item, "a deploy went wrong")])
    await accept(database, item)
    digest = a_digest(database)
    await digest_all(digest)

    ids = await use.oldest(tenant.organization, 10, by=None)
    await use.replay(tenant.organization, ids, by=None)
    await digest_all(digest)

    [error] = await rows(
        database,
        "SELECT occurrence_count FROM errors WHERE organization_id = $1",
        tenant.organization,
    )
    assert error["occurrence_count"] == 1


async def test_what_is_discarded_is_gone_and_who_did_it_is_written_down(
    use: DeadLetterUseCases, database: Database, tenant: Tenant
):
    await a_poison(database, tenant, a_digest(database))
    [letter] = await letters(use, tenant)

    assert await use.discard(tenant.organization, [letter.id], by=tenant.viewer) == 1

    assert await letters(use, tenant) == []
    [entry] = await rows(
        database,
        "SELECT action, actor_id FROM audit_log WHERE organization_id = $1"
        " AND actor_kind <> 'system'",
        tenant.organization,
    )
    assert entry == {"action": "dead_letters.discarded", "actor_id": tenant.user}


async def test_only_those_who_configure_their_own_organization_may(
    use: DeadLetterUseCases, database: Database, tenant: Tenant
):
    await a_poison(database, tenant, a_digest(database))
    [letter] = await letters(use, tenant)
    support = Viewer(user=tenant.user, roles={tenant.organization: MembershipRole.SUPPORT})
    stranger = (await a_tenant(database, CLOCK)).viewer

    for by, refusal in ((support, Forbidden), (stranger, NotFound)):
        with pytest.raises(refusal):
            await use.replay(tenant.organization, [letter.id], by=by)
        with pytest.raises(refusal):
            await use.discard(tenant.organization, [letter.id], by=by)
        with pytest.raises(refusal):
            await use.page(tenant.organization, Page(), by=by)
    with pytest.raises(Invalid):
        await use.discard(tenant.organization, [DeadLetterId(letter.id)] * 501, by=tenant.viewer)

    assert len(await letters(use, tenant)) == 1


async def test_a_body_is_shown_without_its_secrets_or_not_at_all(
    use: DeadLetterUseCases, database: Database, tenant: Tenant
):
    await a_poison(database, tenant, a_digest(database))
    [letter] = await letters(use, tenant)

    shown = await use.body(letter, by=tenant.viewer)

    assert SECRET not in shown
    assert "password" in json.loads(shown)
    assert readable("event", b"password=hunter2 ]]]", Scrubber()) is None
    assert len(readable("event", json.dumps(["x" * 50_000]).encode(), Scrubber())) == 20_001
    assert readable("event", b"[" * 100_000, Scrubber()) is None


async def test_a_body_that_cannot_be_unpacked_is_not_shown_and_stays(
    use: DeadLetterUseCases, database: Database, tenant: Tenant
):
    item = an_item(tenant, an_event())
    async with database.raw_writing(SYSTEM) as db:
        await dead_letters.bury(db, [(CLOCK.new_id(), item, "x")])
        await db.execute(
            "UPDATE dead_letters SET body_format = 99 WHERE event_id = $1", item.event_id
        )
    [letter] = await letters(use, tenant)

    assert await use.body(letter, by=tenant.viewer) is None


async def test_what_nobody_cared_for_in_time_is_forgotten(
    use: DeadLetterUseCases, database: Database, tenant: Tenant
):
    await a_poison(database, tenant, a_digest(database))
    await a_poison(database, tenant, a_digest(database))
    first, second = await letters(use, tenant)

    async with database.raw_writing(SYSTEM) as db:
        await dead_letters.forget_before(db, second.created_at + timedelta(microseconds=1))

    assert [letter.id for letter in await letters(use, tenant)] == [first.id]
