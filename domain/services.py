"""Services: what a DSN belongs to, and the public keys that SDKs send with."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

from domain.failures import Invalid
from domain.ids import IngestKeyId, OrganizationId, ServiceId, TeamId
from domain.limits import DEFAULT_PER_MINUTE
from domain.names import must_be_one_line

MAX_SERVICES = 1_000
MAX_KEYS = 50
MAX_NAME = 100
MAX_DESCRIPTION = 2_000
MAX_RUNBOOK_LINKS = 20
MAX_LINK_TITLE = 200
MAX_LINK_URL = 2_000
MAX_ORIGINS = 100
MAX_ORIGIN = 255

_NOT_IN_A_SLUG = re.compile(r"[^a-z0-9]+")
_ORIGIN = re.compile(r"(https?://)?(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?")


class KeyPurpose(StrEnum):
    """What an ingest key may send."""

    INGEST = "ingest"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class RunbookLink:
    """Where it is written what to do when a service fails."""

    title: str
    url: str


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
    is_external: bool = False
    owner_team_id: TeamId | None = None
    runbook_links: tuple[RunbookLink, ...] = ()

    @property
    def slug(self) -> str:
        """The name as it stands in an address; a name may hold anything."""
        return _NOT_IN_A_SLUG.sub("-", self.name.lower()).strip("-") or str(self.number)

    def is_called(self, name: str) -> bool:
        """Say whether a build means this service: by its name, its slug or its number."""
        return name in (self.name, self.slug, str(self.number))


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestKey:
    """The public key of a DSN: it may only send, never read.

    It `is_active` when it is switched on itself and its service is, too.
    """

    id: IngestKeyId
    organization_id: OrganizationId
    service_id: ServiceId
    service_number: int
    service_name: str
    public_key: str
    purpose: KeyPurpose
    is_active: bool
    is_enabled: bool = True
    allowed_origins: tuple[str, ...] = ()
    rate_limit_per_minute: int | None = None
    error_limit_per_minute: int = DEFAULT_PER_MINUTE
    last_used_at: datetime | None = None
    created_at: datetime | None = None

    def dsn(self, public_url: str) -> str:
        """Return the DSN to paste into an SDK, for the address that clients reach us at."""
        scheme, _, rest = public_url.rstrip("/").partition("://")
        return f"{scheme}://{self.public_key}@{rest}/{self.service_number}"


def name_of(text: str, *, maximum: int = MAX_NAME, field: str = "name") -> str:
    """Return a name without the blanks around it, or refuse one that is empty or too long."""
    name = text.strip()
    if not name:
        raise Invalid("A name has at least one character.", field=field)
    if len(name) > maximum:
        raise Invalid(f"A name has at most {maximum} characters.", field=field)
    return must_be_one_line(name, field=field)


def links_of(links: Sequence[RunbookLink]) -> tuple[RunbookLink, ...]:
    """Return links that a browser may follow, or refuse the others."""
    if len(links) > MAX_RUNBOOK_LINKS:
        raise Invalid(f"At most {MAX_RUNBOOK_LINKS} links are kept.", field="runbookLinks")
    for link in links:
        _check_link(link)
    return tuple(links)


def _check_link(link: RunbookLink) -> None:
    try:
        parts = urlsplit(link.url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.netloc or len(link.url) > MAX_LINK_URL:
        raise Invalid(f"{link.url[:100]!r} is no address of a web page.", field="runbookLinks")
    if not link.title.strip() or len(link.title) > MAX_LINK_TITLE:
        raise Invalid(f"A title has 1 to {MAX_LINK_TITLE} characters.", field="runbookLinks")


def origins_of(origins: Sequence[str]) -> tuple[str, ...]:
    """Return origins as keys know them, or refuse what is none: `*`, `*.example.com`, a host."""
    if len(origins) > MAX_ORIGINS:
        raise Invalid(f"At most {MAX_ORIGINS} origins are kept.", field="allowedOrigins")
    cleaned = tuple(dict.fromkeys(origin.strip().lower().rstrip("/") for origin in origins))
    for origin in cleaned:
        if origin != "*" and (len(origin) > MAX_ORIGIN or not _ORIGIN.fullmatch(origin)):
            raise Invalid(
                f"{origin[:100]!r} is no origin such as https://shop.example or *.shop.example.",
                field="allowedOrigins",
            )
    return cleaned
