"""Organizations: the tenants, and who belongs to them with which role."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from domain.failures import Invalid
from domain.ids import OrganizationId, UserId
from domain.schedules import zone_of

SYSTEM_SLUG = "tocsin"
MAX_SLUG = 100
MAX_NAME = 255
MAX_SETTINGS_BYTES = 16_384

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LOCALE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")


class MembershipRole(StrEnum):
    """What a member of an organization is there for."""

    OWNER = "owner"
    ADMIN = "admin"
    DEVOPS = "devops"
    ON_CALL = "on_call"
    SUPPORT = "support"
    STAFF = "staff"
    VIEWER = "viewer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization:
    """A tenant: everything that is stored belongs to exactly one."""

    id: OrganizationId
    slug: str
    name: str
    timezone: str
    error_rate_limit_per_minute: int
    is_system: bool
    created_at: datetime
    locale: str = "en"
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """One user's place in one organization."""

    organization_id: OrganizationId
    user_id: UserId
    role: MembershipRole
    created_at: datetime | None = None


def slug_of(text: str, *, field: str = "slug") -> str:
    """Return a short name for addresses, or refuse what cannot be one."""
    if not _SLUG.fullmatch(text) or len(text) > MAX_SLUG:
        raise Invalid(
            f"A slug has only small letters, digits and dashes, {MAX_SLUG} at most.", field=field
        )
    return text


def timezone_of(name: str) -> str:
    """Return the name of a time zone, or refuse one that there is not."""
    zone_of(name)
    return name


def locale_of(text: str) -> str:
    """Return a locale such as `en` or `de-AT`, or refuse what cannot be one."""
    if not _LOCALE.fullmatch(text):
        raise Invalid(f"{text[:35]!r} is no locale such as en or de-AT.", field="locale")
    return text


def settings_of(value: object) -> Mapping[str, Any]:
    """Return settings as they are kept: a JSON object of bounded size."""
    if not isinstance(value, dict):
        raise Invalid("Settings are a JSON object.", field="settings")
    try:
        packed = json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except ValueError as error:
        raise Invalid(
            "The settings have a value that cannot be stored.", field="settings"
        ) from error
    if b"\\u0000" in packed:
        raise Invalid("The settings have a character that cannot be stored.", field="settings")
    if len(packed) > MAX_SETTINGS_BYTES:
        raise Invalid(f"Settings have at most {MAX_SETTINGS_BYTES:,} bytes.", field="settings")
    return value
