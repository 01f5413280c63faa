"""API tokens: how programs call the GraphQL API; only a hash is kept."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.ids import ApiTokenId, OrganizationId, UserId

PREFIX = "tocsin_"


class TokenScope(StrEnum):
    """What a token may do."""

    READ = "read"
    WRITE = "write"
    ARTIFACTS = "artifacts"


@dataclass(frozen=True, slots=True)
class BoundDocument:
    """The only GraphQL document that a token may run, and its SHA-256 in hexadecimal."""

    text: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiToken:
    """A secret that acts for one user in one organization, within its scopes."""

    id: ApiTokenId
    organization_id: OrganizationId
    user_id: UserId
    name: str
    scopes: frozenset[TokenScope]
    expires_at: datetime | None
    revoked_at: datetime | None
    created_at: datetime
    last_used_at: datetime | None = None
    bound: BoundDocument | None = None

    def is_usable(self, at: datetime) -> bool:
        """Say whether the token still opens the door."""
        return self.revoked_at is None and (self.expires_at is None or at < self.expires_at)


def secret_of(randomness: bytes) -> str:
    """Return the token's secret text of 32 random bytes; it is shown once and never stored."""
    return PREFIX + randomness.hex()


def hash_of(secret: str) -> bytes:
    """Return what is stored of a secret: 32 bytes of SHA-256 (the secret has 256 random bits)."""
    return hashlib.sha256(secret.encode()).digest()
