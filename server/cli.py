"""The command line `tocsin`."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import click

from domain.ids import ApiTokenId
from domain.links import LinkPurpose
from domain.organizations import MembershipRole
from domain.tokens import TokenScope
from server.cli_base import with_settings
from server.cli_ingest import dead_letters, key, organization
from server.settings import Settings


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tocsin")
def main() -> None:
    """Tocsin: error monitoring and incident response with a live GraphQL API.

    Settings come from environment variables; the README has the table. Without DATABASE_URL an
    embedded PostgreSQL in ./data is used.
    """


@main.command()
@with_settings
def run(settings: Settings) -> int:
    """Run everything on this machine: database, serve and work."""
    from server.run import run as run_everything

    return run_everything(settings)


@main.command()
@with_settings
def prepare(settings: Settings) -> None:
    """Upgrade the schema and make what a first start needs (`run` calls this)."""
    from server.prepare import prepare as prepare_installation

    asyncio.run(prepare_installation(settings))


@main.command()
@click.option("--supervised", is_flag=True, hidden=True)
@with_settings
def serve(settings: Settings, supervised: bool) -> None:
    """Serve HTTP and WebSockets (needs DATABASE_URL)."""
    from server.serve import serve as serve_forever

    _follow(settings, supervised)
    serve_forever(settings)


@main.command()
@click.option("--supervised", is_flag=True, hidden=True)
@with_settings
def work(settings: Settings, supervised: bool) -> None:
    """Digest what was accepted and do background jobs (needs DATABASE_URL)."""
    import uvloop

    from server.work import work as work_forever

    _follow(settings, supervised)
    uvloop.run(work_forever(settings))


def _follow(settings: Settings, supervised: bool) -> None:
    from server.parent import follow_parent

    if supervised:
        follow_parent(grace_seconds=settings.drain_seconds + 5)


@main.command()
@with_settings
def migrate(settings: Settings) -> None:
    """Create the schema, or upgrade it to what this version needs."""
    from persistence import schema
    from server.run import with_database

    with with_database(settings) as own:
        before, after = asyncio.run(schema.upgrade(own.owner_url))
    click.echo(
        f"The schema is at {after}" + ("." if before == after else f" (was {before or 'empty'}).")
    )


@main.command()
@click.option("--dsn", help="Where to send; by default to the service of the first start.")
@click.option("--rounds", default=3, show_default=True, help="How often each program fails.")
@with_settings
def demo(settings: Settings, dsn: str | None, rounds: int) -> int:
    """Send a realistic mix of errors, made by small failing programs under the real SDK."""
    from server.demo import run_demo
    from server.run import with_database
    from server.wiring.setup import setting_up

    async def first_dsn(own: Settings) -> str:
        async with setting_up(own) as setup:
            installation = await setup.first_start(own.admin_email)
            # More than the limit lets in would be counted, and not be shown.
            await setup.raise_error_rate_limit(installation.organization.slug, 20 * rounds)
        return installation.key.dsn(own.public_url)

    if dsn is None:
        with with_database(settings) as own:
            dsn = asyncio.run(first_dsn(own))
    return run_demo(dsn, rounds, click.echo)


@main.command()
@with_settings
def doctor(settings: Settings) -> int:
    """Say in plain sentences what is wrong with this installation."""
    from server.doctor import examine
    from server.run import with_database

    with with_database(settings) as own:
        findings = asyncio.run(examine(own))
    for finding in findings:
        mark = (
            click.style("ok   ", fg="green") if finding.is_well else click.style("WRONG", fg="red")
        )
        click.echo(f"{mark}  {finding.sentence}")
    return 0 if all(finding.is_well for finding in findings) else 1


@main.group()
def user() -> None:
    """People and where they belong."""


@user.command("add")
@click.argument("email")
@click.option("--name", default="", help="Shown beside what they do.")
@click.option("--organization", default="default", show_default=True, help="Its slug.")
@click.option(
    "--role",
    type=click.Choice([role.value for role in MembershipRole]),
    default=MembershipRole.ADMIN.value,
    show_default=True,
)
@with_settings
def user_add(settings: Settings, email: str, name: str, organization: str, role: str) -> None:
    """Add a person to an organization."""
    from server.run import with_database
    from server.wiring.setup import setting_up

    async def add(own: Settings) -> str:
        async with setting_up(own) as setup:
            added = await setup.add_user(email, name or email, organization, MembershipRole(role))
        return added.email

    with with_database(settings) as own:
        click.echo(f"{asyncio.run(add(own))} is {role} of {organization}.")


@user.command("password")
@click.argument("email")
@click.password_option(help="Better typed than given here, where others may see it.")
@with_settings
def user_password(settings: Settings, email: str, password: str) -> None:
    """Set somebody's password; everywhere they are signed in, they are no more."""
    from server.run import with_database
    from server.wiring.setup import keeping_people

    async def put(own: Settings) -> None:
        async with keeping_people(own) as passwords:
            await passwords.set_by_operator(email, password)

    with with_database(settings) as own:
        asyncio.run(put(own))
    click.echo("The password is set.")


