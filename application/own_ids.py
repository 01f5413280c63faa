"""Own ids: what is made under a client's key has the id that the key gives: a retry finds it."""

from uuid import UUID

from application.clock import Clock
from domain.failures import Invalid
from domain.ids import OrganizationId, derived_uuid
from domain.viewers import Viewer
from persistence.idempotency import MAX_KEY


def own_id(
    clock: Clock, noun: str, organization: OrganizationId, key: str | None, *, by: Viewer
) -> UUID:
    """Return the id of something new: any one, or that of the viewer's key."""
    if key is None:
        return clock.new_id()
    if not 1 <= len(key) <= MAX_KEY:
        raise Invalid(f"A key has 1 to {MAX_KEY} characters.", field="idempotencyKey")
    return derived_uuid(noun.encode(), organization.bytes, by.user.bytes, key.encode())
