"""How an organization's events group: the version of the algorithm, its rules, and what was before.

What was before is looked up too for a while after a change, so that an event whose hashes are new
still finds the error that its like belonged to.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from domain.grouping.rules import Rule

VERSION = 1
VERSIONS = frozenset({VERSION})
LOOKED_BACK = timedelta(days=30)
MOST_BEFORE = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupingConfig:
    """How events are grouped; `before` are the ways that were left, newest first."""

    version: int = VERSION
    uses_context_lines: bool = True
    rules: tuple[Rule, ...] = ()
    service: str = ""
    before: tuple["GroupingConfig", ...] = ()

    def of_service(self, id_: UUID, name: str) -> "GroupingConfig":
        """Return how the events of one service are grouped."""
        return replace(
            self,
            rules=tuple(rule for rule in self.rules if rule.service_id in (None, id_)),
            service=name,
            before=tuple(was.of_service(id_, name) for was in self.before),
        )


DEFAULT = GroupingConfig()
