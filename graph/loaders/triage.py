"""Loaders of triage: what people said and did about errors, by error or by id."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cached_property
from typing import TypeVar

from strawberry.dataloader import DataLoader

from domain.activities import Activity
from domain.assignments import Assignment
from domain.comments import Comment
from domain.error_types import ErrorType
from domain.ids import (
    ActivityId,
    CommentId,
    ErrorId,
    ErrorTypeId,
    ResolutionId,
    ResolutionTypeId,
    UserId,
)
from domain.resolutions import Resolution, ResolutionType
from graph.loaders.batch import batched
from persistence import (
    activities,
    assignments,
    error_comments,
    error_subscriptions,
    error_types,
    resolution_types,
    resolutions,
)
from persistence.database import Database, Reading, Scope
from persistence.pages import Found, Page
from persistence.reach import Reach, reach_of

Item = TypeVar("Item")
Key = TypeVar("Key")
Wanted = tuple[ErrorId, Page]
PageOf = Callable[[Reading, ErrorId, Page, Reach], Awaitable[Found[Item]]]
CountOf = Callable[[Reading, ErrorId, Reach], Awaitable[int]]


class TriageLoaders:
    """The loaders of one request, each made when it is first wanted."""

    def __init__(self, database: Database, scope: Scope) -> None:
        self._database, self._scope, self._reach = database, scope, reach_of(scope)

    @cached_property
    def activities(self) -> DataLoader[Wanted, Found[Activity] | None]:
        """A page of a timeline, by error and page."""
        return self._pages(activities.page_of)

    @cached_property
    def activity_counts(self) -> DataLoader[ErrorId, int]:
        """How long a timeline is, by error."""
        return self._counts(activities.count_of)

    @cached_property
    def activity(self) -> DataLoader[ActivityId, Activity | None]:
        """Entries of timelines by id."""
        return self._batched(lambda db, ids: activities.by_ids(db, ids, self._reach))

    @cached_property
    def comments(self) -> DataLoader[Wanted, Found[Comment] | None]:
        """A page of comments, by error and page."""
        return self._pages(error_comments.page_of)

    @cached_property
    def comment_counts(self) -> DataLoader[ErrorId, int]:
        """How many comments there are, by error."""
        return self._counts(error_comments.count_of)

    @cached_property
    def resolutions(self) -> DataLoader[Wanted, Found[Resolution] | None]:
        """A page of resolutions, by error and page."""
        return self._pages(resolutions.page_of)

    @cached_property
    def resolution_counts(self) -> DataLoader[ErrorId, int]:
        """How often it was resolved, by error."""
        return self._counts(resolutions.count_of)

    @cached_property
    def assignments(self) -> DataLoader[Wanted, Found[Assignment] | None]:
        """A page of who had it, by error and page."""
        return self._pages(assignments.page_of)

    @cached_property
    def assignment_counts(self) -> DataLoader[ErrorId, int]:
        """How often it was assigned, by error."""
        return self._counts(assignments.count_of)

    @cached_property
    def resolution(self) -> DataLoader[ResolutionId, Resolution | None]:
        """Resolutions by id."""
        return self._batched(lambda db, ids: resolutions.by_ids(db, ids, self._reach))

    @cached_property
    def comment(self) -> DataLoader[CommentId, Comment | None]:
        """Comments by id."""
        return self._batched(lambda db, ids: error_comments.by_ids(db, ids, self._reach))

    @cached_property
    def resolution_type(self) -> DataLoader[ResolutionTypeId, ResolutionType | None]:
        """Resolution types by id."""
        return self._batched(resolution_types.by_ids)

    @cached_property
    def error_type(self) -> DataLoader[ErrorTypeId, ErrorType | None]:
        """Error types by id."""
        return self._batched(error_types.by_ids)

    @cached_property
    def subscribers(self) -> DataLoader[ErrorId, list[UserId] | None]:
        """Who wants to hear of it, by error."""
        return self._batched(
            lambda db, ids: error_subscriptions.subscribers_of(db, ids, self._reach)
        )

    def _batched(
        self, read: Callable[[Reading, Sequence[Key]], Awaitable[Mapping[Key, Item]]]
    ) -> DataLoader[Key, Item | None]:
        return batched(self._database, self._scope, read, None)

    def _pages(self, page_of: PageOf[Item]) -> DataLoader[Wanted, Found[Item] | None]:
        async def read(db: Reading, keys: Sequence[Wanted]) -> dict[Wanted, Found[Item]]:
            return {key: await page_of(db, *key, self._reach) for key in keys}

        return self._batched(read)

    def _counts(self, count_of: CountOf) -> DataLoader[ErrorId, int]:
        async def read(db: Reading, ids: Sequence[ErrorId]) -> dict[ErrorId, int]:
            return {id_: await count_of(db, id_, self._reach) for id_ in ids}

        return batched(self._database, self._scope, read, 0)
