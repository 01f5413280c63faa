"""Settings of how people sign in: the provider, and the keys that secrets are kept under."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from domain.identities import GroupRole
from domain.organizations import MembershipRole
from outbound.oidc_terms import Provider

# Of a key that secrets are kept under, in characters.
SHORTEST_KEY = 32


class SettingsInvalid(Exception):
    """A setting cannot be used as it stands; the message names it and says what it should be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Oidc:
    """The provider, and what its groups give."""

    provider: Provider
    mapping: tuple[GroupRole, ...]

    @property
    def host(self) -> str:
        """The host of the provider, as people know it."""
        return urlsplit(self.provider.issuer).netloc


def secret_keys(env: Mapping[str, str]) -> tuple[str, ...]:
    """Return the keys that secrets are kept under, the newest first."""
    name = "TOCSIN_SECRET_KEYS"
    keys = tuple(key.strip() for key in env.get(name, "").split(",") if key.strip())
    if any(len(key) < SHORTEST_KEY for key in keys):
        raise SettingsInvalid(f"Each key in {name} must have {SHORTEST_KEY} characters or more.")
    return keys


def oidc(env: Mapping[str, str]) -> Oidc | None:
    """Return the provider, None where none is set."""
    issuer, client_id = env.get("TOCSIN_OIDC_ISSUER"), env.get("TOCSIN_OIDC_CLIENT_ID")
    if not issuer and not client_id:
        return None
    if not issuer or not client_id:
        raise SettingsInvalid("TOCSIN_OIDC_ISSUER and TOCSIN_OIDC_CLIENT_ID belong together.")
    if not issuer.startswith(("https://", "http://localhost", "http://127.0.0.1")):
        raise SettingsInvalid("TOCSIN_OIDC_ISSUER must begin with https://.")
    scopes = env.get("TOCSIN_OIDC_SCOPES", "openid email profile")
    if "openid" not in scopes.split():
        raise SettingsInvalid("TOCSIN_OIDC_SCOPES must have openid among them.")
    return Oidc(
        provider=Provider(
            issuer=issuer,
            client_id=client_id,
            client_secret=env.get("TOCSIN_OIDC_CLIENT_SECRET") or None,
            scopes=scopes,
            groups_claim=env.get("TOCSIN_OIDC_GROUPS_CLAIM", "groups"),
        ),
        mapping=_mapping(env.get("TOCSIN_OIDC_GROUPS", "")),
    )


def _mapping(text: str) -> tuple[GroupRole, ...]:
    """Read `group=organization:role, …`."""
    rules = []
    for part in (one.strip() for one in text.split(",")):
        if not part:
            continue
        group, is_, right = part.rpartition("=")
        organization, to, role = right.rpartition(":")
        if not (group and is_ and organization and to) or role not in set(MembershipRole):
            raise SettingsInvalid(
                f"TOCSIN_OIDC_GROUPS has {part!r}; write group=organization:role, with a role of "
                + ", ".join(MembershipRole)
                + "."
            )
        rules.append(GroupRole(group.strip(), organization.strip(), MembershipRole(role)))
    return tuple(rules)
