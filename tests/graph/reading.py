"""What the tests of the read path read: two tenants full of errors, and ways to ask about them."""

from dataclasses import MISSING, dataclass, field, fields
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
import strawberry
from strawberry.extensions import ParserCache, ValidationCache
from strawberry.schema.config import StrawberryConfig

from application.attachments import AttachmentLinks
from application.clock import Clock
from application.errors import ErrorUseCases
from application.people import People
from domain.errors import ErrorStatus
from domain.ids import uuid7
from domain.levels import LogLevel, Severity
from domain.viewers import Viewer
from graph.answers import SharedAnswers
from graph.context import Context, House
from graph.cursors import CURSOR, FeedCursor
from graph.executor import FragmentExecutor
from graph.scalars import SCALARS
from graph.schema import Query
from persistence import bodies
from persistence.database import SYSTEM, Database
from tests.house import Tenant

NOW = datetime(2026, 3, 4, 12, 34, 56, 789000, tzinfo=UTC)
CLOCK = Clock(now=lambda: NOW, randomness=lambda n: bytes(range(n)))

# Without the limits on aliases and depth, which are another test's matter.
SCHEMA = strawberry.Schema(
    Query,
    config=StrawberryConfig(scalar_map={**SCALARS, FeedCursor: CURSOR}),
    execution_context_class=FragmentExecutor,
    # The same long document is asked by many callers.
    extensions=[lambda: ParserCache(maxsize=20), lambda: ValidationCache(maxsize=20)],
)

TEXTS = (
    'quote " backslash \\ slash / percent % under_score',
    "emoji 🔥, ümläüts, ﬁ ligature, ß, \u2028 and \x01 control \t tab",
    "plain",
    "cannot read property 'x' of undefined",
    "</script><!-- {{ }} ${}",
)
BODY = {
    "exception": {
        "values": [
            {"type": "KeyError", "value": "'a'"},
            {
                "type": "ValueError",
                "value": "no",
                "mechanism": {"type": "generic", "handled": False},
                "stacktrace": {
                    "frames": [
                        {"function": "main", "filename": "app.py", "lineno": 3, "in_app": True},
                        {"function": "run", "vars": {"x": "1"}, "pre_context": ["a", "b"]},
                    ],
                    "frames_omitted": [1, 4],
                },
            },
        ]
    },
    "breadcrumbs": {
        "values": [
            {"timestamp": 1700000000.5, "category": "http", "data": {"status": 500}},
            {"timestamp": "2026-03-04T12:00:00Z", "message": "hi", "level": "info"},
            {"timestamp": "never"},
        ]
    },
    "contexts": {"browser": {"name": "Firefox"}},
    "request": {"url": "https://shop.example/", "method": "GET"},
    "user": {"id": "7"},
    "extra": {"n": 1.5},
    "modules": {"starlette": "1.0"},
    "sdk": {"name": "sentry.python", "version": "2.0.0"},
    "errors": [{"type": "invalid_data"}],
}


@dataclass
class Seeded:
    """One error as it was put there."""

    id: UUID
    row: dict[str, Any]
    occurrences: list[UUID] = field(default_factory=list)


def an_id(n: int, kind: int) -> UUID:
    """An id that says which thing it is, so that a failing test can be read."""
    return uuid7(1_772_000_000_000 + n, bytes([kind]) + n.to_bytes(9, "big"))


async def seed(
    database: Database, tenant: Tenant, *, errors: int = 40, start: int = 0
) -> list[Seeded]:
    """Fill a tenant with errors of every kind, some of them seen at the very same moment."""
    seeded = [_an_error(tenant, start + n) for n in range(errors)]
    async with database.raw_writing(SYSTEM) as db:
        type_id = await db.fetchval(
            "SELECT id FROM error_types WHERE organization_id = $1 AND code = 'unknown'",
            tenant.organization,
        )
        for day in range(8):
            await db.fetchval(
                "SELECT make_occurrence_partition($1)", (NOW - timedelta(days=day)).date()
            )
        for n, error in enumerate(seeded):
            row = {**error.row, "error_type_id": type_id}
            names = ", ".join(row)
            binds = ", ".join(f"${i}" for i in range(1, len(row) + 1))
            await db.execute(f"INSERT INTO errors ({names}) VALUES ({binds})", *row.values())
            await _add_parts(db, tenant, error, start + n)
    return seeded


