"""Signing in: what opens the door, what slows down a guesser, and what is told to nobody."""

import asyncio
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from secrets import randbelow
from uuid import uuid4

import orjson
import pytest

from application.access import AccessUseCases
from application.clock import Clock
from application.last_used import LastUsedWriter
from application.sign_ins import Browser, SignInUseCases
from application.upkeep import Upkeep
from domain.failures import NotFound, TooMany, WrongCredentials
from domain.sign_ins import IDLE, LONGEST, MOST_OF_A_USER
from domain.tokens import hash_of
from domain.viewers import Viewer
from outbound.passwords import MOST_WAITING, Argon2Hasher
from persistence import passwords, sign_ins
from persistence.database import SYSTEM, Database, scope_of_viewer
from persistence.organizations import memberships
from server.wiring.access import people_of
from tests.conftest import CLOCK
from tests.graph.serving import HASHER
from tests.house import Tenant, a_tenant

PASSWORD = "correct horse battery"
WRONG = "incorrect horse battery"


@dataclass
class Hands:
    """A clock that a test moves."""

    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def clock(self) -> Clock:
        return Clock(now=lambda: self.at, randomness=secrets.token_bytes)


@dataclass
class Person:
    tenant: Tenant
    email: str
    hands: Hands
    use: SignInUseCases
    access: AccessUseCases
    # Of this test alone: places are slowed whoever is at them.
    place: str = field(
        default_factory=lambda: f"10.{randbelow(256)}.{randbelow(256)}.{randbelow(256)}"
    )

    async def enters(self, password: str = PASSWORD, *, at: str = "", email: str = ""):
        return await self.use.by_password(
            email or self.email, password, Browser(address=at or self.place)
        )

    async def viewer(self, secret: str) -> Viewer | None:
        return await self.access.caller_of(secret)


@pytest.fixture
async def ada(database: Database) -> Person:
    hands = Hands()
    tenant = await a_tenant(database, CLOCK)
    async with database.writing(SYSTEM) as db:
        await passwords.put(db, tenant.user, await HASHER.hash(PASSWORD), hands.at)
    return Person(
        tenant=tenant,
        email=f"{tenant.slug}@example.com",
        hands=hands,
        use=people_of(
            database, HASHER, public_url="https://t.example", clock=hands.clock()
        ).sign_ins,
        access=AccessUseCases(database=database, clock=hands.clock()),
    )


async def audited(database: Database, tenant: Tenant) -> list[tuple[str, object]]:
    async with database.raw_reading(SYSTEM) as db:
        rows = await db.fetch(
            "SELECT action, after FROM audit_log WHERE organization_id = $1"
            " AND (action LIKE 'user.%' OR actor_kind <> 'system') ORDER BY at, id",
            tenant.organization,
        )
    return [(row["action"], row["after"]) for row in rows]


async def test_the_right_password_opens_the_door(ada: Person, database: Database):
    signed_in = await ada.enters()

    viewer = await ada.viewer(signed_in.secret)
    assert (viewer.user, viewer.organizations) == (ada.tenant.user, {ada.tenant.organization})
    assert viewer.sign_in == signed_in.viewer.sign_in
    assert [action for action, _ in await audited(database, ada.tenant)] == ["user.signed_in"]
    async with database.raw_reading(SYSTEM) as db:
        kept = await db.fetchval(
            "SELECT secret_hash FROM sign_ins WHERE user_id = $1", ada.tenant.user
        )
    assert kept == hash_of(signed_in.secret)


@pytest.mark.parametrize(
    "email", ["", "ADA", "nobody@example.com", "x", "\0@example.com", "\ud800"]
)
async def test_who_is_refused_learns_nothing_of_why(ada: Person, email: str):
    said = set()
    for password in (WRONG, "", "p" * 5000):
        with pytest.raises(WrongCredentials) as refused:
            await ada.enters(password, email=email, at=uuid4().hex)
        said.add(str(refused.value))

    assert said == {"The e-mail address or the password is wrong."}


async def test_the_address_is_the_same_in_capitals(ada: Person):
    assert await ada.enters(email=f"  {ada.email.upper()} ")


async def test_who_guesses_waits_ever_longer_and_the_right_password_waits_as_well(
    ada: Person, database: Database
):
    waits = []
    for _ in range(9):
        with pytest.raises(WrongCredentials):
            await ada.enters(WRONG)
        try:
            await ada.enters(PASSWORD if len(waits) >= 4 else WRONG)
        except TooMany as refused:
            waits.append(refused.retry_after_seconds)
            ada.hands.at += timedelta(seconds=refused.retry_after_seconds)
        except WrongCredentials:
            pass

    await ada.use.background.stop()
    assert waits == [2, 4, 8, 16, 32, 64, 128][: len(waits)]
    assert len(waits) >= 5
    assert await ada.enters()
    noted = [after for action, after in await audited(database, ada.tenant) if "failed" in action]
    assert [failures_in(after) for after in noted] == [5, 10]


