"""Escalations over the API: who was called to which error, and calling them."""

from typing import Annotated

import strawberry

from domain.escalations import EscalationLevel
from domain.ids import EscalationId
from graph.connections import After, Before, Connection, First, Last, connection_of, page_asked
from graph.context import Info
from graph.error_links import Escalation
from graph.failures import Conflict, Forbidden, Invalid, NotFound
from graph.ids import error_id, escalation_id, user_id
from graph.texts import text_of
from persistence.escalations import KEYSET, by_ids, count_to, page_to
from persistence.reach import reach_of

MAX_REASON = 1_000


@strawberry.type
class EscalateErrorSuccess:
    """They are called."""

    escalation: Escalation = strawberry.field(
        description="The call; the one that is open already when there is one."
    )


EscalateErrorResult = Annotated[
    EscalateErrorSuccess | NotFound | Invalid | Conflict | Forbidden,
    strawberry.union("EscalateErrorResult", description="The call, or why there is none."),
]


@strawberry.type
class AcknowledgeEscalationSuccess:
    """It is seen."""

    escalation: Escalation = strawberry.field(description="The call as it is now.")


AcknowledgeEscalationResult = Annotated[
    AcknowledgeEscalationSuccess | NotFound | Invalid | Conflict | Forbidden,
    strawberry.union("AcknowledgeEscalationResult", description="The call, or why not."),
]


@strawberry.type
class EscalationQueries:
    """What can be asked about escalations."""

    @strawberry.field
    async def escalations_to_me(
        self,
        info: Info,
        only_open: Annotated[
            bool, strawberry.argument(description="Only those that are not acknowledged.")
        ] = True,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Escalation]:
        """What the viewer was called to, newest first."""
        context, reach = info.context, reach_of(info.context.scope)
        page = page_asked(KEYSET, first=first, after=after, last=last, before=before)
        async with context.house.database.reading(context.scope) as db:
            found = await page_to(db, context.viewer.user, reach, page, only_open=only_open)

        async def counted() -> int:
            async with context.house.database.reading(context.scope) as db:
                return await count_to(db, context.viewer.user, reach, only_open=only_open)

        return connection_of(found, page, KEYSET, Escalation.of, counted)


@strawberry.type
class EscalationMutations:
    """What can be escalated."""

    @strawberry.mutation
    async def escalate_error(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The error.")],
        to: Annotated[strawberry.ID, strawberry.argument(description="Who is called.")],
        level: Annotated[EscalationLevel, strawberry.argument(description="How high it goes.")],
        reason: Annotated[
            str, strawberry.argument(description="Why, in at most 1,000 characters.")
        ],
    ) -> EscalateErrorResult:
        """Call a member by name; while the same call is open, a second changes nothing."""
        made = await info.context.house.merging.escalations.escalate(
            error_id(id),
            user_id(to, field="to"),
            level,
            reason=text_of(reason, field="reason", maximum=MAX_REASON),
            by=info.context.viewer,
        )
        return EscalateErrorSuccess(escalation=Escalation.of(made))

    @strawberry.mutation
    async def acknowledge_escalation(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The escalation.")],
    ) -> AcknowledgeEscalationResult:
        """Say that a call was seen: by who was called, or who may triage."""
        after = await info.context.house.merging.escalations.acknowledge(
            escalation_id(id), by=info.context.viewer
        )
        return AcknowledgeEscalationSuccess(escalation=Escalation.of(after))


async def escalation_of(info: Info, id_: EscalationId) -> Escalation | None:
    """Return the escalation of an id, or None when there is none that the viewer may see."""
    context = info.context
    async with context.house.database.reading(context.scope) as db:
        found = (await by_ids(db, [id_], reach_of(context.scope))).get(id_)
    return None if found is None else Escalation.of(found)
