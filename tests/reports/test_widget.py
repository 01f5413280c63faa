"""The report widget: how it is served, how small it is, and how it works in a real browser."""

import asyncio
import gzip
import json
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from ingest.app import IngestApp
from ingest.sentry.doors import routes_of
from persistence.database import Database
from server.widget import SCRIPT, Widget
from tests.application.digesting import digest_all
from tests.desks import Desk, a_desk
from tests.graph.node import installed
from tests.graph.serving import Served, serving
from tests.house import Tenant

pytestmark = pytest.mark.timeout(90)
JS = Path(__file__).parent / "js"
SOURCE = SCRIPT.with_name("widget.source.js")
LIMIT_BYTES = 4_000
# To look at what the browser shows: a folder for its pictures.
PICTURES = os.environ.get("TOCSIN_TEST_PICTURES", "")


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    """A server that has only the script."""
    async with serving(list(Widget().routes())) as opened:
        yield opened


def _url(served: Served) -> str:
    return f"http://127.0.0.1:{served.port}"


async def test_the_script_is_small_and_packed_and_for_every_page(served):
    answer = await served.client().get(f"{_url(served)}/widget.js")

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "max-age=3600" in answer.headers["cache-control"]
    assert int(answer.headers["content-length"]) < LIMIT_BYTES
    assert len(gzip.compress(answer.content, 9)) < LIMIT_BYTES


async def test_who_has_the_script_already_is_not_sent_it_again(served):
    client, address = served.client(), f"{_url(served)}/widget.js"
    tag = (await client.get(address)).headers["etag"]
    plain = await client.get(address, headers={"accept-encoding": "identity"})

    again = await client.get(address, headers={"if-none-match": f'"x", W/{tag}'})
    other = await client.get(address, headers={"if-none-match": '"x"'})

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == tag
    assert other.status_code == 200
    assert plain.headers["etag"] != tag
    assert plain.content == SCRIPT.read_bytes()


async def test_the_script_is_the_source_made_small():
    await installed(JS)
    process = await asyncio.create_subprocess_exec(
        "node",
        str(JS / "node_modules/terser/bin/terser"),
        str(SOURCE),
        *("--compress", "passes=3,ecma=2022,unsafe_arrows=true,unsafe=true"),
        *("--mangle", "--ecma", "2022", "--comments", "false"),
        stdout=asyncio.subprocess.PIPE,
    )
    made, _ = await process.communicate()

    assert made.strip() == SCRIPT.read_bytes().strip()


def test_the_source_parses_no_markup_and_makes_no_style_element():
    source = SOURCE.read_text()

    for forbidden in (
        "innerHTML",
        "insertAdjacent",
        "document.write",
        "eval(",
        "'style'",
        ".style.",
    ):
        assert forbidden not in source


@pytest.fixture
async def desk(tenant: Tenant, database: Database) -> AsyncIterator[Desk]:
    async with a_desk(tenant, database) as opened:
        yield opened


async def test_a_person_reports_by_keyboard_on_a_page_with_a_strict_policy(desk: Desk):
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("chromium is not installed: the widget cannot be tried in a browser")
    await installed(JS)
    ingest = IngestApp(routes=routes_of(desk.door.reception))
    tocsin = [*Widget().routes(), Route("/api/envelope/", ingest)]
    async with serving(tocsin) as behind:
        page = _page(_url(behind), desk.door.tenant.key.public_key)
        async with serving([Route("/", page)]) as shop:
            await desk.door.change_key(purpose="report", allowed_origins=[_url(shop)])
            said = await _used(chromium, _url(shop))

    assert said["errors"] == []
    assert said["violations"] == []
    assert said["opener"] == "Report a problem"
    assert (said["first"], said["afterEscape"]) == ("title", "Report a problem")
    assert (said["closed"], said["open"], said["dark"], said["sent"]) == ([], [], [], [])
    assert set(said["round"]) <= {"tocsin-report", "body"}
    assert said["status"].startswith("Thank you.")
    assert said["last"] == "Close"
    await digest_all(desk.digest)
    data = await desk.ask(
        "{ userReports { edges { node { title description reportType reporterEmail source url"
        " associatedEventId browserInfo context screenshots { filename contentType size } } } } }"
    )
    [edge] = data["userReports"]["edges"]
    report = edge["node"]
    assert report["title"] == "The total is wrong"
    assert report["description"] == "It says 12, should be 24"
    assert (report["reportType"], report["source"]) == ("UI_ISSUE", "widget")
    assert report["reporterEmail"] == "ana@example.com"
    assert report["associatedEventId"] == "c0ffee00c0ffee00c0ffee00c0ffee00"
    assert report["url"] == f"{_url(shop)}/"
    assert report["browserInfo"]["viewport"] == "900x860"
    assert report["context"] == {"bookingStep": "pay"}
    [screenshot] = report["screenshots"]
    assert (screenshot["filename"], screenshot["contentType"]) == ("screenshot.png", "image/png")
    assert screenshot["size"] > 100


async def _used(chromium: str, address: str) -> dict:
    process = await asyncio.create_subprocess_exec(
        *("node", str(JS / "widget.mjs"), chromium, address, PICTURES),
        stdout=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(60):
        output, _ = await process.communicate()
    return json.loads(output.splitlines()[-1])


def _page(tocsin: str, key: str):
    policy = (
        f"default-src 'none'; script-src {tocsin}; connect-src {tocsin};"
        " require-trusted-types-for 'script'; base-uri 'none'; form-action 'none'"
    )
    html = (
        "<!doctype html><html lang=en><title>Shop</title><main><h1>Shop</h1><p>Your total is 12."
        f'<script src="{tocsin}/widget.js" data-key="{key}"'
        """ data-context='{"bookingStep": "pay"}' async></script></main>"""
    )

    async def page(_request: Request) -> Response:
        return HTMLResponse(html, headers={"content-security-policy": policy})

    return page
