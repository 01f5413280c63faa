"""Keys at the doors: from where, and for what, each may be used (TEN-05)."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from application.clock import Clock
from application.outcomes import Tally
from ingest.origins import is_allowed
from persistence.database import SYSTEM, Database
from persistence.services import key_named
from tests.conftest import CLOCK
from tests.house import Tenant
from tests.ingest.doors import Door, a_door, an_envelope, an_item

pytestmark = pytest.mark.timeout(60)
SHOP = "https://shop.example"


@pytest.fixture
async def door(tenant: Tenant, database: Database) -> AsyncIterator[Door]:
    async with a_door(tenant, database) as opened:
        yield opened


@pytest.mark.parametrize(
    ("origin", "allowed", "expected"),
    [
        (SHOP, [], True),
        (SHOP, ["*"], True),
        (SHOP, [SHOP], True),
        (SHOP, ["shop.example"], True),
        (SHOP, ["Shop.Example"], True),
        ("https://shop.example/cart?x=1", [SHOP], True),
        ("https://a.b.shop.example", ["*.shop.example"], True),
        (SHOP, ["*.shop.example"], True),
        ("https://shop.example:8443", ["shop.example"], True),
        ("https://shop.example:8443", ["shop.example:8443"], True),
        ("", [SHOP], True),
        ("http://shop.example", [SHOP], False),
        ("https://shop.example.evil.example", [SHOP], False),
        ("https://evilshop.example", ["*.shop.example"], False),
        ("https://evil.example/https://shop.example", [SHOP], False),
        ("https://shop.example@evil.example", ["shop.example"], False),
        (SHOP, ["shop.example:8443"], False),
        ("null", [SHOP], False),
        ("https://[::1", [SHOP], False),
        ("https://x:y", [SHOP], False),
    ],
)
def test_an_origin_fits_the_list_of_a_key_or_not(origin: str, allowed: list[str], expected: bool):
    assert is_allowed(origin, allowed) is expected


@pytest.mark.parametrize("header", ["origin", "referer"])
async def test_a_page_that_the_key_is_not_for_is_refused_and_counted(door: Door, header: str):
    await door.change_key(allowed_origins=["*.shop.example"])

    own = await door.post(
        an_envelope(an_item()), headers={**door.auth, header: "https://www.shop.example"}
    )
    other = await door.post(
        an_envelope(an_item()), headers={**door.auth, header: "https://evil.example"}
    )

    assert (own.status_code, other.status_code) == (200, 403)
    assert other.headers["access-control-allow-origin"] == "*"
    assert len(await door.stored()) == 1
    assert await door.outcomes() == {("invalid", "unknown", "origin"): 1}


@pytest.mark.parametrize("kind", ["feedback", "user_report"])
async def test_a_report_key_may_send_reports(door: Door, kind: str):
    await door.change_key(purpose="report")

    answer = await door.post(an_envelope(an_item(kind)))

    assert answer.status_code == 200
    assert [row.kind for row in await door.stored()] == [kind]


@pytest.mark.parametrize("kind", ["event", "transaction", "session", "check_in"])
async def test_a_report_key_may_send_nothing_else(door: Door, kind: str):
    await door.change_key(purpose="report")

    answer = await door.post(an_envelope(an_item(kind)))

    assert answer.status_code == 403
    assert await door.stored() == []


async def test_what_a_report_key_may_not_send_does_not_take_a_report_along(door: Door):
    await door.change_key(purpose="report")

    answer = await door.post(an_envelope(an_item("session"), an_item("feedback")))

    assert answer.status_code == 200
    assert [row.kind for row in await door.stored()] == ["feedback"]
    assert await door.outcomes() == {("invalid", "session", "purpose"): 1}


@pytest.mark.parametrize("path", ["store/", "security/", "cron/nightly/{key}/?status=ok"])
async def test_a_report_key_opens_no_other_door(door: Door, path: str):
    await door.change_key(purpose="report")
    report = b'{"csp-report":{"effective-directive":"img-src"}}'

    answer = await door.post(report, path=door.path_of(path.format(key=door.tenant.key.public_key)))

    assert answer.status_code == 403
    assert await door.stored() == []


async def test_the_limit_and_origins_of_a_key_are_known_with_it(
    door: Door, tenant: Tenant, database: Database
):
    await door.change_key(allowed_origins=[SHOP], rate_limit_per_minute=7)

    async with database.reading(SYSTEM) as db:
        key = await key_named(db, tenant.key.public_key)

    assert (key.allowed_origins, key.rate_limit_per_minute) == ((SHOP,), 7)


async def test_the_use_of_a_key_is_written_at_most_once_a_minute(
    tenant: Tenant, database: Database
):
    start = CLOCK.now()
    moments = [start, start + timedelta(seconds=59), start + timedelta(seconds=61)]
    now = iter(moments)
    tally = Tally(
        database=database, clock=Clock(now=lambda: next(now), randomness=CLOCK.randomness)
    )

    seen = []
    for _ in moments:
        tally.used(tenant.key)
        await tally.stop()
        async with database.raw_reading(SYSTEM) as db:
            seen.append(
                await db.fetchval(
                    "SELECT last_used_at FROM ingest_keys WHERE id = $1", tenant.key.id
                )
            )

    assert seen == [moments[0], moments[0], moments[2]]


async def test_a_sentence_of_a_refusal_cannot_become_a_header(door: Door):
    answer = await door.http.post("/api/1%0D%0Aset-cookie:%20a=b/envelope/", headers=door.auth)

    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    assert answer.headers["x-sentry-error"].startswith(
        "The key does not belong to project 1??set-cookie"
    )