def failures_in(after: object) -> int:
    return orjson.loads(after)["failures"]


async def test_a_stranger_who_guesses_does_not_keep_the_owner_out(ada: Person):
    for _ in range(5):
        with pytest.raises(WrongCredentials):
            await ada.enters(WRONG, at="192.0.2.1")
    with pytest.raises(TooMany):
        await ada.enters(WRONG, at="192.0.2.1")

    assert await ada.enters()


async def test_many_strangers_together_are_slowed_and_a_network_counts_as_one(ada: Person):
    for n in range(20):
        with pytest.raises(WrongCredentials):
            await ada.enters(WRONG, at=f"192.0.2.{n}")
    with pytest.raises(TooMany):
        await ada.enters()

    ada.hands.at += timedelta(days=2)
    for n in range(5):
        with pytest.raises(WrongCredentials):
            await ada.enters(WRONG, at=f"2001:db8::{n}")
    with pytest.raises(TooMany):
        await ada.enters(at="2001:db8::ffff")


async def test_who_tries_many_accounts_from_one_place_is_slowed(ada: Person):
    place = "198.51.100.7"
    for _ in range(50):
        with pytest.raises(WrongCredentials):
            await ada.enters(WRONG, email=f"{uuid4().hex}@example.com", at=place)

    with pytest.raises(TooMany):
        await ada.enters(at=place)
    assert await ada.enters(at="198.51.100.8")


async def test_those_who_sign_in_well_never_fill_their_places_measure(ada: Person):
    for _ in range(60):
        await ada.enters(at="198.51.100.9")
    assert await ada.enters(at="198.51.100.9")


async def test_a_sign_in_ends_when_it_is_idle_and_at_the_latest(ada: Person, database: Database):
    idle, used = await ada.enters(), await ada.enters()
    began = ada.hands.at
    writer = LastUsedWriter(database=database, used=ada.access.used)
    while ada.hands.at + IDLE / 2 < began + LONGEST:
        ada.hands.at += IDLE / 2
        assert await ada.viewer(used.secret) is not None
        await writer.write()

    assert await ada.viewer(idle.secret) is None
    ada.hands.at = began + LONGEST
    assert await ada.viewer(used.secret) is None


async def test_what_was_used_is_written_outside_of_the_request(ada: Person, database: Database):
    signed_in = await ada.enters()
    ada.hands.at += timedelta(hours=1)
    await ada.viewer(signed_in.secret)
    await ada.viewer(ada.tenant.token)

    async def last() -> list[datetime]:
        async with database.raw_reading(SYSTEM) as db:
            return [
                await db.fetchval(
                    f"SELECT {column} FROM {table} WHERE user_id = $1", ada.tenant.user
                )
                for table, column in (("sign_ins", "last_seen_at"), ("api_tokens", "last_used_at"))
            ]

    assert await last() == [ada.hands.at - timedelta(hours=1), None]
    await LastUsedWriter(database=database, used=ada.access.used).write()
    assert await last() == [ada.hands.at, ada.hands.at]


async def test_one_signs_out_here_there_and_everywhere(ada: Person):
    here, there, third = [await ada.enters() for _ in range(3)]

    await ada.use.end(there.viewer.sign_in, by=here.viewer)
    assert [await ada.viewer(one.secret) is None for one in (here, there, third)] == [
        False,
        True,
        False,
    ]
    with pytest.raises(NotFound):
        await ada.use.end(there.viewer.sign_in, by=here.viewer)

    assert await ada.use.end_all(by=here.viewer) == 2
    assert await ada.viewer(here.secret) is None
    assert await ada.viewer(third.secret) is None


async def test_nobody_signs_somebody_else_out(ada: Person, database: Database):
    signed_in = await ada.enters()
    stranger = await a_tenant(database, CLOCK)

    with pytest.raises(NotFound):
        await ada.use.end(signed_in.viewer.sign_in, by=stranger.viewer)

    assert await ada.viewer(signed_in.secret) is not None
    assert await ada.use.open_of(stranger.viewer) == []


async def test_who_is_no_member_any_more_or_closed_sees_nothing(ada: Person, database: Database):
    signed_in = await ada.enters()
    async with database.writing(SYSTEM) as db:
        await db.execute(memberships.delete().where(memberships.c.user_id == ada.tenant.user))

    assert (await ada.viewer(signed_in.secret)).organizations == frozenset()
    assert await ada.viewer(ada.tenant.token) is None

    async with database.raw_writing(SYSTEM) as db:
        await db.execute("UPDATE users SET is_active = false WHERE id = $1", ada.tenant.user)
    assert await ada.viewer(signed_in.secret) is None
    with pytest.raises(WrongCredentials):
        await ada.enters()


