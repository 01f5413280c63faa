"""Outcomes: what became of everything that clients sent, so that nothing is lost in silence."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.ids import IngestKeyId, OrganizationId


class Outcome(StrEnum):
    """What became of something that a client sent (ERR-08)."""

    ACCEPTED = "accepted"
    DEDUPLICATED = "deduplicated"
    RATE_LIMITED = "rate_limited"
    SUPPRESSED = "suppressed"
    INVALID = "invalid"
    CONSENT_REFUSED = "consent_refused"
    UNSUPPORTED = "unsupported"
    CLIENT_DISCARDED = "client_discarded"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeKey:
    """What outcomes are counted by: a key, a minute, what it was and what became of it."""

    organization_id: OrganizationId
    ingest_key_id: IngestKeyId
    minute: datetime
    outcome: Outcome
    category: str
    reason: str = ""
