"""Users: the people who sign in, are assigned errors and are called at night."""

from dataclasses import dataclass
from datetime import datetime

from domain.failures import Invalid
from domain.ids import UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person with a sign-in."""

    id: UserId
    email: str
    name: str
    is_system_admin: bool
    is_active: bool
    created_at: datetime
    # When it was shown that the address is theirs, not only written down by somebody.
    email_verified_at: datetime | None = None


def name_of(text: str | None) -> str:
    """Return what a person is called as it is stored, or refuse what cannot be a name."""
    name = (text or "").strip()
    if not name or len(name) > 255 or not name.isprintable():
        raise Invalid("Say what you are called, in at most 255 characters.", field="name")
    return name


def email_of(text: str) -> str:
    """Return the address as it is stored, or refuse what cannot be one."""
    address = text.strip().lower()
    local, at, host = address.rpartition("@")
    is_plain = address.isprintable() and " " not in address
    if not (local and at and "." in host.strip(".")) or len(address) > 255 or not is_plain:
        raise Invalid(f"{text!r} is not an e-mail address.", field="email")
    return address
