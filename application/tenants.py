"""How a tenant is made, and the one that holds what concerns no tenant (CON-15)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from application.clock import Clock
from domain.error_types import BUILTIN_ERROR_TYPES
from domain.failures import Conflict
from domain.ids import OrganizationId
from domain.limits import DEFAULT_PER_MINUTE
from domain.organizations import SYSTEM_SLUG, Organization, slug_of
from domain.resolutions import BUILTIN_RESOLUTION_TYPES
from domain.services import name_of
from persistence import error_types, organizations, resolution_types
from persistence.database import Writing

_NAME = "Tocsin itself"


async def make(
    db: Writing,
    clock: Clock,
    at: datetime,
    *,
    slug: str,
    name: str,
    more: Mapping[str, Any] | None = None,
    is_system: bool = False,
) -> Organization:
    """Make a tenant with the built-in types and levels."""
    if await organizations.by_slug(db, slug) is not None:
        raise Conflict(f"There is an organization {slug!r} already.")
    organization = Organization(
        id=OrganizationId(clock.new_id()),
        slug=slug_of(slug),
        name=name_of(name, maximum=255),
        error_rate_limit_per_minute=DEFAULT_PER_MINUTE,
        is_system=is_system,
        created_at=at,
        **dict[str, Any]({"timezone": "UTC"} | dict(more or {})),
    )
    await organizations.add(db, organization)
    ids = {builtin.code: clock.new_id() for builtin in BUILTIN_ERROR_TYPES}
    await error_types.add_builtins(db, organization.id, ids)
    ways = {name: clock.new_id() for name in BUILTIN_RESOLUTION_TYPES}
    await resolution_types.add_builtins(db, organization.id, ways)
    return organization


async def of_the_system(db: Writing, clock: Clock) -> Organization:
    """Return the organization of what concerns no tenant, made when it is first needed."""
    if (found := await organizations.the_system(db)) is not None:
        return found
    taken = await organizations.by_slug(db, SYSTEM_SLUG)
    slug = SYSTEM_SLUG if taken is None else f"{SYSTEM_SLUG}-{clock.randomness(4).hex()}"
    return await make(db, clock, clock.now(), slug=slug, name=_NAME, is_system=True)
