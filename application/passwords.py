"""Use cases of passwords: to change one's own, and to set a new one by a link (SEC-09)."""

import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from application.attempts import AttemptUseCases
from application.background import Background
from application.clock import Clock
from application.ports import Mailer, PasswordHasher
from application.sign_ins import Browser, SignedIn, SignInUseCases, audit_person
from domain.attempts import at_mail, at_secret, at_sign_in
from domain.failures import Failure, Forbidden, NotFound, TooMany, WrongCredentials
from domain.links import GOOD_FOR, LinkPurpose, SignInLink, enter_link, reset_link, secret_of
from domain.mails import reset_mail
from domain.passwords import checked_password
from domain.sign_ins import SignInMethod
from domain.tokens import hash_of
from domain.users import User, email_of
from domain.viewers import Viewer
from persistence import passwords, sign_ins, users
from persistence.database import SYSTEM, Database, Writing

# How long after a sign-in one may set the first password of an account.
LATELY = timedelta(hours=1)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordUseCases:
    """Keeps passwords, and lets those in again who have lost theirs."""

    database: Database
    clock: Clock
    hasher: PasswordHasher
    attempts: AttemptUseCases
    sign_ins: SignInUseCases
    background: Background
    mailer: Mailer | None
    public_url: str

    async def change(self, current: str | None, new: str, *, by: Viewer) -> None:
        """Change one's own password; every other sign-in of one's own ends.

        Who has none yet, because they came by a link or a provider, must have come lately.
        """
        if by.sign_in is None:
            raise Forbidden("Only who has signed in may do this, not a program.")
        async with self.database.reading(SYSTEM) as db:
            user = (await users.by_ids(db, [by.user]))[by.user]
            kept = await passwords.hash_of(db, by.user)
            here = (await sign_ins.by_ids(db, [by.sign_in]))[by.sign_in]
        checked_password(new, email=user.email, field="newPassword")
        slowed = at_sign_in(user.email, by.address)
        await self.attempts.begin(slowed)
        if kept is None and self.clock.now() - here.created_at > LATELY:
            raise WrongCredentials("Sign in once more, then set your first password.")
        if kept is not None and not await self.hasher.fits(kept, (current or "")[:1000]):
            raise WrongCredentials("The current password is wrong.")
        hashed = await self.hasher.hash(new)
        async with self.database.writing(SYSTEM) as db:
            at = self.clock.now()
            await passwords.put(db, by.user, hashed, at)
            await passwords.use_up_links(db, by.user, at)
            ended = await sign_ins.revoke_all(db, by.user, at, but=by.sign_in)
            await self.attempts.succeeded(db, slowed, forget=2)
            after: dict[str, object] = {"sign_ins_ended": ended}
            await audit_person(db, self.clock, by, "user.password_changed", after)

    async def have_i_one(self, *, by: Viewer) -> bool:
        """Say whether who asks has a password."""
        async with self.database.reading(SYSTEM) as db:
            return await passwords.hash_of(db, by.user) is not None

    async def request_reset(self, email: str, browser: Browser) -> None:
        """Send a link to set a new password, if there is such a person; nobody is told whether."""
        _, by_place = at_mail(email, browser.address)
        await self.attempts.begin([by_place])
        self.background.begin(self._send_reset(email, browser), "password reset")

    async def reset(self, secret: str, password: str, browser: Browser) -> SignedIn:
        """Set a new password by a link, and sign in; every other sign-in ends."""
        slowed = at_secret("reset", browser.address)
        await self.attempts.begin(slowed)
        key = hash_of(secret)
        async with self.database.reading(SYSTEM) as db:
            link = await passwords.link_of(db, key, LinkPurpose.RESET)
            if link is None or not link.is_usable(self.clock.now()):
                raise WrongCredentials("This link is not good any more; ask for another.")
            user = (await users.by_ids(db, [link.user_id]))[link.user_id]
        if not user.is_active:
            raise WrongCredentials("This account is closed.")
        hashed = await self.hasher.hash(checked_password(password, email=user.email))
        async with self.database.writing(SYSTEM) as db:
            at = self.clock.now()
            if not await passwords.use_link(db, key, at):
                raise WrongCredentials("This link is not good any more; ask for another.")
            await self._put(db, user, hashed)
            if link.is_mailed:
                await users.verified(db, user.id, at)
            # Not the account: who has mail of the owner need not know of somebody's guesses.
            await self.attempts.succeeded(db, slowed, forget=0)
            signed_in = await self.sign_ins.begin(db, user, SignInMethod.LINK, browser)
            await audit_person(db, self.clock, signed_in.viewer, "user.password_reset", {})
        return signed_in

    async def set_by_operator(self, email: str, password: str) -> None:
        """Set somebody's password, as who has the machine may; every sign-in of theirs ends."""
        user = await self._named(email)
        hashed = await self.hasher.hash(checked_password(password, email=user.email))
        async with self.database.writing(SYSTEM) as db:
            await self._put(db, user, hashed)
            await audit_person(
                db, self.clock, Viewer(user=user.id), "user.password_reset", {"by": "operator"}
            )

    async def has_one(self, email: str) -> bool:
        """Say whether somebody has a password."""
        user = await self._named(email)
        async with self.database.reading(SYSTEM) as db:
            return await passwords.hash_of(db, user.id) is not None

    async def link_by_operator(self, email: str, purpose: LinkPurpose) -> str:
        """Make a link for somebody, as who has the machine may."""
        user = await self._named(email)
        async with self.database.writing(SYSTEM) as db:
            secret = await self._link(db, user, purpose, is_mailed=False)
        show = enter_link if purpose is LinkPurpose.ENTER else reset_link
        return show(self.public_url, secret)

    async def _send_reset(self, email: str, browser: Browser) -> None:
        with suppress(Failure):
            address = email_of(email)
            by_address, _ = at_mail(address, browser.address)
            async with self.database.reading(SYSTEM) as db:
                user = await users.by_email(db, address)
            if user is None or not user.is_active:
                return
            if self.mailer is None:
                log.warning(
                    "somebody asked for a new password, but no e-mail can be sent: set "
                    "TOCSIN_SMTP_URL, or give them the link of `tocsin user link --purpose reset`"
                )
                return
            try:
                await self.attempts.begin([by_address])
            except TooMany:
                log.info("no further e-mail is sent to an address that had several")
                return
            async with self.database.writing(SYSTEM) as db:
                secret = await self._link(db, user, LinkPurpose.RESET, is_mailed=True)
            await self.mailer.send(reset_mail(address, reset_link(self.public_url, secret)))

    async def _put(self, db: Writing, user: User, hashed: str) -> None:
        at = self.clock.now()
        await passwords.put(db, user.id, hashed, at)
        await passwords.use_up_links(db, user.id, at)
        await sign_ins.revoke_all(db, user.id, at)

    async def _link(self, db: Writing, user: User, purpose: LinkPurpose, *, is_mailed: bool) -> str:
        at = self.clock.now()
        secret = secret_of(self.clock.randomness(32))
        link = SignInLink(
            user_id=user.id,
            purpose=purpose,
            is_mailed=is_mailed,
            expires_at=at + GOOD_FOR[purpose],
            used_at=None,
        )
        await passwords.add_link(db, link, secret_hash=hash_of(secret), at=at)
        return secret

    async def _named(self, email: str) -> User:
        async with self.database.reading(SYSTEM) as db:
            user = await users.by_email(db, email_of(email))
        if user is None:
            raise NotFound(f"There is no user {email}.")
        return user
