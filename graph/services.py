"""Services and their ingest keys, as the API shows them."""

from datetime import datetime
from typing import Annotated, Self

import strawberry

from domain import services
from domain.ids import IngestKeyId, OrganizationId, ServiceId, TeamId
from domain.services import KeyPurpose
from graph.context import Info
from graph.ids import Node, organization_id, service_id, shown
from graph.organizations import Organization, organization_of
from graph.scalars import BigInt
from graph.teams import Team, team_of
from persistence import release_sightings
from persistence.pages import size_of
from persistence.projection.declared import INGEST_KEY, SERVICE
from persistence.reach import reach_of
from persistence.services import listed

MAX_SERVICES = 1000
MAX_RELEASES = 100


@strawberry.type
class IngestKey(Node):
    """The public key of a DSN: it may only send, never read."""

    service_key: strawberry.Private[ServiceId]
    public_key: str = strawberry.field(description="The key, as it stands in the DSN.")
    purpose: KeyPurpose = strawberry.field(description="What the key may send.")
    is_active: bool = strawberry.field(description="Whether what it sends is taken.")
    rate_limit_per_minute: int | None = strawberry.field(
        description="How many errors a minute it may send; null for what the organization may."
    )
    dsn: str = strawberry.field(description="What to paste into an SDK.")
    is_enabled: bool = strawberry.field(
        description="Whether the key itself is switched on; its service may be off."
    )
    allowed_origins: list[str] = strawberry.field(
        description="The web pages that may use it; any, when the list is empty."
    )
    last_used_at: datetime | None = strawberry.field(
        description="When something was sent with it last, at a grain of a minute."
    )
    created_at: datetime | None = strawberry.field(description="When it was made.")

    @classmethod
    def of(cls, key: services.IngestKey, public_url: str) -> Self:
        """Show a key, for the address that clients reach us at."""
        return cls(
            id=shown(INGEST_KEY, key.id),
            service_key=key.service_id,
            public_key=key.public_key,
            purpose=key.purpose,
            is_active=key.is_active,
            rate_limit_per_minute=key.rate_limit_per_minute,
            dsn=key.dsn(public_url),
            is_enabled=key.is_enabled,
            allowed_origins=list(key.allowed_origins),
            last_used_at=key.last_used_at,
            created_at=key.created_at,
        )

    @strawberry.field
    async def service(self, info: Info) -> "Service | None":
        """The service that it sends for."""
        return await service_of(info, self.service_key)


@strawberry.type
class RunbookLink:
    """Where it is written what to do when a service fails."""

    title: str = strawberry.field(description="What is written there.")
    url: str = strawberry.field(description="The address of the page.")


@strawberry.type
class SeenRelease:
    """A release of a service, by what came of it."""

    release: str = strawberry.field(description="The version, as it was sent.")
    first_seen_at: datetime = strawberry.field(description="When an event of it came first.")


@strawberry.type
class Service(Node):
    """A program that people run, and whose errors they watch."""

    key: strawberry.Private[ServiceId]
    organization_key: strawberry.Private[OrganizationId]
    owner_key: strawberry.Private[TeamId | None]
    number: BigInt = strawberry.field(description="Its number in a DSN.")
    name: str = strawberry.field(description="What it is called.")
    description: str | None = strawberry.field(description="What it is for.")
    is_business_critical: bool = strawberry.field(
        description="Whether the business stands still without it."
    )
    is_external: bool = strawberry.field(description="Whether others run it.")
    is_active: bool = strawberry.field(description="Whether what it sends is taken.")
    runbook_links: list[RunbookLink] = strawberry.field(
        description="Where it is written what to do when it fails."
    )
    created_at: datetime = strawberry.field(description="When it was added.")

    @classmethod
    def of(cls, service: services.Service) -> Self:
        """Show a service."""
        return cls(
            id=shown(SERVICE, service.id),
            key=service.id,
            organization_key=service.organization_id,
            number=BigInt(service.number),
            name=service.name,
            description=service.description,
            is_business_critical=service.is_business_critical,
            is_external=service.is_external,
            is_active=service.is_active,
            runbook_links=[RunbookLink(title=a.title, url=a.url) for a in service.runbook_links],
            created_at=service.created_at,
            owner_key=service.owner_team_id,
        )

    @strawberry.field
    async def organization(self, info: Info) -> Organization | None:
        """The organization that it belongs to."""
        return await organization_of(info, self.organization_key)

    @strawberry.field
    async def owner_team(self, info: Info) -> Team | None:
        """The team that looks after it."""
        return await team_of(info, self.owner_key)

    @strawberry.field
    async def keys(self, info: Info) -> list[IngestKey]:
        """Its keys, oldest first."""
        found = await info.context.loaders.service_keys.load(self.key)
        return [IngestKey.of(key, info.context.house.public_url) for key in found]

    @strawberry.field
    async def releases_seen(
        self,
        info: Info,
        since: Annotated[datetime, strawberry.argument(description="From this moment on.")],
        first: Annotated[int, strawberry.argument(description="At most so many, 1 to 100.")] = 20,
    ) -> list[SeenRelease]:
        """The releases whose first event came since a moment, newest first: marks for charts."""
        most = size_of(first, default=0, maximum=MAX_RELEASES, field="first")
        async with info.context.house.database.reading(info.context.scope) as db:
            own = self.organization_key, self.key
            found = await release_sightings.since(db, own, since, most)
        return [SeenRelease(release=release, first_seen_at=at) for release, at in found]


@strawberry.type
class ServiceQueries:
    """What can be asked about services."""

    @strawberry.field
    async def service(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
    ) -> Service | None:
        """One service, or null when there is none that the viewer may see."""
        return await service_of(info, service_id(id))

    @strawberry.field
    async def services(
        self,
        info: Info,
        organization: Annotated[
            strawberry.ID | None,
            strawberry.argument(description="Only those of this organization."),
        ] = None,
    ) -> list[Service]:
        """The services that the viewer may see, in the order of their names, 1,000 at most."""
        return await _services(info, organization)


async def service_of(info: Info, id_: ServiceId) -> Service | None:
    """Return the service of an id, or None when there is none that the viewer may see."""
    found = await info.context.loaders.services.load(id_)
    return None if found is None else Service.of(found)


async def ingest_key_of(info: Info, id_: IngestKeyId) -> IngestKey | None:
    """Return the ingest key of an id, or None when there is none that the viewer may see."""
    found = await info.context.loaders.ingest_keys.load(id_)
    return None if found is None else IngestKey.of(found, info.context.house.public_url)


async def _services(info: Info, organization: str | None) -> list[Service]:
    context = info.context
    field = "organization"
    only = None if organization is None else organization_id(organization, field=field)
    async with context.house.database.reading(context.scope) as db:
        found = await listed(db, reach_of(context.scope, only), MAX_SERVICES)
    return [Service.of(service) for service in found]