@user.command("link")
@click.argument("email")
@click.option(
    "--purpose",
    type=click.Choice([purpose.value for purpose in LinkPurpose]),
    default=LinkPurpose.ENTER.value,
    show_default=True,
    help="To sign in (within a day), or to set a new password (within an hour).",
)
@with_settings
def user_link(settings: Settings, email: str, purpose: str) -> None:
    """Print a link for somebody; it is good once."""
    from server.run import with_database
    from server.wiring.setup import keeping_people

    async def make(own: Settings) -> str:
        async with keeping_people(own) as passwords:
            return await passwords.link_by_operator(email, LinkPurpose(purpose))

    with with_database(settings) as own:
        click.echo(asyncio.run(make(own)))


@main.group()
def service() -> None:
    """Services and their DSNs."""


@service.command("add")
@click.argument("name")
@click.option("--organization", default="default", show_default=True, help="Its slug.")
@with_settings
def service_add(settings: Settings, name: str, organization: str) -> None:
    """Add a service and print its DSN."""
    from server.run import with_database
    from server.wiring.setup import setting_up

    async def add(own: Settings) -> str:
        async with setting_up(own) as setup:
            _, key = await setup.add_service(organization, name)
        return key.dsn(own.public_url)

    with with_database(settings) as own:
        click.echo(asyncio.run(add(own)))


@service.command("list")
@click.option("--organization", default="default", show_default=True, help="Its slug.")
@with_settings
def service_list(settings: Settings, organization: str) -> None:
    """List services with their DSNs."""
    from server.run import with_database
    from server.wiring.setup import setting_up

    async def listed(own: Settings) -> list[str]:
        async with setting_up(own) as setup:
            found = await setup.services_of(organization)
        return [f"{s.name}\t{key.dsn(own.public_url)}" for s, keys in found for key in keys]

    with with_database(settings) as own:
        for line in asyncio.run(listed(own)):
            click.echo(line)


@main.group()
def token() -> None:
    """Make, list and revoke API tokens."""


@token.command("create")
@click.option("--email", help="Whom it acts for; by default the administrator.")
@click.option("--organization", default="default", show_default=True, help="Its slug.")
@click.option("--name", default="command line", show_default=True, help="What it is for.")
@click.option("--read-only", is_flag=True, help="It may not change anything.")
@click.option("--uploads-only", is_flag=True, help="For builds: it may upload source maps only.")
@click.option("--days", type=click.IntRange(1, 3650), help="It expires after so many days.")
@with_settings
def token_create(
    settings: Settings,
    email: str | None,
    organization: str,
    name: str,
    read_only: bool,
    uploads_only: bool,
    days: int | None,
) -> None:
    """Make a token and print it; it is never shown again."""
    from server.run import with_database
    from server.wiring.setup import setting_up

    if read_only and uploads_only:
        raise click.UsageError("A token is either for reading or for uploads.")
    scopes = frozenset({TokenScope.READ}) if read_only else frozenset(TokenScope)
    scopes = frozenset({TokenScope.ARTIFACTS}) if uploads_only else scopes
    expires_at = None if days is None else datetime.now(UTC) + timedelta(days=days)

    async def create(own: Settings) -> str:
        async with setting_up(own) as setup:
            return await setup.add_token(
                email or own.admin_email, organization, name, scopes=scopes, expires_at=expires_at
            )

    with with_database(settings) as own:
        click.echo(asyncio.run(create(own)))


@token.command("revoke")
@click.argument("token_id", type=click.UUID)
@with_settings
def token_revoke(settings: Settings, token_id: UUID) -> None:
    """Close a token for good (its id is in `tocsin token list`)."""
    from server.run import with_database
    from server.wiring.setup import setting_up

    async def revoke(own: Settings) -> None:
        async with setting_up(own) as setup:
            await setup.revoke_token(ApiTokenId(token_id))

    with with_database(settings) as own:
        asyncio.run(revoke(own))
    click.echo("Revoked; it opens nothing any more within five seconds.")


@token.command("list")
@click.option("--organization", default="default", show_default=True, help="Its slug.")
@with_settings
def token_list(settings: Settings, organization: str) -> None:
    """List tokens, without their secrets."""
    from server.run import with_database
    from server.wiring.setup import setting_up

    async def listed(own: Settings) -> list[str]:
        async with setting_up(own) as setup:
            found = await setup.tokens_of(organization)
        now = datetime.now(UTC)
        return [
            f"{t.id}\t{'usable' if t.is_usable(now) else 'closed'}\t{','.join(sorted(t.scopes))}"
            f"\t{t.name}"
            for t in found
        ]

    with with_database(settings) as own:
        for line in asyncio.run(listed(own)):
            click.echo(line)


@main.command("schema")
@click.option("--sql", is_flag=True, help="The database's schema instead of the API's.")
@click.option("--output", type=click.Path(path_type=Path), help="Write to this file.")
@with_settings
def schema_command(settings: Settings, sql: bool, output: Path | None) -> None:
    """Print the GraphQL schema, or the SQL schema that the migrations make."""
    from server.schemas import graphql_schema, sql_schema

    text = sql_schema() if sql else graphql_schema()
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text)


for group in (organization, key, dead_letters):
    main.add_command(group)
