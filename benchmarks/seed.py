"""Seed: an organization that has used Tocsin for a month, written in sets by the database's owner.

One error in a hundred is loud and has half of all occurrences; the others have equally many each.
Times lie closer the nearer they are to now, and an error's occurrences lie evenly between its first
and last. What errors are found by (words, tags, who met them) follows from the same rows.

Indexes that are not needed meanwhile are dropped and built at the end, foreign keys not checked:
that is what makes a million errors a matter of minutes.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import asyncpg
import orjson

from domain.visitors import visitors_of
from persistence import bodies

DAYS = 30
LOUD_EACH = 100
SERVICES = 20
BODIES = 64
PEOPLE = 20_000
# So many of an error's users are known by name; of its customers, three at most.
MOST_MET = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How much of everything; occurrences come out near what is said."""

    errors: int = 200_000
    occurrences: int = 2_000_000
    users: int = 5_000

    @property
    def quiet(self) -> int:
        """How many occurrences an error has that is not loud."""
        return max(1, round(self.occurrences / self.errors / 2))

    @property
    def loud(self) -> int:
        """How many occurrences a loud error has: all of them together as many as the quiet ones."""
        return max(self.quiet, round(self.occurrences / self.errors * LOUD_EACH / 2))


def sizes_asked(*, errors: int, occurrences: int) -> Sizes:
    """Return what the environment asks for, or else this."""
    return Sizes(
        errors=int(os.environ.get("BENCH_ERRORS", errors)),
        occurrences=int(os.environ.get("BENCH_OCCURRENCES", occurrences)),
    )


# In the order in which they refer to each other.
_PARTITIONS = """
SELECT make_occurrence_partition(day::date)
FROM generate_series(current_date - $1::int, current_date + 1, interval '1 day') AS day
"""

_SERVICES = """
INSERT INTO services (organization_id, id, name)
SELECT $1, uuidv7(), 'service-' || n FROM generate_series(1, $2::int) AS n
"""

_USERS = """
WITH added AS (
    INSERT INTO users (id, email, name)
    SELECT uuidv7(), 'user' || n || '@example.com', 'User ' || n
    FROM generate_series(1, $2::int) AS n
    RETURNING id
)
INSERT INTO memberships (organization_id, user_id, role) SELECT $1, id, 'staff' FROM added
"""

# Seven of ten errors are assigned to somebody.
_ERRORS = """
INSERT INTO errors (
    organization_id, id, service_id, service_name, number, fingerprint, fingerprint_version,
    error_type_id, error_type, title, message, culprit, platform, level, severity, status,
    component, file_path, line_number, endpoint_path, environment, first_release, last_release,
    first_seen_at, last_seen_at, listed_at, occurrence_count, users_affected_count,
    sessions_affected_count, assigned_to, metadata, tags, created_at, updated_at
)
SELECT
    $1, uuidv7(first_at - now()), s.id, s.name, n, md5(n::text), 1,
    t.id, t.code,
    kind || ': cannot ' || verb || ' ' || noun || ' ' || n || ' of undefined',
    'Cannot ' || verb || ' ' || noun || ' ' || n || ' of undefined (the cart of a visitor)',
    'app/services/' || noun || '_' || n % 997 || '.py in handle_' || n % 31,
    'python',
    (array['debug', 'info', 'warning', 'error', 'critical'])[1 + n / 50 % 5],
    (array['low', 'medium', 'high', 'critical', 'emergency'])[1 + n / 10 % 5],
    (array['new', 'new', 'open', 'open', 'investigating', 'recurring', 'identified', 'resolved',
           'closed', 'ignored'])[1 + n % 10],
    'component-' || n % 40, 'app/services/' || noun || '_' || n % 997 || '.py', 1 + n % 400,
    '/api/v1/things/' || n % 500,
    (array['production', 'production', 'staging'])[1 + n % 3],
    '1.' || n % 40 || '.0', '1.' || n % 40 || '.' || n % 7,
    first_at, last_at, last_at, occurrences, (occurrences + 1) / 2, (occurrences + 1) / 2,
    CASE WHEN n / 7 % 10 < 7 THEN u.id END,
    '{"grouping": {"version": 1, "kind": "app_stack"}}',
    CASE n % 3 WHEN 1 THEN array['checkout'] WHEN 2 THEN array['flaky', 'team-' || n % 9]
    ELSE '{}' END,
    first_at, last_at
FROM (
    SELECT n, first_at, first_at + random() * (now() - first_at) AS last_at,
        CASE WHEN n % $3::int = 0 THEN $4::int ELSE $5::int END AS occurrences,
        (array['TypeError', 'ValueError', 'KeyError', 'ConnectTimeout', 'IntegrityError', 'OSError',
               'NullPointerException', 'AssertionError', 'HTTPError', 'PaymentDeclined',
               'LockNotAvailable'])[1 + n % 11] AS kind,
        (array['read', 'write', 'open', 'send', 'parse', 'lock', 'find'])[1 + n % 7] AS verb,
        (array['property', 'order', 'invoice', 'basket', 'session', 'message', 'image', 'address',
               'price', 'voucher', 'shipment', 'account', 'report'])[1 + n / 3 % 13] AS noun
    FROM (
        SELECT n, now() - random() * $6::interval AS first_at
        FROM generate_series(1, $2::int) AS n
    ) AS begun
) AS lived
JOIN (
    SELECT id, name, row_number() OVER (ORDER BY id) - 1 AS place FROM services
    WHERE organization_id = $1
) AS s ON s.place = n % (SELECT count(*) FROM services WHERE organization_id = $1)
JOIN (
    SELECT id, code, row_number() OVER (ORDER BY code) - 1 AS place FROM error_types
    WHERE organization_id = $1
) AS t ON t.place = n % (SELECT count(*) FROM error_types WHERE organization_id = $1)
JOIN (
    SELECT user_id AS id, row_number() OVER (ORDER BY user_id) - 1 AS place FROM memberships
    WHERE organization_id = $1
) AS u ON u.place = n % (SELECT count(*) FROM memberships WHERE organization_id = $1)
ORDER BY first_at
"""

