"""`tocsin run`: everything on one machine, from an empty folder to a working installation."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from application.setup import Installation
from persistence import schema
from server.embedded import EmbeddedPostgres, attach
from server.settings import Settings, whole_environment
from server.supervisor import Child, supervise
from server.wiring import setting_up

# After the signal, a child drains for as long as the settings allow, and a little more to end.
_SLACK_SECONDS = 5
_TOKEN_FILE = "token"  # noqa: S105 a file's name


def run(settings: Settings) -> int:
    """Start the database where none is given, upgrade it, and supervise `serve` and `work`."""
    if settings.database_url is not None:
        asyncio.run(schema.upgrade(settings.owner_url))
        return _supervise(settings, ())
    postgres = EmbeddedPostgres(settings.data)
    with postgres as address:
        own = replace(settings, database_url=address.url)
        asyncio.run(schema.upgrade(own.owner_url))
        return _supervise(own, (postgres,))


def _supervise(settings: Settings, watched: tuple[EmbeddedPostgres, ...]) -> int:
    installation = asyncio.run(_first_start(settings))
    _welcome(settings, installation)
    env = whole_environment() | {"DATABASE_URL": settings.needed_database_url}
    children = [
        Child(name=name, argv=(sys.executable, "-m", "server", name, "--supervised"), env=env)
        for name in ("serve", "work")
    ]
    timeout = settings.drain_seconds + _SLACK_SECONDS
    return supervise(children, stop_timeout_seconds=timeout, watched=watched)


async def _first_start(settings: Settings) -> Installation:
    async with setting_up(settings) as setup:
        return await setup.first_start(settings.admin_email)


def _welcome(settings: Settings, installation: Installation) -> None:
    """Print what a newcomer needs; the first token is kept for the machine's owner alone."""
    kept = settings.data / _TOKEN_FILE
    if installation.token_secret is not None:
        settings.data.mkdir(parents=True, exist_ok=True)
        kept.touch(mode=0o600)
        kept.write_text(installation.token_secret + "\n")
    lines = [
        "",
        "  Tocsin is starting.",
        "",
        f"  DSN for your SDK   {installation.key.dsn(settings.public_url)}",
        f"  GraphQL            {settings.public_url}/graphql",
        f"  API token          {_token_line(kept, installation)}",
        f"  Organization       {installation.organization.slug}",
        "",
        "  Send some errors:  tocsin demo        Stop: Ctrl-C",
        "",
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def _token_line(kept: Path, installation: Installation) -> str:
    if installation.token_secret is not None:
        return installation.token_secret
    if kept.exists():
        return kept.read_text().strip()
    return "made earlier; make another with `tocsin token create`"


def kept_token(settings: Settings) -> str | None:
    """Return the token of the first start, if this user may read it."""
    try:
        return (settings.data / _TOKEN_FILE).read_text().strip()
    except OSError:
        return None


@contextmanager
def with_database(settings: Settings) -> Iterator[Settings]:
    """Give a command a database: the given one, the running embedded one, or one just for it."""
    if settings.database_url is not None:
        yield settings
    elif (address := attach(settings.data)) is not None:
        yield replace(settings, database_url=address.url)
    else:
        with EmbeddedPostgres(settings.data) as started:
            yield replace(settings, database_url=started.url)
