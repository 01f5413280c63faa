"""Removals, as the API shows them: what would go, what is going, and what went."""

from datetime import datetime
from typing import Annotated, Self

import strawberry

from domain import removals
from domain.failures import Invalid
from domain.ids import OrganizationId, RemovalId, UserId
from domain.removals import RemovalKind
from graph.connections import After, Connection, First, connection_of, page_asked
from graph.context import Info
from graph.ids import Node, organization_id, service_id, shown
from graph.scalars import BigInt
from graph.users import User, user_of
from persistence.projection.declared import ORGANIZATION, REMOVAL, SERVICE
from persistence.reach import Reach, reach_of
from persistence.removals import KEYSET, by_ids, count, page_of


@strawberry.type
class RemovedCount:
    """How much of something there is, or went."""

    what: str = strawberry.field(description="What it is: the name of its table.")
    quantity: BigInt = strawberry.field(description="How many rows.")
    is_at_least: bool = strawberry.field(
        description="Whether there are more: a preview counts to 100,000."
    )


@strawberry.type
class Removal(Node):
    """The removal of an organization or a service with all that is theirs."""

    organization_key: strawberry.Private[OrganizationId]
    requested_key: strawberry.Private[UserId | None]
    kind: RemovalKind = strawberry.field(description="What is removed.")
    object_id: strawberry.ID = strawberry.field(description="The id of what is removed.")
    name: str = strawberry.field(description="The organization's slug, or the service's name.")
    requested_at: datetime = strawberry.field(description="When it was asked for.")
    finished_at: datetime | None = strawberry.field(description="When nothing was left.")
    removed: list[RemovedCount] = strawberry.field(description="What went already.")

    @classmethod
    def of(cls, removal: removals.Removal) -> Self:
        """Show a removal."""
        prefix = ORGANIZATION if removal.kind is RemovalKind.ORGANIZATION else SERVICE
        return cls(
            id=shown(REMOVAL, removal.id),
            organization_key=removal.organization_id,
            requested_key=removal.requested_by,
            kind=removal.kind,
            object_id=shown(prefix, removal.object_id),
            name=removal.name,
            requested_at=removal.requested_at,
            finished_at=removal.finished_at,
            removed=[
                RemovedCount(what=what, quantity=BigInt(quantity), is_at_least=False)
                for what, quantity in sorted(removal.removed.items())
            ],
        )

    @strawberry.field
    async def requested_by(self, info: Info) -> User | None:
        """Who asked for it."""
        return await user_of(info, self.requested_key)


@strawberry.type
class RemovalQueries:
    """What can be asked about removals."""

    @strawberry.field
    async def removal_preview(
        self,
        info: Info,
        organization: Annotated[
            strawberry.ID | None,
            strawberry.argument(description="The organization that would be deleted."),
        ] = None,
        service: Annotated[
            strawberry.ID | None,
            strawberry.argument(description="Or the service that would be."),
        ] = None,
    ) -> list[RemovedCount]:
        """What would go with an organization or a service; for those who may delete it."""
        use = info.context.house.people.removals
        if organization is not None and service is None:
            whose = organization_id(organization, field="organization")
            found = await use.preview_organization(whose, by=info.context.viewer)
        elif service is not None and organization is None:
            which = service_id(service, field="service")
            found = await use.preview_service(which, by=info.context.viewer)
        else:
            raise Invalid("Name an organization or a service.", field="organization")
        return [
            RemovedCount(
                what=each.what, quantity=BigInt(each.quantity), is_at_least=each.is_at_least
            )
            for each in found
        ]

    @strawberry.field
    async def removals(
        self,
        info: Info,
        organization: Annotated[
            strawberry.ID | None,
            strawberry.argument(description="Only those of this organization."),
        ] = None,
        first: First = None,
        after: After = None,
    ) -> Connection[Removal]:
        """The removals that the viewer may see, newest first; they stay when all else is gone."""
        context = info.context
        only = None if organization is None else organization_id(organization, field="organization")
        reach: Reach = reach_of(context.scope, only)
        page = page_asked(KEYSET, first=first, after=after)
        async with context.house.database.reading(context.scope) as db:
            found = await page_of(db, reach, page)

        async def counted() -> int:
            async with context.house.database.reading(context.scope) as db:
                return await count(db, reach)

        return connection_of(found, page, KEYSET, Removal.of, counted)


async def removal_of(info: Info, id_: RemovalId) -> Removal | None:
    """Return the removal of an id, or None when there is none that the viewer may see."""
    context = info.context
    async with context.house.database.reading(context.scope) as db:
        found = (await by_ids(db, [id_], reach_of(context.scope))).get(id_)
    return None if found is None else Removal.of(found)