# Those of one day, so that what is sorted fits into memory.
_OCCURRENCES = """
INSERT INTO occurrences (
    organization_id, id, occurred_at, received_at, error_id, service_id, event_id, level, message,
    environment, release, transaction, server_name, url, user_ref, session_id, tags, body_format,
    body
)
SELECT
    $1, uuidv7(at - now()), at, at, error_id, service_id, gen_random_uuid(), level,
    message || ', time ' || k, environment, last_release, culprit, 'web-' || k % 64,
    'https://shop.example.com' || endpoint_path,
    'user-' || (number * 13 + k % $5::int * 31) % $6::int, NULL,
    jsonb_build_object(
        'browser', (array['Firefox', 'Chrome', 'Safari', 'Edge'])[1 + number / 2 % 4],
        'region', (array['eu', 'us'])[1 + number / 8 % 2],
        'release', last_release,
        'customer', 'c-' || (number * 7 + k % 3) % 50000
    ),
    $2, ($3::bytea[])[1 + number % $4::int]
FROM (
    SELECT e.id AS error_id, e.*, k,
        CASE WHEN k = occurrence_count THEN last_seen_at
        ELSE first_seen_at
            + (last_seen_at - first_seen_at) * ((k - 1.0) / greatest(occurrence_count - 1, 1))
        END AS at
    FROM (
        SELECT *, $7::date::timestamptz AS begins, ($7::date + 1)::timestamptz AS ends, nullif(
            extract(epoch FROM last_seen_at - first_seen_at) / greatest(occurrence_count - 1, 1), 0
        ) AS pause
        FROM errors WHERE organization_id = $1
    ) AS e, generate_series(
        greatest(1, coalesce(floor(extract(epoch FROM begins - first_seen_at) / pause), 1))::bigint,
        least(
            occurrence_count,
            coalesce(ceil(extract(epoch FROM ends - first_seen_at) / pause) + 2, occurrence_count)
        )::bigint
    ) AS k
    WHERE first_seen_at < ends AND last_seen_at >= begins
) AS happened
WHERE at >= $7::date::timestamptz AND at < ($7::date + 1)::timestamptz
ORDER BY at
"""

_EACH_DAY = """
SELECT day::date FROM generate_series(current_date - $1::int, current_date, interval '1 day') AS day
"""

_ASSIGNMENTS = """
INSERT INTO assignments (
    organization_id, id, error_id, assigned_to, assigned_by, is_active, unassigned_at, created_at
)
SELECT
    $1, uuidv7(), id, assigned_to, assigned_to, active, CASE WHEN NOT active THEN last_seen_at END,
    CASE WHEN active THEN last_seen_at ELSE first_seen_at END
FROM errors, unnest(CASE WHEN number % 2 = 0 THEN '{t,f}'::bool[] ELSE '{t}' END) AS active
WHERE organization_id = $1 AND assigned_to IS NOT NULL
"""


_WORDS = """
INSERT INTO error_words (organization_id, word, error_id)
SELECT $1, word, id FROM errors, LATERAL (
    SELECT DISTINCT word FROM regexp_split_to_table(
        lower(title || ' ' || regexp_replace(split_part(title, ':', 1), '([a-z])([A-Z])', '\\1 \\2',
            'g') || ' ' || culprit),
        '[^[:alnum:]]+'
    ) AS word
) AS own
WHERE organization_id = $1 AND char_length(word) BETWEEN 2 AND 64
"""

