"""Keys of clients: what is made under one has the id that it gives, so that a retry finds it."""

from uuid import UUID

from application.clock import Clock
from domain.failures import Invalid
from domain.ids import OrganizationId, derived_uuid
from domain.viewers import Viewer
from persistence.idempotency import MAX_KEY


def must_be_key(key: str | None) -> None:
    """Refuse a client's key that cannot be kept."""
    if key is not None and not 1 <= len(key) <= MAX_KEY:
        raise Invalid(f"A key has 1 to {MAX_KEY} characters.", field="idempotencyKey")


def own_id(
    clock: Clock, noun: str, organization: OrganizationId, key: str | None, *, by: Viewer
) -> UUID:
    """Return the id of something new: any one, or that of the viewer's key."""
    must_be_key(key)
    if key is None:
        return clock.new_id()
    return derived_uuid(noun.encode(), organization.bytes, by.user.bytes, key.encode())
