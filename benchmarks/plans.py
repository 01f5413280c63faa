"""Plans: how PostgreSQL reads each kind of search, at some hundred thousand errors or more.

Every search is asked as the API asks it: the same statement, the same transaction, under row-level
security as a plain member, planned once without its values. The plans are written to
`benchmarks/plans/`, and a table of how long each took; none may take longer than 50 ms.
"""

import asyncio
import os
import re
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from sqlalchemy import select
from sqlalchemy.dialects.postgresql.asyncpg import dialect as asyncpg_dialect

from application.searching import Searcher
from benchmarks.installation import running
from benchmarks.reader import fill
from benchmarks.seed import sizes_asked
from domain.ids import OrganizationId, UserId
from domain.organizations import MembershipRole
from domain.search.completing import MAX_SUGGESTIONS
from domain.viewers import Viewer
from persistence.database import Database, scope_of_viewer
from persistence.errors import naming
from persistence.errors.finding import find
from persistence.errors.lists import Criteria, ErrorList, ErrorOrder, count_up_to
from persistence.pages import Page
from persistence.projection.picks import Pick, Picks
from persistence.projection.plans import plan_of, run
from persistence.projection.questions import ErrorsPage
from persistence.reach import Reach

KEPT = Path(__file__).parent / "plans"
TRIES = 5
MOST_COUNTED = 10_000
MOST = 50

SEARCHES = {
    "everything": "",
    "unresolved": "is:unresolved",
    "resolved": "is:resolved",
    "muted": "is:muted",
    "one status": "status:identified",
    "severity": "is:unresolved severity:>=critical",
    "severity and level": "severity:emergency level:critical",
    "service": "is:unresolved service:service-7",
    "service and environment": "service:service-7 environment:staging is:resolved",
    "three columns": "is:unresolved severity:low service:service-3 environment:staging",
    "no such environment": "environment:nowhere",
    "release": "release:1.7.3",
    "tag of many": "tag.browser:Firefox",
    "tag of many, unresolved": "tag.browser:[Firefox, Safari] is:unresolved severity:high",
    "tag of few": "tag.customer:c-4711",
    "no such tag": "tag.browser:Lynx",
    "word of many": "cannot",
    "word of many, unresolved": "is:unresolved invoice",
    "two words of many": "ConnectTimeout voucher",
    "three words of many, muted": "is:muted declined shipment send",
    "word of few": "4711",
    "beginning of a word": "inv",
    "beginning of nearly all": "ha",
    "no such word": "quetzalcoatl",
    "text in quotation marks": '"find address"',
    "user": "user:user-4711",
    "assigned to me": "assignee:me",
    "assigned to me, unresolved": "assignee:me is:unresolved",
    "assigned to nobody": "assignee:nobody is:unresolved",
    "last seen lately": "last-seen:<2h",
    "last seen long ago": "last-seen:>3w",
    "first seen lately": "first-seen:<1d is:unresolved",
    "seen often": "count:>100",
    "seen by many": "users:>100 is:muted",
    "not unresolved": "!is:unresolved",
    "not a tag": "!tag.browser:Firefox is:unresolved",
    "not a word": "is:unresolved !cannot",
    "not a service": "!service:service-7 !severity:low",
    "everything at once": "is:unresolved assignee:me severity:>=high tag.browser:Firefox cannot",
}
# What the search box asks for while somebody types.
TYPED = {
    "services": ("service", "serv"),
    "people": ("assignee", "user19"),
    "environments": ("environment", "st"),
    "releases": ("release", "1.3"),
    "a tag's values, few": ("tag.browser", ""),
    "a tag's values, many": ("tag.customer", "c-47"),
    "a tag's values, none": ("tag.customer", "x"),
}