_TAGS = """
INSERT INTO error_tags (organization_id, key, value, error_id)
SELECT $1, key, value, id FROM errors, LATERAL (
    VALUES
        ('browser', (array['Firefox', 'Chrome', 'Safari', 'Edge'])[1 + number / 2 % 4]),
        ('region', (array['eu', 'us'])[1 + number / 8 % 2]),
        ('release', last_release)
    UNION ALL
    SELECT 'customer', 'c-' || (number * 7 + k % 3) % 50000
    FROM generate_series(1, least(occurrence_count, 3)) AS k
) AS own (key, value)
WHERE organization_id = $1
"""

_VISITORS = """
INSERT INTO error_visitors (organization_id, error_id, visitor, first_seen_on)
SELECT DISTINCT $1::uuid, id, ($2::bigint[])[1 + (number * 13 + k % $3::int * 31) % $4::int],
    first_seen_at::date
FROM errors, generate_series(1, least(occurrence_count, $3::int)) AS k
WHERE organization_id = $1
"""

# What can be built at the end: plain indexes, and the keys of tables that nothing refers to.
_LATER = """
SELECT pg_get_indexdef(i.indexrelid) AS build,
    CASE WHEN c.oid IS NULL THEN format('DROP INDEX %I', n.relname)
    ELSE format('ALTER TABLE %s DROP CONSTRAINT %I', i.indrelid::regclass, c.conname) END AS drop,
    CASE WHEN c.oid IS NOT NULL THEN format('ALTER TABLE %s ADD CONSTRAINT %I PRIMARY KEY USING'
        ' INDEX %I', i.indrelid::regclass, c.conname, c.conname) END AS name
FROM pg_index i JOIN pg_class n ON n.oid = i.indexrelid
LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.conrelid = i.indrelid
WHERE (i.indrelid = ANY ('{errors,assignments}'::regclass[]) AND NOT i.indisunique)
   OR i.indrelid = ANY ('{error_words,error_tags,error_visitors}'::regclass[])
"""

_SETTINGS = """
SELECT setseed(0.42); SET synchronous_commit = off; SET session_replication_role = replica;
SET jit = off; SET maintenance_work_mem = '1GB'
"""


async def seed(url: str, organization: UUID, sizes: Sizes) -> None:
    """Fill an organization; the database must be freshly migrated."""
    db = await asyncpg.connect(url, server_settings={"timezone": "UTC", "work_mem": "512MB"})
    try:
        await db.execute(_SETTINGS)
        await db.execute(_PARTITIONS, DAYS)
        await db.execute(_SERVICES, organization, SERVICES)
        await db.execute(_USERS, organization, sizes.users)
        async with _indexed_later(db):
            lots = (LOUD_EACH, sizes.loud, sizes.quiet)
            await db.execute(_ERRORS, organization, sizes.errors, *lots, timedelta(days=DAYS))
            await db.execute(_ASSIGNMENTS, organization)
            await db.execute(_WORDS, organization)
            await db.execute(_TAGS, organization)
            people = [visitors_of(f"user-{n}", None)[0] for n in range(PEOPLE)]
            await db.execute(_VISITORS, organization, people, MOST_MET, PEOPLE)
        body_format, packed = _bodies()
        met = (MOST_MET, PEOPLE)
        for day in await db.fetch(_EACH_DAY, DAYS):
            await db.execute(_OCCURRENCES, organization, body_format, packed, BODIES, *met, day[0])
        await db.execute("VACUUM (ANALYZE)")
        await db.execute("CHECKPOINT")
    finally:
        await db.close()


@asynccontextmanager
async def _indexed_later(db: "asyncpg.Connection[asyncpg.Record]") -> AsyncIterator[None]:
    later = await db.fetch(_LATER)
    for row in later:
        await db.execute(row["drop"])
    yield
    for row in later:
        await db.execute(row["build"])
        if row["name"]:
            await db.execute(row["name"])


def _bodies() -> tuple[int, list[bytes]]:
    """Return small bodies as the digest packs them: an exception with five frames."""
    packed = []
    for n in range(BODIES):
        frames = [
            {"filename": f"app/{name}.py", "function": f"handle_{n}", "lineno": n, "in_app": True}
            for name in ("views", "carts", "orders", "prices", "money")
        ]
        value = {"type": "TypeError", "value": f"no {n}", "stacktrace": {"frames": frames}}
        packed.append(bodies.pack(orjson.dumps({"exception": {"values": [value]}})))
    return packed[0][0], [body for _, body in packed]
