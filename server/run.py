"""`tocsin run`: everything on one machine, from an empty folder to a working installation."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from server.embedded import EmbeddedPostgres, attach
from server.settings import Settings, whole_environment
from server.supervisor import Child, supervise

# After the signal, a child drains for as long as the settings allow, and a little more to end.
_SLACK_SECONDS = 5


def run(settings: Settings) -> int:
    """Start the database where none is given, prepare it, and supervise `serve` and `work`."""
    if settings.database_url is not None:
        return _prepare_and_supervise(settings, ())
    postgres = EmbeddedPostgres(settings.data)
    with postgres as address:
        return _prepare_and_supervise(replace(settings, database_url=address.url), (postgres,))


def _prepare_and_supervise(settings: Settings, watched: tuple[EmbeddedPostgres, ...]) -> int:
    env = whole_environment() | {"DATABASE_URL": settings.needed_database_url}
    prepared = subprocess.run([*_command("prepare")], env=env, check=False)  # noqa: S603 our own
    if prepared.returncode != 0:
        return prepared.returncode
    children = [
        Child(name=name, argv=(*_command(name), "--supervised"), env=env)
        for name in ("serve", "work")
    ]
    timeout = settings.drain_seconds + _SLACK_SECONDS
    return supervise(children, stop_timeout_seconds=timeout, watched=watched)


def _command(name: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "server", name)


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
