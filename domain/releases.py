"""Releases: the versions of a program that its builds announce."""

from dataclasses import dataclass
from datetime import datetime

from domain.ids import OrganizationId, ReleaseId, ServiceId


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One version of what an organization runs; final once it is said to be released."""

    id: ReleaseId
    organization_id: OrganizationId
    version: str
    url: str | None
    finalized_at: datetime | None
    service_ids: tuple[ServiceId, ...]
    created_at: datetime
