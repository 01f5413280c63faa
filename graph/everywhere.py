"""Everywhere: what is asked for by who names no organization.

Row-level security finds no index (decision 0038), so what a system administrator sees is asked for
by its organizations too, as for everybody else.
"""

from domain.ids import OrganizationId
from graph.context import Info
from persistence.organizations import ids_of_all
from persistence.reach import Reach, reach_of

# Beyond that the policy alone decides; lists of more take seconds.
MOST_NAMED = 1_000


async def reach_asked(info: Info, organization: OrganizationId | None) -> Reach:
    """Return what a request reaches: this organization, or all that the viewer may see."""
    scope = info.context.scope
    reach = reach_of(scope, organization)
    if reach.organizations is not None:
        return reach
    async with info.context.house.database.reading(scope) as db:
        found = await ids_of_all(db, MOST_NAMED + 1)
    return Reach(tuple(found)) if 0 < len(found) <= MOST_NAMED else reach
