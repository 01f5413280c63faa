"""Services: what a DSN belongs to, and the public keys that SDKs send with."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.ids import IngestKeyId, OrganizationId, ServiceId
from domain.limits import DEFAULT_PER_MINUTE

_NOT_IN_A_SLUG = re.compile(r"[^a-z0-9]+")


class KeyPurpose(StrEnum):
    """What an ingest key may send."""

    INGEST = "ingest"
    REPORT = "report"


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A program that people run, and whose errors they watch; `number` is its id in a DSN."""

    id: ServiceId
    organization_id: OrganizationId
    number: int
    name: str
    description: str | None
    is_business_critical: bool
    is_active: bool
    created_at: datetime

    @property
    def slug(self) -> str:
        """The name as it stands in an address; a name may hold anything."""
        return _NOT_IN_A_SLUG.sub("-", self.name.lower()).strip("-") or str(self.number)

    def is_called(self, name: str) -> bool:
        """Say whether a build means this service: by its name, its slug or its number."""
        return name in (self.name, self.slug, str(self.number))


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestKey:
    """The public key of a DSN: it may only send, never read."""

    id: IngestKeyId
    organization_id: OrganizationId
    service_id: ServiceId
    service_number: int
    service_name: str
    public_key: str
    purpose: KeyPurpose
    is_active: bool
    allowed_origins: tuple[str, ...] = ()
    rate_limit_per_minute: int | None = None
    error_limit_per_minute: int = DEFAULT_PER_MINUTE

    def dsn(self, public_url: str) -> str:
        """Return the DSN to paste into an SDK, for the address that clients reach us at."""
        scheme, _, rest = public_url.rstrip("/").partition("://")
        return f"{scheme}://{self.public_key}@{rest}/{self.service_number}"
