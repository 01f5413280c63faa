"""What may be done to errors beside deciding about each: one value, for the wiring."""

from dataclasses import dataclass
from typing import Self

from application.clock import Clock
from application.deletions import DeletionUseCases
from application.duplicates import DuplicateUseCases
from application.escalations import EscalationUseCases
from application.feed import Hub
from application.merges import MergeUseCases
from persistence.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Merging:
    """Merges, duplicates, escalations and deletions."""

    merges: MergeUseCases
    duplicates: DuplicateUseCases
    escalations: EscalationUseCases
    deletions: DeletionUseCases

    @classmethod
    def of(cls, database: Database, hub: Hub, clock: Clock) -> Self:
        """Return them over a database."""
        return cls(
            merges=MergeUseCases(database=database, hub=hub, clock=clock),
            duplicates=DuplicateUseCases(database=database, hub=hub, clock=clock),
            deletions=DeletionUseCases(database=database, hub=hub, clock=clock),
            escalations=EscalationUseCases(database=database, hub=hub, clock=clock),
        )
