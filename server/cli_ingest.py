"""Commands of ingest: limits, and what could not be digested."""

import asyncio

import click

from domain.limits import MAX_PER_MINUTE, MIN_PER_MINUTE
from server.cli_base import with_settings
from server.settings import Settings

_PER_MINUTE = click.IntRange(MIN_PER_MINUTE, MAX_PER_MINUTE)
_ORGANIZATION = click.option(
    "--organization", default="default", show_default=True, help="Its slug."
)


@click.group()
def organization() -> None:
    """Organizations and their limits."""


@organization.command("limit")
@click.argument("per_minute", type=_PER_MINUTE)
@_ORGANIZATION
@with_settings
def organization_limit(settings: Settings, per_minute: int, organization: str) -> None:
    """Set how many errors an organization may send in a minute."""
    from server.run import with_database
    from server.wiring.setup import setting_up

    async def set_limit(own: Settings) -> None:
        async with setting_up(own) as setup:
            await setup.set_error_rate_limit(organization, per_minute)

    with with_database(settings) as own:
        asyncio.run(set_limit(own))
    click.echo(f"{organization} may send {per_minute:,} errors a minute, within five seconds.")


@click.group()
def key() -> None:
    """Ingest keys and their limits."""


@key.command("limit")
@click.argument("public_key")
@click.argument("per_minute", type=_PER_MINUTE, required=False)
@with_settings
def key_limit(settings: Settings, public_key: str, per_minute: int | None) -> None:
    """Set how many errors a minute a key may send; without a number, as its organization."""
    from server.run import with_database
    from server.wiring.setup import setting_up

    async def set_limit(own: Settings) -> None:
        async with setting_up(own) as setup:
            await setup.set_key_limit(public_key, per_minute)

    with with_database(settings) as own:
        asyncio.run(set_limit(own))
    limit = "as its organization" if per_minute is None else f"{per_minute:,} errors a minute"
    click.echo(f"The key may send {limit}, within five seconds.")


@click.group("dead-letters")
def dead_letters() -> None:
    """List and replay accepted items that could not be digested."""


@dead_letters.command("list")
@_ORGANIZATION
@with_settings
def dead_letters_list(settings: Settings, organization: str) -> None:
    """List the newest, 100 at most, with their reasons."""
    from server.run import with_database
    from server.wiring.setup import burying

    async def listed(own: Settings) -> list[str]:
        async with burying(own, organization) as (use, id_):
            found = await use.newest(id_, by=None)
        return [
            f"{letter.id}\t{letter.created_at:%Y-%m-%d %H:%M}\t{letter.kind}\t{letter.reason}"
            for letter in found
        ]

    with with_database(settings) as own:
        for line in asyncio.run(listed(own)):
            click.echo(line)


@dead_letters.command("replay")
@_ORGANIZATION
@with_settings
def dead_letters_replay(settings: Settings, organization: str) -> None:
    """Let all of them be digested again: once the cause is gone."""
    from server.run import with_database
    from server.wiring.setup import burying

    async def replay(own: Settings) -> int:
        async with burying(own, organization) as (use, id_):
            return await use.replay_all(id_)

    with with_database(settings) as own:
        done = asyncio.run(replay(own))
    click.echo(f"{done} wait to be digested again.")
