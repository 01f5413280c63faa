"""How the dashboard is served: its files, and its page for its own addresses alone."""

from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette

from server.dashboard import POLICY, Dashboard


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=Starlette(routes=Dashboard().routes()))
    async with httpx.AsyncClient(transport=transport, base_url="http://tocsin.test") as opened:
        yield opened


@pytest.mark.parametrize("path", ["/", "/errors", "/errors/SHOP-1", "/settings/members", "/apis"])
async def test_its_own_addresses_are_the_page(client, path):
    answer = await client.get(path)

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["cache-control"] == "no-cache"
    assert "unsafe" not in POLICY


@pytest.mark.parametrize(
    "path",
    [
        "/favicon.ico",
        "/assets/none.js",
        "/api/none",
        "/graphql/x",
        "/auth",
        "/v1/traces",
        "/../a.b",
    ],
)
async def test_addresses_of_others_and_files_that_are_none_are_not_found(client, path):
    assert (await client.get(path)).status_code == 404


async def test_a_file_is_packed_and_sent_once(client):
    path = "/assets/app.js"
    packed = await client.get(path)
    plain = await client.get(path, headers={"accept-encoding": "identity"})
    again = await client.get(path, headers={"if-none-match": packed.headers["etag"]})

    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["content-type"].startswith("text/javascript")
    assert packed.content == plain.content
    assert packed.headers["etag"] != plain.headers["etag"]
    assert (again.status_code, again.content) == (304, b"")


async def test_nothing_is_written_there(client):
    assert (await client.post("/errors")).status_code == 405
