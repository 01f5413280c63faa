"""Policies: what an organization decided about what is stored of its events, and how they group.

The digest asks for each batch, so a policy is remembered for a few seconds.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from domain.grouping.config import DEFAULT, GroupingConfig
from domain.ids import OrganizationId
from domain.scrubbing import Scrubber


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The rules that one organization's events are digested by."""

    scrubber: Scrubber = field(default_factory=Scrubber)
    grouping: GroupingConfig = DEFAULT


@dataclass(slots=True, kw_only=True)
class Policies:
    """The policies that this process has met."""

    default: Policy = field(default_factory=Policy)

    async def of(self, organizations: Iterable[OrganizationId]) -> Mapping[OrganizationId, Policy]:
        """Return the policy of each organization."""
        return dict.fromkeys(organizations, self.default)
