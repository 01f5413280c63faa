"""Properties of an envelope's framing: whatever is sent, a 200 has lost nothing."""

import asyncio
import json
from collections.abc import Sequence
from uuid import uuid4

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.outcomes import Tally
from domain.ids import IngestKeyId, OrganizationId, ServiceId
from domain.inbox import InboxItem
from domain.services import IngestKey, KeyPurpose
from ingest.app import IngestApp
from ingest.limiting import Gate
from ingest.reception import Reception
from ingest.sentry.doors import routes_of
from ingest.sentry.envelope import split
from outbound.limits import MemoryLimiter
from persistence.bodies import unpack
from persistence.database import Database
from tests.conftest import CLOCK
from tests.house import NO_LIMIT

pytestmark = pytest.mark.timeout(120)

KEY = IngestKey(
    id=IngestKeyId(uuid4()),
    organization_id=OrganizationId(uuid4()),
    service_id=ServiceId(uuid4()),
    service_number=1,
    service_name="shop",
    public_key="k" * 32,
    purpose=KeyPurpose.INGEST,
    is_active=True,
    error_limit_per_minute=NO_LIMIT,
)


class OneKey:
    """Knows one key."""

    async def find(self, _public_key: str) -> IngestKey | None:
        return KEY

    def met(self, _id: IngestKeyId) -> IngestKey:
        return KEY


class Unhurried:
    """No back-pressure."""

    async def hold_back(self) -> None:
        return None


class Unnoticed:
    """Nobody is told of a limit."""

    def note(self, _organization: OrganizationId) -> None:
        return None


class Kept:
    """An inbox in memory."""

    def __init__(self) -> None:
        self.items: list[InboxItem] = []

    async def accept(self, items: Sequence[InboxItem]) -> None:
        self.items += items


def _post(body: bytes, path: str = "/api/1/envelope/") -> tuple[int, list[InboxItem], int]:
    """Return the answer's status, what was stored, and how much was counted instead."""
    kept = Kept()
    database = Database("postgresql://nobody@127.0.0.1:1/nothing", pool_size=2)
    tally = Tally(database=database, clock=CLOCK)
    reception = Reception(
        inbox=kept,
        keys=OneKey(),
        tally=tally,
        gate=Gate(limiter=MemoryLimiter(), tally=tally, notices=Unnoticed()),
        pressure=Unhurried(),
        clock=CLOCK,
    )
    app = IngestApp(routes=routes_of(reception))

    async def ask() -> int:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app)) as client:
            url = f"http://tocsin.test{path}?sentry_key={KEY.public_key}"
            return (await client.post(url, content=body)).status_code

    return asyncio.run(ask()), kept.items, sum(tally._counts.values())


TYPES = st.sampled_from(
    [
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
        "log",
        "trace_metric",
        "replay_event",
        "🙃",
    ]
)
FINITE = st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | FINITE | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3)
    ),
    max_leaves=6,
)
HEADERS = st.dictionaries(
    st.text(max_size=9).filter(lambda name: name not in ("type", "length", "item_count")),
    JSON,
    max_size=3,
)
PAYLOADS = st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode())
BLANKS = st.sampled_from([b"", b"\n", b"\n\n", b" \n"])


@st.composite
def items(draw: st.DrawFn) -> tuple[str, bytes, bytes]:
    """One item: its type, its payload and its bytes."""
    kind, payload = draw(TYPES), draw(PAYLOADS)
    headers = {**draw(HEADERS), "type": kind}
    if draw(st.booleans()):
        headers["length"] = len(payload)
    else:
        payload = payload.replace(b"\n", b"\r")
    return kind, payload, json.dumps(headers).encode() + b"\n" + payload + b"\n"


@st.composite
def envelopes(draw: st.DrawFn) -> tuple[list[tuple[str, bytes]], bytes]:
    """An envelope: the types and payloads of its items, and its bytes."""
    drawn = draw(st.lists(items(), max_size=8))
    blanks = [draw(BLANKS) for _ in drawn]
    body = json.dumps(draw(HEADERS)).encode() + b"\n"
    body += b"".join(raw + blank for (_, _, raw), blank in zip(drawn, blanks, strict=True))
    return [(kind, payload) for kind, payload, _ in drawn], body


def _payload(item: InboxItem) -> bytes:
    body = unpack(item.body_format, item.body)
    return body if item.kind == "event" else body.partition(b"\n")[2]


@given(envelopes())
def test_every_item_of_an_envelope_is_stored_as_it_was_or_counted(envelope):
    sent, body = envelope

    status, stored, counted = _post(body)

    assert status in (200, 400)
    assert len(stored) + counted == len(sent)
    left = list(sent)
    for item in stored:
        kind = "trace_metric" if item.kind == "metric" else item.kind.value
        assert (kind, _payload(item)) in left
        left.remove((kind, _payload(item)))
    if status == 400:
        assert stored == []


@given(envelopes(), st.data())
def test_a_cut_or_broken_envelope_is_refused_whole_or_lost_nothing(envelope, data):
    body = bytearray(envelope[1])
    for _ in range(data.draw(st.integers(0, 3))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(body[: data.draw(st.integers(0, len(body)))])

    status, stored, counted = _post(cut)

    assert status in (200, 400, 403)
    if status == 200:
        assert len(stored) + counted == len(split(cut).items)
    else:
        assert stored == []


@given(st.binary(max_size=300), st.sampled_from(["envelope/", "store/", "security/", "nel/"]))
def test_no_bytes_at_any_door_are_a_fault_of_ours(body: bytes, door: str):
    status, _, _ = _post(body, f"/api/1/{door}")

    assert status in (200, 400, 403)


@given(JSON, st.sampled_from(["security/", "nel/"]))
def test_no_json_at_the_doors_of_browsers_is_a_fault_of_ours(said, door: str):
    report = {"csp-report": said, "type": "csp-violation", "body": said}

    for body in (said, report, [report], {"csp-report": {"effective-directive": said}}):
        status, _, _ = _post(json.dumps(body).encode(), f"/api/1/{door}")

        assert status in (200, 400)
