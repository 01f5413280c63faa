"""Use cases of signing in and out (SEC-09)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from application.attempts import AttemptUseCases
from application.auditing import Changed, record
from application.background import Background
from application.clock import Clock
from application.ports import PasswordHasher
from domain.attempts import at_secret, at_sign_in
from domain.failures import Failure, NotFound, WrongCredentials
from domain.ids import SignInId, UserId
from domain.links import LinkPurpose
from domain.sign_ins import LONGEST, LONGEST_USER_AGENT, SignIn, SignInMethod, secret_of
from domain.tokens import hash_of
from domain.users import User, email_of
from domain.viewers import NOBODY_ID, Viewer
from persistence import organizations, passwords, sign_ins, users
from persistence.database import SYSTEM, Database, Reading, Writing

# After how many failures in a row it is written down, that a guesser does not write the log.
NOTED_FAILURES = frozenset({5, 10, 20, 50, 100, 200, 500, 1000})


@dataclass(frozen=True, slots=True, kw_only=True)
class Browser:
    """From where somebody signs in."""

    user_agent: str | None = None
    address: str | None = None
    request_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A sign-in that has just begun, and the secret that its browser keeps."""

    viewer: Viewer
    secret: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInUseCases:
    """Lets people in, and out again."""

    database: Database
    clock: Clock
    hasher: PasswordHasher
    attempts: AttemptUseCases
    background: Background

    async def by_password(
        self, email: str, password: str, browser: Browser, *, instead_of: Viewer | None = None
    ) -> SignedIn:
        """Sign in with an e-mail address and a password."""
        try:
            address = email_of(email)
        except Failure:
            address = email.strip().lower()[:255]
        slowed = at_sign_in(address, browser.address)
        counted = await self.attempts.begin(slowed)
        async with self.database.reading(SYSTEM) as db:
            user = await users.by_email(db, address) if _can_be_stored(address) else None
            kept = await passwords.hash_of(db, NOBODY_ID if user is None else user.id)
        is_right = await self.hasher.fits(kept, password[:1000])
        if user is None or kept is None or not is_right or not user.is_active:
            failures = counted[slowed[0].name].failures
            # Afterwards: the time of the answer must not tell whether there is such an account.
            if user is not None and failures in NOTED_FAILURES:
                self.background.begin(self._note(user, failures, browser), "failed sign-in")
            raise WrongCredentials("The e-mail address or the password is wrong.")
        renewed = await self.hasher.hash(password) if self.hasher.is_outdated(kept) else None
        async with self.database.writing(SYSTEM) as db:
            if renewed is not None:
                await passwords.exchange(db, user.id, kept, renewed, self.clock.now())
            await self.attempts.succeeded(db, slowed, forget=2)
            if instead_of is not None and instead_of.sign_in is not None:
                await sign_ins.revoke(db, instead_of.sign_in, instead_of.user, self.clock.now())
            return await self.begin(db, user, SignInMethod.PASSWORD, browser)

    async def by_link(self, secret: str, browser: Browser) -> SignedIn:
        """Sign in by a link that is good once."""
        slowed = at_secret("link", browser.address)
        await self.attempts.begin(slowed)
        key, at = hash_of(secret), self.clock.now()
        async with self.database.writing(SYSTEM) as db:
            link = await passwords.link_of(db, key, LinkPurpose.ENTER)
            if link is None or not link.is_usable(at) or not await passwords.use_link(db, key, at):
                raise WrongCredentials("This link is not good any more.")
            user = await self._active(db, link.user_id)
            await self.attempts.succeeded(db, slowed, forget=0)
            return await self.begin(db, user, SignInMethod.LINK, browser)

    async def begin(
        self, db: Writing, user: User, method: SignInMethod, browser: Browser
    ) -> SignedIn:
        """Begin a sign-in of somebody who has shown who they are, in the caller's transaction."""
        at = self.clock.now()
        secret = secret_of(self.clock.randomness(32))
        sign_in = SignIn(
            id=SignInId(self.clock.new_id()),
            user_id=user.id,
            method=method,
            user_agent=_storable(browser.user_agent),
            address=browser.address,
            last_seen_at=at,
            expires_at=at + LONGEST,
            revoked_at=None,
            created_at=at,
        )
        await sign_ins.add(db, sign_in, secret_hash=hash_of(secret))
        await sign_ins.keep_newest(db, user.id, at)
        viewer = Viewer(
            user=user.id,
            roles={
                m.organization_id: m.role for m in await organizations.memberships_of(db, user.id)
            },
            is_system_admin=user.is_system_admin,
            sign_in=sign_in.id,
            request_id=browser.request_id,
            address=browser.address,
        )
        await audit_person(db, self.clock, viewer, "user.signed_in", {"method": method.value})
        return SignedIn(viewer=viewer, secret=secret, expires_at=sign_in.expires_at)

    async def open_of(self, viewer: Viewer) -> Sequence[SignIn]:
        """Return where a person is signed in."""
        viewer.must_be_somebody()
        async with self.database.reading(SYSTEM) as db:
            return await sign_ins.open_of(db, viewer.user, self.clock.now())

    async def end(self, id_: SignInId, *, by: Viewer) -> None:
        """Sign out of one browser: this one, or another of one's own."""
        async with self.database.writing(SYSTEM) as db:
            if not await sign_ins.revoke(db, id_, by.user, self.clock.now()):
                raise NotFound("You are not signed in there (any more).")
            await audit_person(db, self.clock, by, "user.signed_out", {"where": "one"})

    async def end_all(self, *, by: Viewer) -> int:
        """Sign out everywhere, here as well; return out of how many browsers."""
        async with self.database.writing(SYSTEM) as db:
            ended = await sign_ins.revoke_all(db, by.user, self.clock.now())
            await audit_person(db, self.clock, by, "user.signed_out", {"where": "everywhere"})
        return ended

    async def _active(self, db: Reading, id_: UserId) -> User:
        user = (await users.by_ids(db, [id_])).get(id_)
        if user is None or not user.is_active:
            raise WrongCredentials("This account is closed.")
        return user

    async def _note(self, user: User, failures: int, browser: Browser) -> None:
        after = {"failures": failures, "address": browser.address}
        async with self.database.writing(SYSTEM) as db:
            memberships = await organizations.memberships_of(db, user.id)
            await record(
                db,
                self.clock,
                None,
                *(
                    Changed(
                        organization_id=membership.organization_id,
                        action="user.sign_in_failed",
                        object_kind="user",
                        object_id=user.id,
                        after=after,
                    )
                    for membership in memberships
                ),
            )


async def audit_person(
    db: Writing, clock: Clock, by: Viewer, action: str, after: dict[str, object]
) -> None:
    """Write what a person did to their own account into the log of each of their organizations."""
    memberships = await organizations.memberships_of(db, by.user)
    await record(
        db,
        clock,
        by,
        *(
            Changed(
                organization_id=membership.organization_id,
                action=action,
                object_kind="user",
                object_id=by.user,
                after=after,
            )
            for membership in memberships
        ),
    )


def _can_be_stored(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text)


def _storable(text: str | None) -> str | None:
    return None if text is None else text.replace("\0", "")[:LONGEST_USER_AGENT]
