"""Bulk: ten thousand errors resolved by one mutation, and reopened by another.

Over HTTP, by token and under row-level security, with everything that belongs to it: resolutions,
timelines, the audit log and a feed entry for each error, in one transaction.
"""

import asyncio
import statistics
import time
import urllib.request
from typing import Any
from uuid import UUID

import orjson

from benchmarks.installation import Installation, cpu_seconds, running
from benchmarks.query import cpu_of_postgres
from benchmarks.seed import Sizes, seed

ERRORS = 10_000
ROUNDS = 5
BUDGET_SECONDS = 3.0

DECIDE = """
mutation ($errors: ErrorSelection!) {
  decided: %s(errors: $errors) {
    __typename
    ... on Failure { message }
    ... on %s { changedCount }
  }
}
"""


def main() -> None:
    """Resolve and reopen in turns, and print how long each took."""
    with running(work=0) as own:
        organization = asyncio.run(_filled(own))
        taken: dict[str, list[float]] = {"resolve": [], "reopen": []}
        cpu = cpu_seconds(own.processes[0].pid), cpu_of_postgres(own)
        for _ in range(ROUNDS):
            taken["resolve"].append(_decide(own, organization, "resolveErrors", "NEW"))
            taken["reopen"].append(_decide(own, organization, "reopenErrors", "RESOLVED"))
            # What was resolved is open now: it is put back to be found again.
            asyncio.run(own.sql("UPDATE errors SET status = 'new' WHERE status = 'open'"))
        cpu = (
            (cpu_seconds(own.processes[0].pid) - cpu[0]) / ROUNDS / 2,
            (cpu_of_postgres(own) - cpu[1]) / ROUNDS / 2,
        )
        print(f"    CPU of a decision: serve {cpu[0]:.2f} s, PostgreSQL {cpu[1]:.2f} s")
        for name, seconds in taken.items():
            print(
                f"    {name} {ERRORS} errors   {statistics.median(seconds):.2f} s"
                f" ({min(seconds):.2f} to {max(seconds):.2f}), at most {BUDGET_SECONDS} s"
            )


async def _filled(own: Installation) -> UUID:
    organization = await own.sql("SELECT id FROM organizations WHERE NOT is_system")
    if not isinstance(organization, UUID):
        raise TypeError("The installation has no organization.")
    await seed(own.database_url, organization, Sizes(errors=ERRORS, users=100))
    await own.sql("UPDATE errors SET status = 'new', resolved_at = NULL")
    return organization


def _decide(own: Installation, organization: UUID, mutation: str, status: str) -> float:
    where = {"organization": f"org_{organization}", "status": [status]}
    success = f"{mutation[0].upper()}{mutation[1:]}Success"
    body = {
        "query": DECIDE % (mutation, success),
        "variables": {"errors": {"where": where, "expectedCount": ERRORS}},
    }
    began = time.perf_counter()
    answer = _ask(own, body)
    taken = time.perf_counter() - began
    if answer.get("data", {}).get("decided", {}).get("changedCount") != ERRORS:
        raise RuntimeError(f"Not all were changed: {answer}")
    return taken


def _ask(own: Installation, body: dict[str, Any]) -> dict[str, Any]:
    request = urllib.request.Request(
        f"{own.url}/graphql",
        orjson.dumps(body),
        {"Content-Type": "application/json", "Authorization": f"Bearer {own.token}"},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return orjson.loads(answer.read())