async def test_the_oldest_of_too_many_sign_ins_ends(ada: Person, database: Database):
    first = await ada.enters()
    async with database.writing(SYSTEM) as db:
        user = (await sign_ins.open_of(db, ada.tenant.user, ada.hands.at))[0].user_id
    for _ in range(MOST_OF_A_USER):
        ada.hands.at += timedelta(seconds=1)
        await ada.enters()

    assert await ada.viewer(first.secret) is None
    assert len(await ada.use.open_of(Viewer(user=user))) == MOST_OF_A_USER


async def test_a_password_kept_by_older_parameters_is_kept_anew(ada: Person, database: Database):
    async def kept() -> str:
        async with database.reading(SYSTEM) as db:
            return await passwords.hash_of(db, ada.tenant.user)

    before = await kept()
    stronger = Argon2Hasher(memory_kib=16, passes=1, lanes=1)
    await people_of(
        database, stronger, public_url="https://t.example", clock=ada.hands.clock()
    ).sign_ins.by_password(ada.email, PASSWORD, Browser())

    after = await kept()
    assert (stronger.is_outdated(before), stronger.is_outdated(after)) == (True, False)
    assert after.startswith("$argon2id$")
    assert await people_of(
        database, stronger, public_url="https://t.example", clock=ada.hands.clock()
    ).sign_ins.by_password(ada.email, PASSWORD, Browser())


async def test_only_the_system_reads_what_people_sign_in_with(ada: Person, database: Database):
    signed_in = await ada.enters()
    async with database.raw_reading(scope_of_viewer(signed_in.viewer)) as db:
        for table in ("passwords", "sign_ins", "sign_in_links", "attempts", "identities"):
            assert (table, await db.fetchval(f"SELECT count(*) FROM {table}")) == (table, 0)


class Counting:
    """A hasher that notes what it was asked to compare."""

    def __init__(self) -> None:
        self.compared: list[bool] = []

    async def hash(self, password: str) -> str:
        return await HASHER.hash(password)

    async def fits(self, kept: str | None, password: str) -> bool:
        self.compared.append(kept is not None)
        return await HASHER.fits(kept, password)

    def is_outdated(self, kept: str) -> bool:
        return HASHER.is_outdated(kept)


async def test_who_is_not_there_costs_as_much_as_who_is(ada: Person, database: Database):
    hasher = Counting()
    use = people_of(database, hasher, public_url="https://t.example").sign_ins
    for email in (ada.email, f"{uuid4().hex}@example.com"):
        with pytest.raises(WrongCredentials):
            await use.by_password(email, WRONG, Browser(address=ada.place))

    assert hasher.compared == [True, False]


async def test_a_crowd_at_the_door_is_told_to_come_back():
    hasher = Argon2Hasher(memory_kib=8, passes=1, lanes=1)
    asked = [asyncio.create_task(hasher.fits(None, "x")) for _ in range(MOST_WAITING + 5)]
    found = await asyncio.gather(*asked, return_exceptions=True)

    assert found.count(False) == MOST_WAITING
    assert [type(one) for one in found if one is not False] == [TooMany] * 5


async def test_what_ended_long_ago_is_forgotten(ada: Person, database: Database):
    await ada.enters()
    with pytest.raises(WrongCredentials):
        await ada.enters(WRONG)
    upkeep = Upkeep(
        database=database,
        clock=ada.hands.clock(),
        feed_retention=timedelta(1),
        occurrence_retention=timedelta(1),
        telemetry=None,
    )
    ada.hands.at += LONGEST + timedelta(days=1)
    await upkeep.forget_sign_ins()

    async with database.raw_reading(SYSTEM) as db:
        left = await db.fetchval(
            "SELECT count(*) FROM sign_ins WHERE user_id = $1", ada.tenant.user
        )
        tried = await db.fetchval("SELECT count(*) FROM attempts")
    assert (left, tried) == (0, 0)


async def test_a_system_admin_sees_everything_by_sign_in_but_never_by_token(
    ada: Person, database: Database
):
    stranger = await a_tenant(database, CLOCK)
    async with database.raw_writing(SYSTEM) as db:
        await db.execute("UPDATE users SET is_system_admin = true WHERE id = $1", ada.tenant.user)
    signed_in = await ada.enters()

    by_sign_in, by_token = await ada.viewer(signed_in.secret), await ada.viewer(ada.tenant.token)

    seen = []
    for viewer in (by_sign_in, by_token):
        async with database.raw_reading(scope_of_viewer(viewer)) as db:
            ids = [ada.tenant.organization, stranger.organization]
            seen.append(
                await db.fetchval("SELECT count(*) FROM organizations WHERE id = ANY($1)", ids)
            )
    assert (by_sign_in.is_system_admin, by_token.is_system_admin) == (True, False)
    assert seen == [2, 1]
