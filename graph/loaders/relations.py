"""How errors belong together: merged, duplicates, escalated; by error."""

from collections.abc import Mapping
from functools import cached_property

from strawberry.dataloader import DataLoader

from domain.duplicates import Duplicate
from domain.errors import Error
from domain.escalations import Escalation
from domain.ids import ErrorId
from graph.loaders.batch import batched
from persistence import duplicates, escalations
from persistence.database import Database, Scope
from persistence.errors.families import merged_into
from persistence.reach import reach_of


class RelationLoaders:
    """The loaders of what leads from an error to others, and to who was called."""

    def __init__(self, database: Database, scope: Scope) -> None:
        self._on = (database, scope)
        self._reach = reach_of(scope)

    @cached_property
    def merged(self) -> DataLoader[ErrorId, list[Error]]:
        """The errors that are merged into each."""
        return batched(*self._on, lambda db, ids: merged_into(db, ids, self._reach), [])

    @cached_property
    def duplicate_of(self) -> DataLoader[ErrorId, Duplicate | None]:
        """Of what each is a duplicate."""
        return batched(
            *self._on, lambda db, ids: duplicates.primaries_of(db, ids, self._reach), None
        )

    @cached_property
    def duplicates(self) -> DataLoader[ErrorId, list[Duplicate]]:
        """The duplicates of each."""
        return batched(*self._on, lambda db, ids: duplicates.of_primaries(db, ids, self._reach), [])

    @cached_property
    def with_duplicates(self) -> DataLoader[ErrorId, Mapping[str, int] | None]:
        """The figures of each and its duplicates together."""
        return batched(
            *self._on, lambda db, ids: duplicates.figures_with(db, ids, self._reach), None
        )

    @cached_property
    def escalations(self) -> DataLoader[ErrorId, list[Escalation]]:
        """Who was called to each, newest first."""
        return batched(*self._on, lambda db, ids: escalations.of_errors(db, ids, self._reach), [])
