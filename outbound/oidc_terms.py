"""What is known of a provider and of a sign-in there, for whoever need not speak to it.

The libraries that speak OpenID Connect weigh fifteen megabytes; only a process that is configured
for a provider loads them.
"""

from dataclasses import dataclass
from typing import Protocol

from domain.identities import Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """What the operator says of the provider."""

    issuer: str
    client_id: str
    client_secret: str | None
    scopes: str
    groups_claim: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A sign-in that is under way at the provider: what only its browser may bring back."""

    state: str
    nonce: str
    verifier: str


class Client(Protocol):
    """Speaks to a provider; `outbound.oidc` does."""

    async def address(self, begun: Begun) -> str:
        """Return where to send the browser."""
        ...

    async def identity(self, begun: Begun, code: str, issuer: str | None) -> Identity:
        """Return who has signed in, by the code that their browser brings back."""
        ...
