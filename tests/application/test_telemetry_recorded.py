"""Every recorded envelope, from the door to the rows: the sums of a whole recording are exact."""

import gzip
from collections import Counter

import pytest

from persistence.database import Database
from tests.application.telemetry import digested, rows
from tests.domain.recorded import ENVELOPES
from tests.house import Tenant
from tests.ingest.doors import a_door

TABLES = ("metric_samples", "web_vitals", "check_ins", "sessions")
# Of each recording, sent twice: rows by table, and sessions by how they went. What servers count
# by themselves adds up, because two of them may have counted the same.
EXPECTED = {
    "sentry-python-1": ((4, 0, 2, 0), {"crashed": 1 * 2}),
    "sentry-python-2": ((14, 0, 2, 0), {"crashed": 6 * 2, "exited": 5 * 2}),
    "sentry-javascript-7": ((2, 1, 0, 6), {"crashed": 3, "errored": 2, "ok": 1}),
    "sentry-javascript-10": ((4, 2, 0, 9), {"crashed": 4, "errored": 1, "exited": 2, "ok": 2}),
    "sentry-javascript-11": ((4, 2, 0, 13), {"unhandled": 7, "errored": 3, "ok": 3}),
}


async def send_all(database: Database, tenant: Tenant, recording: str) -> None:
    async with a_door(tenant, database) as door:
        for path in sorted((ENVELOPES / recording).glob("*.envelope*")):
            if path.name.startswith("tunnel"):  # names a key of its own
                continue
            raw = path.read_bytes()
            body = gzip.decompress(raw) if path.suffix == ".gz" else raw
            answer = await door.post(body)
            assert answer.status_code == 200, (path.name, answer.text)


@pytest.mark.parametrize("recording", sorted(EXPECTED))
async def test_a_recording_is_stored_whole_and_once(
    database: Database, tenant: Tenant, recording: str
):
    for _ in range(2):
        await send_all(database, tenant, recording)
        await digested(database)

    found = tuple([len(await rows(database, tenant, table, "1")) for table in TABLES])
    sessions: Counter[str] = Counter()
    for hour in await rows(database, tenant, "session_hours", "status"):
        sessions[hour["status"]] += hour["quantity"]
    assert (found, +sessions) == EXPECTED[recording]
    letters = await rows(database, tenant, "dead_letters", "id", "kind")
    assert {row["kind"] for row in letters} <= {"user_report", "feedback", "attachment"}
