"""Answers that PostgreSQL writes: a whole selection as one statement, its JSON embedded unparsed.

What cannot be projected (a field that is made in Python, a value that is refused) is answered None:
the same field then runs as ordinary resolvers, and shows its errors where they belong.
"""

from typing import Any

from domain.failures import Invalid
from graph.context import Info
from graph.executor import Raw
from graph.selection import picks_of, shape_of
from persistence.projection.plans import Plans, Question, plan_of, run

# A plan takes some ten kilobytes, and its key holds the document.
PLANS = Plans(2000)
MAX_DOCUMENT = 32_000


async def projected(info: Info, question: Question, type_name: str | None = None) -> Any:
    """Return the answer as `Raw`, or None when the selection needs Python."""
    raw = info._raw_info  # noqa: SLF001  what strawberry hands on of graphql-core
    location = raw.operation.loc
    if not info.context.may_project or location is None or raw.path.prev is not None:
        return None
    document = location.source.body
    if len(document) > MAX_DOCUMENT:
        return None
    name = None if raw.operation.name is None else raw.operation.name.value
    variables = info.variable_values
    key = (
        document,
        name,
        raw.path.key,
        shape_of(variables),
        question.shape,
    )
    plan = PLANS.get(key, lambda: plan_of(question, picks_of(raw, type_name)))
    if plan is None:
        return None
    try:
        values = plan.values(question.values(), variables)
    except Invalid:
        return None
    context = info.context
    return Raw(await run(context.house.database, context.scope, plan, values) or "null")
