"""User reports for the tests of their queue: what people send, and what is asked of it."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from application.digest import Digest
from application.policies import Policies
from application.user_reports import report_handlers
from domain.inbox import ItemKind
from persistence.database import SYSTEM
from tests.application.digesting import accept, an_event, an_item, digest_all
from tests.conftest import CLOCK

LIST = """query ($where: UserReportFilter) {
  userReports(where: $where, first: 50) { totalCount edges { node {
    id title status priority reportType dueAt isOverdue isLinkedByHand resolvedAt resolutionNotes
    assignee { name } error { id } duplicateOf { id }
    timeline(first: 20) { totalCount edges { node { kind body data actor { name } } } }
  } } }
}"""
REFUSED = "... on Failure { message } ... on Invalid { field }"


async def report(
    house: Any, tenant: Any, *titles: str, at: datetime | None = None, **feedback: Any
) -> list[str]:
    """Let people report something; return the ids in the order of the titles."""
    for title in titles:
        said = {"contexts": {"feedback": {"message": f"{title}.", **feedback}}}
        said["contexts"]["report"] = {"title": title}
        payload = b'{"type":"feedback"}\n' + json.dumps(said).encode()
        await accept(house.database, an_item(tenant, payload, kind=ItemKind.FEEDBACK, at=at))
        await digest_reports(house)
    async with house.database.raw_reading(SYSTEM) as db:
        rows = await db.fetch(
            "SELECT id, title FROM user_reports WHERE organization_id = $1", tenant.organization
        )
    ids = {row["title"]: f"rep_{row['id']}" for row in rows}
    return [ids[title] for title in titles]


async def fails(house: Any, tenant: Any, event_id: UUID) -> None:
    """Let something fail as this event, and digest it."""
    await accept(house.database, an_item(tenant, an_event("pay"), event_id=event_id))
    await digest_reports(house)


async def digest_reports(house: Any) -> None:
    """Digest what waits, events and reports."""
    policies = Policies(database=house.database, clock=CLOCK)
    digest = Digest(
        database=house.database,
        hub=house.hub,
        clock=CLOCK,
        policies=policies,
        handlers=report_handlers(policies, 1_000_000, CLOCK),
    )
    await digest_all(digest)


async def queue(door: Any, token: str, **where: Any) -> list[dict[str, Any]]:
    """Return the reports of a list."""
    answer = (await door.ask(token, LIST, where=where)).json()
    assert "errors" not in answer, answer
    return [edge["node"] for edge in answer["data"]["userReports"]["edges"]]


async def act(door: Any, token: str, name: str, selected: str, **given: Any) -> dict[str, Any]:
    """Run one mutation; each argument is given as (its type, its value)."""
    declared = ", ".join(f"${key}: {kind}" for key, (kind, _) in given.items())
    passed = ", ".join(f"{key}: ${key}" for key in given)
    success = f"{name[0].upper()}{name[1:]}Success"
    document = (
        f"mutation ({declared}) {{ {name}({passed}) {{ __typename"
        f" ... on {success} {{ {selected} }} {REFUSED} }} }}"
    )
    values = {key: value for key, (_, value) in given.items()}
    answer = (await door.ask(token, document, **values)).json()
    assert "errors" not in answer, answer
    return answer["data"][name]
