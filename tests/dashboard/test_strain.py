"""Under strain: ten thousand rows, and five hundred changes a second."""

import asyncio
import json
import time
from uuid import uuid4

import pytest
from playwright.async_api import WebSocketRoute

from benchmarks.seed import Sizes, seed
from persistence.database import Database
from tests.dashboard.shops import Shop, gives_password
from tests.flows.running import Installation
from tests.machine import burden

pytestmark = pytest.mark.timeout(240)

ERRORS = 10_000
FIRST_LIST_MS = 1000
CHANGES_A_SECOND = 500
BATCHES_A_SECOND = 4
SECONDS = 4
# A frame that takes this long is seen; on a machine that does much else some do.
LONG_FRAME_MS = 250
SLOW_KEY_MS = 200

_WATCH_FRAMES = """() => {
  const seen = { frames: [], keys: [] };
  window.seen = seen;
  let last = performance.now();
  const frame = (now) => { seen.frames.push(now - last); last = now; requestAnimationFrame(frame); };
  requestAnimationFrame(frame);
  new PerformanceObserver((list) => list.getEntries().forEach((e) => seen.keys.push(e.duration)))
    .observe({ type: "event", durationThreshold: 16 });
}"""
_NODES = """query ($after: String) { errors(first: 100, after: $after) { edges { node {
  id shortId title status statusCategory severity priority occurrenceCount usersAffectedCount
  lastSeenAt updatedAt lastRelease regressedAt resolvedAt mergedCount assignee { id name }
} } } }"""
_ROWS = """() => document.querySelectorAll('[role="option"]').length"""
_SCROLL = """async () => {
  const list = document.querySelector('[role="listbox"]');
  const gaps = [];
  let last = performance.now();
  for (let step = 0; step < 60; step++) {
    list.scrollTop += 900;
    await new Promise(requestAnimationFrame);
    const now = performance.now();
    gaps.push(now - last);
    last = now;
  }
  return gaps;
}"""


@pytest.fixture(scope="module")
async def full(house: Installation, database: Database) -> Shop:
    """A shop with ten thousand errors."""
    tenant = await house.tenant()
    await gives_password(database, tenant.user)
    sizes = Sizes(errors=ERRORS, occurrences=ERRORS, users=20)
    await seed(house.database_url, tenant.organization, sizes)
    return Shop(house=house, tenant=tenant, database=database)


def at(values: list[float], share: float) -> float:
    """Return the value below which a share of all lies."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


async def test_the_list_is_there_at_once_and_stays_so_under_many_changes(full: Shop, window):
    opened = await window(full.email)
    tab = await opened.tab()
    flood = Flood()
    await tab.page.route_web_socket("**/graphql", flood.stand_between)

    began = time.monotonic()
    await tab.go("/errors?org=" + full.tenant.slug)
    await tab.page.get_by_role("option").first.wait_for()
    first_list = (time.monotonic() - began) * 1000
    began = time.monotonic()
    await tab.page.reload()
    await tab.page.get_by_role("option").first.wait_for()
    again = (time.monotonic() - began) * 1000
    await tab.is_live()

    nodes = [edge["node"] for edge in (await full.ask(_NODES))["errors"]["edges"]]
    await tab.page.evaluate(_WATCH_FRAMES)
    pouring = asyncio.create_task(flood.pour(nodes))
    while not pouring.done():
        await tab.keys("j")
        await asyncio.wait([pouring], timeout=0.1)
    seen = await tab.page.evaluate("window.seen")
    rows = await tab.page.evaluate(_ROWS)

    frames, keys = seen["frames"], seen["keys"] or [0.0]
    print(
        f"\nfirst list {first_list:.0f} ms, again {again:.0f} ms; {flood.sent} changes in {SECONDS} s:"
        f" frames {len(frames)}, 95 % below {at(frames, 0.95):.0f} ms, longest {max(frames):.0f} ms;"
        f" keys 95 % below {at(keys, 0.95):.0f} ms, longest {max(keys):.0f} ms; {rows} rows drawn;"
        f" burden {burden():.1f}"
    )
    assert flood.sent >= CHANGES_A_SECOND * SECONDS
    assert min(first_list, again) < FIRST_LIST_MS * burden()
    assert at(frames, 0.95) < LONG_FRAME_MS * burden()
    assert at(keys, 0.95) < SLOW_KEY_MS * burden()
    assert rows < 60


class Flood:
    """Stands between the page and the server, and adds changes of its own to the feed."""

    def __init__(self) -> None:
        self.sent = 0
        self._socket: WebSocketRoute | None = None
        self._id: str | None = None

    def stand_between(self, socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        self._socket = socket

        def on_message(text: str) -> None:
            message = json.loads(text)
            query = message.get("payload", {}).get("query", "")
            if message["type"] == "subscribe" and "errorFeed(" in query:
                self._id = message["id"]
            server.send(text)

        socket.on_message(on_message)

    async def pour(self, nodes: list[dict]) -> None:
        each = CHANGES_A_SECOND // BATCHES_A_SECOND
        for turn in range(SECONDS * BATCHES_A_SECOND):
            for offset in range(each):
                node = nodes[offset % len(nodes)]
                node["occurrenceCount"] += 1
            changes = [_change(nodes[offset % len(nodes)]) for offset in range(each)]
            batch = {
                "__typename": "ErrorFeedBatch",
                "kind": "CHANGES",
                "cursor": f"flood-{turn}",
                "omitted": 0,
                "changes": changes,
            }
            payload = {"data": {"errorFeed": batch}}
            self._socket.send(json.dumps({"id": self._id, "type": "next", "payload": payload}))
            self.sent += each
            await asyncio.sleep(1 / BATCHES_A_SECOND)


def _change(node: dict) -> dict:
    person = node["assignee"] and {"__typename": "User", **node["assignee"]}
    return {
        "__typename": "ErrorChange",
        "at": node["lastSeenAt"],
        "kind": "AGAIN",
        "count": 1,
        "errorId": node["id"],
        "error": {"__typename": "Error", **node, "assignee": person, "nonce": uuid4().hex},
    }


async def test_ten_thousand_rows_scroll(full: Shop, window):
    tab = await (await window(full.email)).tab(f"/errors?org={full.tenant.slug}")
    await tab.page.get_by_role("option").first.wait_for()

    gaps: list[float] = []
    for _ in range(4):
        gaps += await tab.page.evaluate(_SCROLL)

    print(f"\n{len(gaps)} frames: 95 % below {at(gaps, 0.95):.0f} ms, longest {max(gaps):.0f} ms")
    assert at(gaps, 0.95) < LONG_FRAME_MS * burden()
    assert await tab.page.evaluate(_ROWS) < 60
