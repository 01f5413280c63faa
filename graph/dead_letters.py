"""Dead letters, as the API shows them: accepted items that could not be digested, and why."""

from datetime import datetime
from typing import Annotated, Self

import strawberry

from domain.ids import DeadLetterId, OrganizationId, ServiceId
from domain.inbox import DeadLetter as Letter
from domain.rights import Right
from graph.connections import After, Connection, First, connection_of, page_asked
from graph.context import Info
from graph.failures import Forbidden, Invalid, NotFound
from graph.ids import Node, dead_letter_id, organization_id, service_id, shown
from graph.services import Service, service_of
from persistence.inbox.dead_letters import KEYSET, by_ids, count_of
from persistence.projection.declared import DEAD_LETTER
from persistence.reach import EVERYWHERE, reach_of

Ids = Annotated[
    list[strawberry.ID],
    strawberry.argument(description="Which, 500 at most; those that are gone are left out."),
]
Whose = Annotated[strawberry.ID, strawberry.argument(description="The organization.")]


@strawberry.type
class DeadLetter(Node):
    """An accepted item that could not be digested; kept for 30 days."""

    letter: strawberry.Private[Letter]
    kind: str = strawberry.field(description="What it is, such as event or session.")
    reason: str = strawberry.field(description="Why it could not be digested.")
    event_id: str = strawberry.field(description="The id of the event, 32 hex digits.")
    client: str | None = strawberry.field(description="What sent it, by its own words.")
    received_at: datetime = strawberry.field(description="When it was accepted.")
    created_at: datetime = strawberry.field(description="When its digest was given up.")
    packed_bytes: int = strawberry.field(description="How large it is as it is stored.")

    @classmethod
    def of(cls, letter: Letter) -> Self:
        """Show a dead letter."""
        return cls(
            id=shown(DEAD_LETTER, letter.id),
            letter=letter,
            kind=letter.kind,
            reason=letter.reason,
            event_id=letter.event_id.hex,
            client=letter.client,
            received_at=letter.received_at,
            created_at=letter.created_at,
            packed_bytes=letter.packed_bytes,
        )

    @strawberry.field
    async def service(self, info: Info) -> Service | None:
        """The service that it was sent for."""
        return await service_of(info, ServiceId(self.letter.service_id))

    @strawberry.field
    async def body(self, info: Info) -> str | None:
        """What was sent, as JSON without its secrets and cut; null where it is no JSON."""
        return await info.context.house.dead_letters.body(self.letter, by=info.context.viewer)


@strawberry.type
class ReplayDeadLettersSuccess:
    """They wait in the inbox again."""

    replayed: int = strawberry.field(description="How many were still there.")


ReplayDeadLettersResult = Annotated[
    ReplayDeadLettersSuccess | NotFound | Invalid | Forbidden,
    strawberry.union("ReplayDeadLettersResult", description="How many wait again, or why not."),
]


@strawberry.type
class DiscardDeadLettersSuccess:
    """They are gone for good."""

    discarded: int = strawberry.field(description="How many were still there.")


DiscardDeadLettersResult = Annotated[
    DiscardDeadLettersSuccess | NotFound | Invalid | Forbidden,
    strawberry.union("DiscardDeadLettersResult", description="How many are gone, or why not."),
]


@strawberry.type
class DeadLetterQueries:
    """What can be asked about dead letters."""

    @strawberry.field
    async def dead_letters(
        self,
        info: Info,
        organization: Whose,
        service: Annotated[
            strawberry.ID | None, strawberry.argument(description="Only those of this service.")
        ] = None,
        first: First = None,
        after: After = None,
    ) -> Connection[DeadLetter]:
        """What could not be digested, newest first; for owners, admins and devops."""
        context = info.context
        house, by = context.house, context.viewer
        whose = organization_id(organization, field="organization")
        of = None if service is None else service_id(service, field="service")
        page = page_asked(KEYSET, first=first, after=after)
        found = await house.dead_letters.page(whose, page, by=by, service=of)

        async def counted() -> int:
            async with house.database.reading(context.scope) as db:
                return await count_of(db, reach_of(context.scope, whose), of)

        return connection_of(found, page, KEYSET, DeadLetter.of, counted)


@strawberry.type
class DeadLetterMutations:
    """What can be done to dead letters."""

    @strawberry.mutation
    async def replay_dead_letters(
        self, info: Info, organization: Whose, ids: Ids
    ) -> ReplayDeadLettersResult:
        """Let them be digested again, once their cause is gone; none is ever digested twice."""
        whose, letters = _asked(organization, ids)
        use = info.context.house.dead_letters
        done = await use.replay(whose, letters, by=info.context.viewer)
        return ReplayDeadLettersSuccess(replayed=done)

    @strawberry.mutation
    async def discard_dead_letters(
        self, info: Info, organization: Whose, ids: Ids
    ) -> DiscardDeadLettersResult:
        """Throw them away for good."""
        whose, letters = _asked(organization, ids)
        use = info.context.house.dead_letters
        done = await use.discard(whose, letters, by=info.context.viewer)
        return DiscardDeadLettersSuccess(discarded=done)


async def dead_letter_of(info: Info, id_: DeadLetterId) -> DeadLetter | None:
    """Return the dead letter of an id, or None when there is none that the viewer may see."""
    context = info.context
    async with context.house.database.reading(context.scope) as db:
        found = (await by_ids(db, [id_], EVERYWHERE)).get(id_)
    if found is None or not context.viewer.may(Right.CONFIGURE, found.organization_id):
        return None
    return DeadLetter.of(found)


def _asked(
    organization: str, ids: list[strawberry.ID]
) -> tuple[OrganizationId, list[DeadLetterId]]:
    whose = organization_id(organization, field="organization")
    return whose, [dead_letter_id(id_, field="ids") for id_ in ids]
