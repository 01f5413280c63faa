"""Seed: an organization that has used Tocsin for a month, written in sets by the database's owner.

One error in a hundred is loud and has half of all occurrences; the others have five each. Times lie
closer the nearer they are to now, and an error's occurrences lie evenly between its first and last.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import asyncpg
import orjson

from persistence import bodies

DAYS = 30
LOUD_EACH = 100
QUIET_OCCURRENCES = 5
LOUD_OCCURRENCES = 505
SERVICES = 20
BODIES = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How much of everything; 10 occurrences for each error follow from the figures above."""

    errors: int = 200_000
    users: int = 5_000


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
    sessions_affected_count, assigned_to, metadata, created_at, updated_at
)
SELECT
    $1, uuidv7(first_at - now()), s.id, s.name, n, md5(n::text), 1,
    t.id, t.code,
    'TypeError: cannot read property ' || n || ' of undefined',
    'Cannot read property ' || n || ' of undefined (reading the cart of a visitor)',
    'app/services/module_' || n % 997 || '.py in handle_' || n % 31,
    'python',
    (array['debug', 'info', 'warning', 'error', 'critical'])[1 + n / 50 % 5],
    (array['low', 'medium', 'high', 'critical', 'emergency'])[1 + n / 10 % 5],
    (array['new', 'new', 'open', 'open', 'investigating', 'recurring', 'identified', 'resolved',
           'closed', 'ignored'])[1 + n % 10],
    'component-' || n % 40, 'app/services/module_' || n % 997 || '.py', 1 + n % 400,
    '/api/v1/things/' || n % 500,
    (array['production', 'production', 'staging'])[1 + n % 3],
    '1.' || n % 40 || '.0', '1.' || n % 40 || '.' || n % 7,
    first_at, last_at, last_at, occurrences, occurrences / 2, occurrences / 2,
    CASE WHEN n / 7 % 10 < 7 THEN u.id END,
    '{"grouping": {"version": 1, "kind": "app_stack"}}', first_at, last_at
FROM (
    SELECT n, first_at, first_at + random() * (now() - first_at) AS last_at,
        CASE WHEN n % $3::int = 0 THEN $4::int ELSE $5::int END AS occurrences
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

_OCCURRENCES = """
INSERT INTO occurrences (
    organization_id, id, occurred_at, received_at, error_id, service_id, event_id, level, message,
    environment, release, transaction, server_name, url, user_ref, session_id, tags, body_format,
    body
)
SELECT
    $1, uuidv7(at - now()), at, at, error_id, service_id, gen_random_uuid(), level,
    message || ', time ' || k, environment, last_release, culprit, 'web-' || k % 64,
    'https://shop.example.com' || endpoint_path, 'user-' || k % 100, NULL,
    jsonb_build_object('release', last_release, 'region', 'eu', 'tier', 'gold'),
    $2, ($3::bytea[])[1 + number % $4::int]
FROM (
    SELECT e.id AS error_id, e.*, k,
        CASE WHEN k = occurrence_count THEN last_seen_at
        ELSE first_seen_at + (last_seen_at - first_seen_at) * ((k - 1.0) / (occurrence_count - 1))
        END AS at
    FROM errors e, generate_series(1, occurrence_count) AS k
    WHERE organization_id = $1
) AS happened
ORDER BY at
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


async def seed(url: str, organization: UUID, sizes: Sizes) -> None:
    """Fill an organization; the database must be freshly migrated."""
    db = await asyncpg.connect(url, server_settings={"timezone": "UTC", "work_mem": "512MB"})
    try:
        await db.execute("SELECT setseed(0.42); SET synchronous_commit = off")
        await db.execute(_PARTITIONS, DAYS)
        await db.execute(_SERVICES, organization, SERVICES)
        await db.execute(_USERS, organization, sizes.users)
        lots = (LOUD_EACH, LOUD_OCCURRENCES, QUIET_OCCURRENCES)
        await db.execute(_ERRORS, organization, sizes.errors, *lots, timedelta(days=DAYS))
        body_format, packed = _bodies()
        await db.execute(_OCCURRENCES, organization, body_format, packed, BODIES)
        await db.execute(_ASSIGNMENTS, organization)
        await db.execute("VACUUM (ANALYZE)")
        await db.execute("CHECKPOINT")
    finally:
        await db.close()


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
