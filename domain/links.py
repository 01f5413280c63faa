"""Links that are good once: to set a new password, or to enter without one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.ids import UserId

PREFIX = "tcl_"


class LinkPurpose(StrEnum):
    """What a link is good for."""

    ENTER = "enter"
    RESET = "reset"


GOOD_FOR = {LinkPurpose.ENTER: timedelta(days=1), LinkPurpose.RESET: timedelta(hours=1)}


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInLink:
    """A link for one person; what came by mail shows that the address is theirs."""

    user_id: UserId
    purpose: LinkPurpose
    is_mailed: bool
    expires_at: datetime
    used_at: datetime | None

    def is_usable(self, at: datetime) -> bool:
        """Say whether the link is still good."""
        return self.used_at is None and at < self.expires_at


def secret_of(randomness: bytes) -> str:
    """Return the link's secret text of 32 random bytes."""
    return PREFIX + randomness.hex()


def enter_link(public_url: str, secret: str) -> str:
    """Return the link by which somebody enters without a password."""
    return f"{public_url}/auth/enter?token={secret}"


def reset_link(public_url: str, secret: str) -> str:
    """Return the link to set a new password; behind the # no server on the way sees the secret."""
    return f"{public_url}/reset-password#token={secret}"


def invitation_link(public_url: str, secret: str) -> str:
    """Return the link to accept an invitation."""
    return f"{public_url}/invitation#token={secret}"
