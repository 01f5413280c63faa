"""What may improve events between reading and grouping, such as source maps."""

from collections.abc import Collection, Sequence
from typing import Protocol

from domain.events import Event
from domain.ids import OrganizationId
from domain.inbox import InboxItem
from persistence.database import RawConnection


class Resolver(Protocol):
    """Gives events the frames that people wrote, where it knows them."""

    async def known_by(
        self, organizations: Collection[OrganizationId]
    ) -> Collection[OrganizationId]:
        """Return those of the organizations whose events it may improve at all."""
        ...

    async def resolve(
        self, db: RawConnection, read: Sequence[tuple[InboxItem, Event]]
    ) -> list[Event]:
        """Return the events in the same order; those that it knows nothing of as they were."""
        ...


class NoResolver:
    """Leaves events as they are."""

    async def known_by(
        self, _organizations: Collection[OrganizationId]
    ) -> Collection[OrganizationId]:
        """Return nobody."""
        return ()

    async def resolve(
        self, _db: RawConnection, read: Sequence[tuple[InboxItem, Event]]
    ) -> list[Event]:
        """Return the events."""
        return [event for _, event in read]
