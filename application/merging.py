"""What may be done to errors beside deciding about each: one value, for the wiring."""

from dataclasses import dataclass
from typing import Self

from application.clock import Clock
from application.duplicates import DuplicateUseCases
from application.escalations import EscalationUseCases
from application.feed import Hub
from application.merges import MergeUseCases
from persistence.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Merging:
    """Merges, duplicates and escalations."""

    merges: MergeUseCases
    duplicates: DuplicateUseCases
    escalations: EscalationUseCases

    @classmethod
    def of(cls, database: Database, hub: Hub, clock: Clock) -> Self:
        """Return them over a database."""
        return cls(
            merges=MergeUseCases(database=database, hub=hub, clock=clock),
            duplicates=DuplicateUseCases(database=database, hub=hub, clock=clock),
            escalations=EscalationUseCases(database=database, hub=hub, clock=clock),
        )
