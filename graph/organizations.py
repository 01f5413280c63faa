"""Organizations and who looks at them, as the API shows them."""

from datetime import datetime
from typing import Annotated, Self

import strawberry
from strawberry.scalars import JSON

from domain import organizations
from domain.failures import Invalid
from domain.ids import OrganizationId
from domain.organizations import MembershipRole
from domain.rights import Right
from domain.tokens import TokenScope
from graph.context import Info
from graph.ids import Node, organization_id, shown
from graph.sign_ins import SignIn, own_sign_ins
from graph.texts import text_of
from graph.users import User, user_of
from persistence.organizations import all_of, by_slug
from persistence.projection.declared import ORGANIZATION

MAX_ORGANIZATIONS = 100


@strawberry.type
class Organization(Node):
    """A tenant: everything that is stored belongs to exactly one."""

    slug: str = strawberry.field(description="Its short name in addresses.")
    name: str = strawberry.field(description="What it is called.")
    timezone: str = strawberry.field(description="The time zone that its people think in.")
    error_rate_limit_per_minute: int = strawberry.field(
        description="How many events a minute are taken before clients are told to wait."
    )
    locale: str = strawberry.field(description="The language and region of its texts: en, de-AT.")
    settings: JSON = strawberry.field(
        description="What its people have set for their dashboards; 16 KiB of JSON at most."
    )
    is_system: bool = strawberry.field(description="Whether it holds the errors of Tocsin itself.")
    created_at: datetime = strawberry.field(description="When it was added.")

    @classmethod
    def of(cls, organization: organizations.Organization) -> Self:
        """Show an organization."""
        return cls(
            id=shown(ORGANIZATION, organization.id),
            slug=organization.slug,
            name=organization.name,
            timezone=organization.timezone,
            locale=organization.locale,
            settings=JSON(organization.settings),
            error_rate_limit_per_minute=organization.error_rate_limit_per_minute,
            is_system=organization.is_system,
            created_at=organization.created_at,
        )


@strawberry.type
class ViewerRole:
    """What the viewer is in one organization."""

    organization_key: strawberry.Private[OrganizationId]
    role: MembershipRole = strawberry.field(description="What the viewer is there for.")

    @strawberry.field
    def rights(self, info: Info) -> list[Right]:
        """What the viewer may do there, by the role and by what the sign-in allows."""
        viewer = info.context.viewer
        return [right for right in Right if viewer.may(right, self.organization_key)]

    @strawberry.field
    async def organization(self, info: Info) -> Organization | None:
        """The organization."""
        return await organization_of(info, self.organization_key)


@strawberry.type
class Viewer:
    """On whose behalf this request runs, and what they may do."""

    @strawberry.field
    async def user(self, info: Info) -> User | None:
        """The person."""
        return await user_of(info, info.context.viewer.user)

    @strawberry.field
    async def organizations(self, info: Info) -> list[Organization]:
        """The organizations that this sign-in reaches, in the order of their names."""
        return await _organizations(info)

    @strawberry.field
    def roles(self, info: Info) -> list[ViewerRole]:
        """What the viewer is, in each organization that this sign-in reaches."""
        roles = sorted(info.context.viewer.roles.items())
        return [ViewerRole(organization_key=id_, role=role) for id_, role in roles]

    @strawberry.field
    def scopes(self, info: Info) -> list[TokenScope]:
        """What this sign-in may do at most, whatever the person's roles."""
        return sorted(info.context.viewer.scopes)

    @strawberry.field
    async def has_password(self, info: Info) -> bool:
        """Whether the viewer has a password; who came by a link may have none yet."""
        return await info.context.house.passwords.have_i_one(by=info.context.viewer)

    @strawberry.field
    async def sign_ins(self, info: Info) -> list[SignIn]:
        """Where the viewer is signed in, newest first, 100 at most; none for an API token."""
        return await own_sign_ins(info)


@strawberry.type
class OrganizationQueries:
    """What can be asked about organizations and the viewer."""

    @strawberry.field
    def viewer(self) -> Viewer:
        """Who is asking."""
        return Viewer()

    @strawberry.field
    async def organization(
        self,
        info: Info,
        id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Its id; or else its slug.")
        ] = None,
        slug: Annotated[
            str | None, strawberry.argument(description="Its short name in addresses.")
        ] = None,
    ) -> Organization | None:
        """One organization, or null when there is none that the viewer may see."""
        if id is not None and slug is None:
            return await organization_of(info, organization_id(id))
        if slug is not None and id is None:
            return await _named(info, text_of(slug, field="slug", maximum=100))
        raise Invalid("Name the organization by its id or by its slug.", field="id")

    @strawberry.field
    async def organizations(self, info: Info) -> list[Organization]:
        """The organizations that the viewer may see, in the order of their names, 100 at most."""
        return await _organizations(info)


async def organization_of(info: Info, id_: OrganizationId) -> Organization | None:
    """Return the organization of an id, or None when there is none that the viewer may see."""
    found = await info.context.loaders.organizations.load(id_)
    return None if found is None else Organization.of(found)


async def _named(info: Info, slug: str) -> Organization | None:
    context = info.context
    async with context.house.database.reading(context.scope) as db:
        found = await by_slug(db, slug)
    return None if found is None else Organization.of(found)


async def _organizations(info: Info) -> list[Organization]:
    context = info.context
    async with context.house.database.reading(context.scope) as db:
        found = await all_of(db, MAX_ORGANIZATIONS)
    return [Organization.of(organization) for organization in found]
