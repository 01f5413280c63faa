"""Identities: who a provider says somebody is, and what that gives them here (SEC-09)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.failures import Failure, Forbidden
from domain.organizations import MembershipRole

# From the most to the least: who is in several groups has the highest of their roles.
_RANKS = tuple(MembershipRole)


class ProviderFailed(Failure):
    """The provider did not answer, or not as it must."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who a provider says somebody is."""

    issuer: str
    subject: str
    email: str
    is_email_verified: bool
    name: str
    groups: frozenset[str]


@dataclass(frozen=True, slots=True)
class GroupRole:
    """Which role in which organization a group of the provider gives."""

    group: str
    organization: str
    role: MembershipRole


def must_be_verified(identity: Identity) -> None:
    """Refuse an identity whose address may be somebody else's."""
    if not identity.is_email_verified:
        raise Forbidden("Your provider has not verified your e-mail address.")


def roles_of(
    identity: Identity, mapping: Sequence[GroupRole]
) -> Mapping[str, MembershipRole | None]:
    """Return the role in each organization that the mapping speaks of; None where there is none."""
    roles: dict[str, MembershipRole | None] = {}
    for rule in mapping:
        best = roles.setdefault(rule.organization, None)
        if rule.group in identity.groups and (
            best is None or _RANKS.index(rule.role) < _RANKS.index(best)
        ):
            roles[rule.organization] = rule.role
    return roles
