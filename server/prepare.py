"""Preparing an installation: the schema, and on the first start everything that a newcomer needs.

A process of its own does this and ends: the supervisor, which lives as long as the house, would
otherwise carry the whole product in memory for nothing.
"""

import sys
from pathlib import Path

from application.setup import Installation
from persistence import schema
from server.settings import Settings
from server.wiring.setup import setting_up

_TOKEN_FILE = "token"  # noqa: S105 a file's name


async def prepare(settings: Settings) -> None:
    """Upgrade the schema, make what is missing, and say how to begin."""
    await schema.upgrade(settings.owner_url)
    async with setting_up(settings) as setup:
        installation = await setup.first_start(settings.admin_email)
    _welcome(settings, installation)


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
