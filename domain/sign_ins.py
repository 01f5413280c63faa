"""Sign-ins: a browser in which somebody has signed in (SEC-09)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.ids import SignInId, UserId

PREFIX = "tcs_"
IDLE = timedelta(days=14)
LONGEST = timedelta(days=90)
# How many of one's sign-ins are listed, and kept open at most.
MOST_OF_A_USER = 100
LONGEST_USER_AGENT = 500


class SignInMethod(StrEnum):
    """How somebody showed who they are."""

    PASSWORD = "password"  # noqa: S105 no password, but the word
    LINK = "link"
    INVITATION = "invitation"
    OIDC = "oidc"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """A sign-in in one browser; its secret is in a cookie there, and here only as a hash."""

    id: SignInId
    user_id: UserId
    method: SignInMethod
    user_agent: str | None
    address: str | None
    last_seen_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    created_at: datetime

    def is_usable(self, at: datetime) -> bool:
        """Say whether the sign-in still opens the door."""
        return self.revoked_at is None and at < min(self.expires_at, self.last_seen_at + IDLE)


def secret_of(randomness: bytes) -> str:
    """Return the sign-in's secret text of 32 random bytes."""
    return PREFIX + randomness.hex()
