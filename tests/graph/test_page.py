"""The page to try the API on: it is ours to the last byte, and may load nothing else."""

import re

import pytest

from graph.transport.page import POLICY

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


async def test_a_browser_is_shown_the_page_without_a_token(door):
    response = await door.client().get(door.url, headers=HTML)

    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/html")
    assert response.headers["content-security-policy"] == POLICY
    assert "script-src 'self';" in POLICY
    assert response.headers["vary"].startswith("Accept")


async def test_every_file_of_the_page_is_served_by_us_and_may_be_kept(door):
    page = (await door.client().get(door.url, headers=HTML)).text
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page)
    files = [address for address in addresses if not address.startswith("data:")]

    assert len(files) == 6
    assert "<script>" not in page
    for address in files:
        response = await door.client().get(f"http://127.0.0.1:{door.port}/{address}")
        assert response.status_code == 200
        assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert response.headers["content-encoding"] == "gzip"
        assert response.headers["content-type"].startswith(("text/css", "text/javascript"))


@pytest.mark.parametrize("name", ["nothing.js", "page.html", "README.md", "..%2fpage.py"])
async def test_nothing_else_is_served_beside_it(door, name):
    response = await door.client().get(f"{door.url}/assets/{name}")

    assert response.status_code == 404


async def test_an_old_address_of_a_file_is_not_kept(door):
    plain = {"Accept-Encoding": "identity"}
    response = await door.client().get(f"{door.url}/assets/page.js?v=old", headers=plain)

    assert response.headers["cache-control"] == "no-cache"
    assert "content-encoding" not in response.headers


@pytest.mark.parametrize(
    ("parameters", "accept"),
    [({"query": "{ __typename }"}, HTML["Accept"]), ({}, "application/json"), ({}, "*/*")],
)
async def test_a_program_is_not_shown_the_page(door, parameters, accept):
    response = await door.client().get(door.url, params=parameters, headers={"Accept": accept})

    assert response.status_code == 401
