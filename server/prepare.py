"""Preparing an installation: the schema, and on the first start everything that a newcomer needs.

A process of its own does this and ends: the supervisor, which lives as long as the house, would
otherwise carry the whole product in memory for nothing.
"""

import sys
from contextlib import suppress
from pathlib import Path

from application.setup import Installation
from domain.failures import NotFound
from domain.links import LinkPurpose
from persistence import schema
from server.settings import Settings
from server.wiring.setup import keeping_people, setting_up

_TOKEN_FILE = "token"  # noqa: S105 a file's name


async def prepare(settings: Settings) -> None:
    """Upgrade the schema, make what is missing, and say how to begin."""
    await schema.upgrade(settings.owner_url)
    async with setting_up(settings) as setup:
        installation = await setup.first_start(settings.admin_email)
    entrance = await _entrance(settings, is_first=installation.token_secret is not None)
    _welcome(settings, installation, entrance)


async def _entrance(settings: Settings, *, is_first: bool) -> str | None:
    """Give the administrator a way to sign in: the given password, or a link that is good once."""
    async with keeping_people(settings) as passwords:
        with suppress(NotFound):  # the administrator may have another address by now
            if settings.admin_password and not await passwords.has_one(settings.admin_email):
                await passwords.set_by_operator(settings.admin_email, settings.admin_password)
            elif is_first:
                return await passwords.link_by_operator(settings.admin_email, LinkPurpose.ENTER)
    return None


def _welcome(settings: Settings, installation: Installation, entrance: str | None) -> None:
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
        *([f"  Sign in (once)     {entrance}"] if entrance else []),
        *([] if entrance else [f"  Dashboard          {settings.public_url}"]),
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
