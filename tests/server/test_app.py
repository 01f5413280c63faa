"""The application as a process has it: every page that it is configured for is there."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from server.app import App
from server.settings import from_environment

OIDC = {
    # Nobody answers there: the page that begins the journey says so.
    "TOCSIN_OIDC_ISSUER": "http://127.0.0.1:9",
    "TOCSIN_OIDC_CLIENT_ID": "tocsin",
    "TOCSIN_OIDC_CLIENT_SECRET": "a secret of the provider's",
}


@asynccontextmanager
async def an_app(
    database_url: str, data: Path, **environment: str
) -> AsyncIterator[httpx.AsyncClient]:
    app = App(
        from_environment({"DATABASE_URL": database_url, "TOCSIN_DATA": str(data)} | environment)
    )
    async with app._lifespan(app._starlette):
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            yield client


async def test_signing_in_at_a_provider_is_there_when_one_is_configured(
    database_url: str, tmp_path: Path
):
    async with an_app(database_url, tmp_path, **OIDC) as client:
        answer = await client.get("/auth/oidc/start")

    assert answer.status_code == 502
    assert "provider" in answer.text


async def test_without_a_provider_there_is_no_such_page(database_url: str, tmp_path: Path):
    async with an_app(database_url, tmp_path) as client:
        answer = await client.get("/auth/oidc/start")

    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/healthz", 200),
        ("/readyz", 200),
        ("/metrics", 200),
        ("/graphql", 200),
        ("/widget.js", 200),
    ],
)
async def test_every_page_is_there(database_url: str, tmp_path: Path, path: str, status: int):
    async with an_app(database_url, tmp_path) as client:
        answer = await client.get(path, headers={"accept": "text/html"})

    assert answer.status_code == status