def _an_error(tenant: Tenant, n: int) -> Seeded:
    seen = NOW - timedelta(minutes=37 * (n // 3), microseconds=100_000 * (n % 4))
    status = list(ErrorStatus)[n % len(ErrorStatus)]
    return Seeded(
        an_id(n, 1),
        {
            "organization_id": tenant.organization,
            "id": an_id(n, 1),
            "service_id": tenant.service.id,
            "service_name": ("shop-web", "straße", "ﬁ x")[n % 3],
            "number": n + 1,
            "fingerprint": f"{n:064x}",
            "fingerprint_version": 1,
            "error_type": ("unknown", "database")[n % 2],
            "title": f"{TEXTS[n % len(TEXTS)]} {n}",
            "message": TEXTS[(n + 2) % len(TEXTS)],
            "culprit": "app.main" if n % 2 else "",
            "platform": "python",
            "level": list(LogLevel)[n % len(LogLevel)].value,
            "severity": list(Severity)[n % len(Severity)].value,
            "status": status.value,
            "priority": (None, "p0", "p4")[n % 3],
            "component": None if n % 2 else "cart",
            "line_number": None if n % 2 else n,
            "environment": (None, "production", "staging")[n % 3],
            "first_seen_at": NOW - timedelta(days=6, seconds=n // 2),
            "last_seen_at": seen,
            "listed_at": seen - timedelta(seconds=n % 3),
            "occurrence_count": 2**40 + n,
            "users_affected_count": n * n % 23,
            "correlation_id": an_id(n, 9) if n % 4 == 0 else None,
            "calendar_context": orjson.dumps({"day": "x", "n": [1, None]}).decode()
            if n % 5 == 0
            else None,
            "assigned_to": tenant.user if n % 3 == 0 else None,
            "resolved_at": NOW if n % 7 == 0 else None,
            "resolved_by": tenant.user if n % 7 == 0 else None,
            "resolution_kind": "manual" if n % 7 == 0 else None,
            "metadata": orjson.dumps({"b": 1.25, "a": {"deep": [True, TEXTS[1]]}}).decode(),
            "tags": ["a", 'b"c', "ü"] if n % 2 else [],
            "created_at": NOW,
            "updated_at": NOW - timedelta(microseconds=n),
        },
    )


async def _add_parts(db: Any, tenant: Tenant, error: Seeded, n: int) -> None:
    first, last = error.row["first_seen_at"], error.row["last_seen_at"]
    for k in range(n % 6):
        # Two share the moment of the last one, and one stands at the first.
        at = last if k in (0, 1) else first + (last - first) * (k - 2) / 4
        body_format, body = bodies.pack(orjson.dumps({**BODY, "message": f"{n}.{k}"}))
        occurrence = an_id(1000 * n + k, 2)
        error.occurrences.append(occurrence)
        await db.execute(
            "INSERT INTO occurrences (organization_id, id, occurred_at, received_at, error_id,"
            " service_id, event_id, level, message, release, ip_address, tags, body_format, body)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::text::inet, $12, $13, $14)",
            tenant.organization,
            occurrence,
            at,
            NOW,
            error.id,
            tenant.service.id,
            an_id(1000 * n + k, 3),
            error.row["level"],
            TEXTS[k % len(TEXTS)],
            None if k % 2 else "1.0",
            (None, "10.1.2.3", "2001:db8::1")[k % 3],
            orjson.dumps(
                {"z": "1", "a": TEXTS[k % 5], "Ä": "x", "B": ""} if k % 2 else {}
            ).decode(),
            body_format,
            body,
        )
    for hour in range(n % 4):
        await db.execute(
            "INSERT INTO error_hours VALUES ($1, $2, date_trunc('hour', $3::timestamptz), $4)",
            tenant.organization,
            error.id,
            NOW - timedelta(hours=hour * 2),
            2**35 + hour,
        )
    for k in range(n % 3):
        await db.execute(
            "INSERT INTO assignments (organization_id, id, error_id, assigned_to, assigned_by,"
            " assignment_notes, is_active, created_at) VALUES ($1, $2, $3, $4, $4, $5, $6, $7)",
            tenant.organization,
            an_id(10 * n + k, 4),
            error.id,
            tenant.user,
            TEXTS[k],
            k == 1,
            NOW - timedelta(minutes=k),
        )


@dataclass
class Reader:
    """Asks as a viewer, either way."""

    database: Database
    viewer: Viewer

    def context(self, *, may_project: bool = True) -> Context:
        """Return what the resolvers of one request are handed."""
        # Only reads: the use cases that change things are not there, however many there are.
        nothing = {part.name: None for part in fields(House) if part.default is MISSING}
        given = {
            "database": self.database,
            "errors": ErrorUseCases(database=self.database, hub=None, clock=CLOCK),
            "links": AttachmentLinks(
                database=self.database, clock=CLOCK, public_url="https://tocsin.example"
            ),
            "answers": SharedAnswers(),
            "people": People.of(self.database, None, CLOCK),
            "public_url": "https://tocsin.example",
        }
        house = House(**(nothing | given))
        return Context(house=house, viewer=self.viewer, request_id="r", may_project=may_project)

    async def answer(self, query: str, *, may_project: bool = True, **variables: Any) -> Any:
        """Return the execution's result."""
        context = self.context(may_project=may_project)
        return await SCHEMA.execute(query, variable_values=variables, context_value=context)

    async def data(self, query: str, *, may_project: bool = True, **variables: Any) -> Any:
        """Return the data of an answer without errors."""
        result = await self.answer(query, may_project=may_project, **variables)
        assert result.errors is None, result.errors
        return orjson.loads(orjson.dumps(result.data))

    async def both(self, query: str, **variables: Any) -> Any:
        """Return the data, after both ways to read gave the same, which PostgreSQL wrote."""
        result = await self.answer(query, **variables)
        assert result.errors is None, result.errors
        assert all(isinstance(value, orjson.Fragment) for value in result.data.values())
        written = orjson.loads(orjson.dumps(result.data))
        resolved = await self.data(query, may_project=False, **variables)
        assert written == resolved
        return written


def ids(data):
    return [edge["node"]["id"] for edge in data["errors"]["edges"]]


def newest_first(seeded):
    return [
        f"err_{e.id}"
        for e in sorted(seeded, key=lambda e: (e.row["listed_at"], e.id), reverse=True)
    ]