_USER = tuple(Pick(name, name) for name in ("id", "name", "email"))
_TAG = (Pick("key", "key"), Pick("value", "value"))
_OCCURRENCE = (
    *(Pick(name, name) for name in ("id", "occurred_at", "message")),
    Pick("tags", "tags", picks=_TAG),
)
_SHOWN = (
    "id short_id title culprit status severity level environment"
    " occurrence_count users_affected_count first_seen_at last_seen_at"
)
_ERROR = (
    *(Pick(name, name) for name in _SHOWN.split()),
    Pick("assignee", "assignee", picks=_USER),
    Pick("latest_occurrence", "latest_occurrence", picks=_OCCURRENCE),
)
# The dashboard's list: the columns, who has it, the latest occurrence with its tags.
PICKS: Picks = (
    Pick("edges", "edges", picks=(Pick("cursor", "cursor"), Pick("node", "node", picks=_ERROR))),
    Pick(
        "page_info",
        "page_info",
        picks=(Pick("more", "has_next_page"), Pick("end", "end_cursor")),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """Milliseconds of each step, and the plan of what finds the rows."""

    looked_up: float
    found: float
    shown: float
    counted: float
    plan: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks: a member of an organization, or of several of which one has errors."""

    database: Database
    viewer: Viewer
    reach: Reach

    async def question(self, search: str) -> ErrorsPage:
        """Return what a search asks for, with its rows found if that is the way to read it."""
        now = datetime.now(UTC)
        async with self.database.reading(scope_of_viewer(self.viewer)) as db:
            searcher = Searcher(db=db, reach=self.reach, viewer=self.viewer, now=now)
            conditions = await searcher.conditions(search) if search else ()
        listed = ErrorList(
            reach=self.reach,
            criteria=Criteria(searched=conditions),
            order=ErrorOrder.LAST_SEEN_DESC,
            page=Page(),
        )
        return ErrorsPage(listed=listed, now=now)

    async def timed(self, search: str) -> Timed:
        """Return how long a search takes, and the plan of what finds its rows."""
        asked = await self.question(search)
        times = [[step async for step in self._steps(search)] for _ in range(TRIES)]
        plan = await self._plan(asked)
        counted = await _milliseconds(self._count(asked.listed.criteria))
        looked_up, found, shown = (min(column) for column in zip(*times, strict=True))
        return Timed(looked_up=looked_up, found=found, shown=shown, counted=counted, plan=plan)

    async def _steps(self, search: str) -> AsyncIterator[float]:
        began = perf_counter()
        asked = await self.question(search)
        yield (perf_counter() - began) * 1000
        began = perf_counter()
        if not asked.listed.is_in_order:
            async with self.database.reading(scope_of_viewer(self.viewer)) as db:
                asked = replace(asked, listed=await find(db, asked.listed))
        yield (perf_counter() - began) * 1000
        plan = plan_of(asked, PICKS)
        began = perf_counter()
        await run(
            self.database, scope_of_viewer(self.viewer), plan, plan.values(asked.values(), {})
        )
        yield (perf_counter() - began) * 1000

    async def _count(self, criteria: Criteria) -> None:
        async with self.database.reading(scope_of_viewer(self.viewer)) as db:
            await count_up_to(db, self.reach, criteria, MOST_COUNTED)

    async def _plan(self, asked: ErrorsPage) -> str:
        """Return the plan as it is run: with the values where they are known to it."""
        is_whole = asked.listed.is_in_order
        if is_whole:
            plan = plan_of(asked, PICKS)
            sql, values = plan.sql, plan.values(asked.values(), {})
        else:
            rows = asked.listed.first_rows().subquery()
            compiled = select(rows.c.id).compile(dialect=asyncpg_dialect())
            known = asked.values()
            sql, values = str(compiled), [known[name] for name in compiled.positiontup or ()]
        given = ", ".join(map(_literal, values))
        scope = scope_of_viewer(self.viewer)
        async with self.database.raw_reading(scope, is_planned_once=is_whole) as db:
            await db.execute(f"PREPARE explained AS {sql}")
            call = f"EXECUTE explained({given})" if values else "EXECUTE explained"
            lines = await db.fetch(f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF) {call}")
            await db.execute("DEALLOCATE explained")
        return "\n".join(row[0] for row in lines)

    async def suggested(self, key: str, begins: str) -> float:
        """Return milliseconds of a suggestion."""
        times = []
        for _ in range(TRIES):
            async with self.database.reading(scope_of_viewer(self.viewer)) as db:
                began = perf_counter()
                await naming.beginning(db, self.reach, key, begins, MAX_SUGGESTIONS)
                times.append((perf_counter() - began) * 1000)
        return min(times)


async def explain(url: str, organization: OrganizationId, only: str = "") -> None:
    """Write the plans of all searches whose name has `only` in it, and print the table."""
    database = Database(url, pool_size=2)
    user = UserId(await _value(url, _MEMBER))
    role = MembershipRole.STAFF
    KEPT.mkdir(exist_ok=True)
    others = {OrganizationId(uuid4()): role for _ in range(2)}
    one = Viewer(user=user, roles={organization: role})
    several = Viewer(user=user, roles={organization: role, **others})
    try:
        rows = []
        for breadth, viewer in (("one", one), ("several", several)):
            reach = Reach(tuple(sorted(viewer.organizations)))
            asker = Asker(database=database, viewer=viewer, reach=reach)
            for name, search in SEARCHES.items():
                if only in name:
                    rows.append(await _written(asker, breadth, name, search))
            for name, (key, begins) in TYPED.items():
                if only in name:
                    took = await asker.suggested(key, begins)
                    said = f"{key}:{begins}"
                    rows.append(f"| {breadth} | {name} | `{said}` | | | | {took:.1f} | |")
                    print(rows[-1], flush=True)
        if not only:
            errors = await _value(url, "SELECT count(*) FROM errors")
            said = f", load {os.getloadavg()[0]:.1f}"
            head = _HEAD.format(errors=errors, said=said, tries=TRIES, most=MOST_COUNTED)
            (KEPT / "README.md").write_text(head + "\n".join(rows) + "\n")
    finally:
        await database.close()


async def _written(asker: Asker, breadth: str, name: str, search: str) -> str:
    timed = await asker.timed(search)
    file = KEPT / breadth / f"{re.sub('[^a-z]+', '_', name)}.txt"
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"{search}\n\n{_shortened(timed.plan)}\n")
    steps = (timed.looked_up, timed.found, timed.shown)
    each = " | ".join(f"{step:.1f}" for step in (*steps, sum(steps), timed.counted))
    row = f"| {breadth} | {name} | `{search}` | {each} |{' **slow**' if sum(steps) > MOST else ''}"
    print(row, flush=True)
    return row


async def _milliseconds(work: Awaitable[None]) -> float:
    began = perf_counter()
    await work
    return (perf_counter() - began) * 1000


def _literal(value: object) -> str:
    if isinstance(value, list):
        return "ARRAY[" + ", ".join(map(_literal, value)) + "]"
    text = "'" + str(value).replace("'", "''") + "'"
    if isinstance(value, UUID):
        return f"{text}::uuid"
    return str(value) if isinstance(value, int) else text


async def _value(url: str, statement: str) -> Any:
    owner = await asyncpg.connect(url)
    try:
        return await owner.fetchval(statement)
    finally:
        await owner.close()


def _shortened(plan: str) -> str:
    """Return a plan without the partitions that were not looked at."""
    kept: list[str] = []
    skipped = -1
    for line in plan.split("\n"):
        depth = len(line) - len(line.lstrip())
        if skipped >= 0 and depth > skipped:
            continue
        skipped = depth if "(never executed)" in line else -1
        if skipped < 0:
            kept.append(line.rstrip())
    return "\n".join(kept)


# Somebody who has some hundred errors, as colleagues have.
_MEMBER = "SELECT id FROM users WHERE email = 'user1@example.com'"

_HEAD = """# Plans

Written by `python -m benchmarks plans`; each search's plan is in the file of its name. {errors}
errors, two shared processors{said}. Milliseconds, each step with a transaction of its own, the best
of {tries}: the names, words and tags of a search looked up; the rows of the page found (0 where one
index holds all that is asked in the order of the list: then they are found as they are shown); 50
errors with their assignees and latest occurrences; all of these; and the count for a saved view, up
to {most}. `one`: the reader belongs to one organization. `several`: to three, of which two are
empty.

| reader | search | text | looked up | found | shown | all | counted |
| --- | --- | --- | --- | --- | --- | --- | --- |
"""


def main() -> None:
    """Fill an installation, write the plans and print the table."""
    sizes = sizes_asked(errors=300_000, occurrences=600_000)
    with running(serve=0, work=0, may_be_kept=True) as own:
        filled = asyncio.run(fill(own, sizes))
        asyncio.run(explain(own.database_url, OrganizationId(filled.organization)))
