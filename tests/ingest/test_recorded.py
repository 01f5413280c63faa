"""What real clients sent, through the doors: each item ends where it belongs."""

import gzip
import json
from collections import Counter
from collections.abc import AsyncIterator

import pytest

from application.digest import Digest
from application.feed import Hub
from application.feed_log import FeedLog
from application.policies import Policies
from application.telemetry import telemetry_handlers
from application.user_reports import report_handlers
from domain.categories import category_of
from persistence.database import SYSTEM, Database
from tests.application.digesting import digest_all
from tests.application.doubles import HeardBus
from tests.conftest import CLOCK
from tests.domain.recorded import ENVELOPES, items_of
from tests.house import Tenant
from tests.ingest.doors import Door, a_door

pytestmark = pytest.mark.timeout(60)
RECORDED_KEY = b"0123456789abcdef0123456789abcdef"
INDEX = {
    name: request
    for name, request in json.loads((ENVELOPES / "index.json").read_text()).items()
    # OpenTelemetry has a door of its own.
    if not name.startswith("otlp/")
}
STORED = {
    "event",
    "transaction",
    "span",
    "session",
    "sessions",
    "check_in",
    "user_report",
    "feedback",
    "attachment",
    "client_report",
    "trace_metric",
}
# Where we call an item otherwise than its sender.
OUR_NAMES = {"trace_metric": "metric"}


@pytest.fixture
async def door(tenant: Tenant, database: Database) -> AsyncIterator[Door]:
    async with a_door(tenant, database) as opened:
        yield opened


def _read(name: str) -> bytes:
    raw = (ENVELOPES / name).read_bytes()
    return gzip.decompress(raw) if name.endswith(".gz") else raw


async def _send(door: Door, name: str, body: bytes):
    """Send a recorded request as it was sent, but to this tenant."""
    request, key = INDEX[name], door.tenant.key.public_key
    path = request["path"].replace("/api/1/", f"/api/{door.tenant.key.service_number}/")
    path = "/tunnel/" if path == "/t" else path
    query = request.get("query") or ""
    headers = {
        header: value
        for header, value in request["headers"].items()
        if header not in ("content-length", "content-encoding", "transfer-encoding")
    }
    known = RECORDED_KEY.decode()
    return await door.http.post(
        f"{path}?{query}".replace(known, key),
        content=body,
        headers={header: value.replace(known, key) for header, value in headers.items()},
    )


@pytest.mark.parametrize("name", sorted(INDEX))
async def test_what_was_recorded_ends_where_it_belongs(door: Door, name: str):
    key, number = door.tenant.key.public_key, str(door.tenant.key.service_number)
    assert len(key) == len(RECORDED_KEY)  # so that lengths of items stay right
    body = _read(name).replace(RECORDED_KEY, key.encode())
    if INDEX[name]["path"] == "/t":
        # A tunnel is told everything by the DSN, the service's number too.
        header, _, rest = body.partition(b"\n")
        said = json.loads(header)
        said["dsn"] = said["dsn"].rpartition("/")[0] + "/" + number
        body = json.dumps(said).encode() + b"\n" + rest

    answer = await _send(door, name, body)

    assert answer.status_code == 200, answer.text
    stored = await door.stored()
    if name.startswith("csp/") or INDEX[name]["path"].endswith("/store/"):
        assert [row.kind for row in stored] == ["event"]
        return
    items = list(items_of(body))
    assert items
    assert [(row.kind, row.payload) for row in stored] == [
        (OUR_NAMES.get(header["type"], header["type"]), payload)
        for header, payload in items
        if header["type"] in STORED
    ]
    counted = Counter()
    for header, _ in items:
        if header["type"] not in STORED:
            named = ("unsupported", category_of(header["type"]), header["type"])
            counted[named] += header.get("item_count", 1)
    assert await door.outcomes() == counted


async def test_all_that_was_recorded_is_digested_and_nothing_is_a_dead_letter(
    tenant: Tenant, database: Database
):
    policies = Policies()
    digest = Digest(
        database=database,
        hub=Hub(HeardBus(), FeedLog(database=database)),
        clock=CLOCK,
        policies=policies,
        handlers={
            **telemetry_handlers(database=database, clock=CLOCK, policies=policies),
            **report_handlers(policies, 1 << 30, CLOCK),
        },
    )
    names = [name for name in sorted(INDEX) if INDEX[name]["path"] != "/t"]
    items: Counter[str] = Counter()
    async with a_door(tenant, database) as door:
        for name in names:
            body = _read(name).replace(RECORDED_KEY, tenant.key.public_key.encode())
            answer = await _send(door, name, body)
            assert answer.status_code == 200
            if INDEX[name]["path"].endswith("/envelope/"):
                items.update(header["type"] for header, _ in items_of(body))
            else:
                items["event"] += 1
    await digest_all(digest)

    async def count(table: str) -> int:
        async with database.raw_reading(SYSTEM) as db:
            asked = f"SELECT count(*) FROM {table} WHERE organization_id = $1"
            return await db.fetchval(asked, tenant.organization)

    assert await count("inbox") == 0
    assert await count("dead_letters") == 0
    assert await count("occurrences") == items["event"]
    assert await count("user_reports") == items["feedback"] + items["user_report"]
    assert await count("attachments") == items["attachment"]
    assert await count("check_ins") > 0
    assert await count("web_vitals") > 0
