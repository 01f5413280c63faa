"""Quotas: how many connections and subscriptions one token and one organization may have.

They count what is open in this process, and what the headcount knows of the others.
"""

from collections import Counter
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field

from application.headcount import Headcount
from domain.ids import OrganizationId
from domain.viewers import Viewer


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveLimits:
    """How much is kept open at once for the same token, or sign-in, and the same organization."""

    connections_per_token: int = 1_000
    connections_per_organization: int = 10_000
    subscriptions_per_token: int = 2_000
    subscriptions_per_organization: int = 20_000


@dataclass(slots=True)
class Quota:
    """What is open, counted by whose it is."""

    what: str
    per_token: int
    per_organization: int
    headcount: Headcount = field(default_factory=Headcount)
    _open: Counter[Hashable] = field(default_factory=Counter)

    def take(self, viewer: Viewer, organization: OrganizationId | None = None) -> str | None:
        """Count one more, or return in a sentence why there may be no more."""
        for key, limit, whose in self._places(viewer, organization):
            if self._open[key] + self.headcount.elsewhere((self.what, key)) >= limit:
                return f"{whose} may have {limit:,} {self.what} at once."
        for key, limit, _ in self._places(viewer, organization):
            self._open[key] += 1
            self.headcount.note((self.what, key), self._open[key], limit)
        return None

    def give_back(self, viewer: Viewer, organization: OrganizationId | None = None) -> None:
        """Count one less."""
        for key, limit, _ in self._places(viewer, organization):
            self._open[key] -= 1
            self.headcount.note((self.what, key), self._open[key], limit)
            if self._open[key] <= 0:
                del self._open[key]

    def _places(
        self, viewer: Viewer, organization: OrganizationId | None
    ) -> Iterator[tuple[Hashable, int, str]]:
        yield viewer.token or viewer.sign_in or viewer.user, self.per_token, "A token or a sign-in"
        for one in viewer.organizations if organization is None else (organization,):
            yield one, self.per_organization, "An organization"
