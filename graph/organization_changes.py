"""What can be done to organizations, and to users of the whole installation."""

from typing import Annotated

import strawberry
from strawberry import UNSET
from strawberry.scalars import JSON

from graph.context import Info
from graph.failures import Conflict, Forbidden, Invalid, NotFound
from graph.ids import organization_id, user_id
from graph.organizations import Organization
from graph.removals import Removal
from graph.texts import text_of
from graph.users import User

Whose = Annotated[strawberry.ID, strawberry.argument(description="The organization.")]
_LIMITS = {"slug": 200, "name": 300, "timezone": 64, "locale": 35}


@strawberry.input
class OrganizationInput:
    """What is decided of a new organization."""

    slug: str = strawberry.field(
        description="Its short name in addresses: small letters, digits and dashes."
    )
    name: str = strawberry.field(description="What it is called.")
    timezone: str = strawberry.field(
        default="UTC", description="The time zone that its people think in, such as Europe/Berlin."
    )
    locale: str = strawberry.field(
        default="en", description="The language and region of its texts, such as en or de-AT."
    )


@strawberry.input
class OrganizationChanges:
    """What of an organization changes; what is left out stays."""

    slug: str | None = strawberry.field(
        default=UNSET, description="Its short name in addresses; links with the old one break."
    )
    name: str | None = strawberry.field(default=UNSET, description="What it is called.")
    timezone: str | None = strawberry.field(
        default=UNSET, description="The time zone that its people think in."
    )
    locale: str | None = strawberry.field(
        default=UNSET, description="The language and region of its texts."
    )
    settings: JSON | None = strawberry.field(
        default=UNSET, description="All settings, an object of 16 KiB at most."
    )


@strawberry.type
class CreateOrganizationSuccess:
    """The organization is made, with the built-in types and levels, and without members."""

    organization: Organization = strawberry.field(description="The new organization.")


CreateOrganizationResult = Annotated[
    CreateOrganizationSuccess | Invalid | Conflict | Forbidden,
    strawberry.union(
        "CreateOrganizationResult", description="The new organization, or why there is none."
    ),
]


@strawberry.type
class UpdateOrganizationSuccess:
    """The organization is changed."""

    organization: Organization = strawberry.field(description="The organization as it is now.")


UpdateOrganizationResult = Annotated[
    UpdateOrganizationSuccess | NotFound | Invalid | Conflict | Forbidden,
    strawberry.union(
        "UpdateOrganizationResult", description="The changed organization, or why it is not."
    ),
]


@strawberry.type
class DeleteOrganizationSuccess:
    """The organization takes nothing any more; all that is its goes in the minutes to come."""

    removal: Removal = strawberry.field(description="How far its removal is.")


DeleteOrganizationResult = Annotated[
    DeleteOrganizationSuccess | NotFound | Invalid | Conflict | Forbidden,
    strawberry.union("DeleteOrganizationResult", description="The removal, or why there is none."),
]


@strawberry.type
class SetUserActiveSuccess:
    """The person may sign in, or may not; all processes know within seconds."""

    user: User = strawberry.field(description="The person as they are now.")


SetUserActiveResult = Annotated[
    SetUserActiveSuccess | NotFound | Invalid | Conflict | Forbidden,
    strawberry.union("SetUserActiveResult", description="The person, or why nothing changed."),
]


@strawberry.type
class OrganizationMutations:
    """What can be done to organizations and to users."""

    @strawberry.mutation
    async def create_organization(
        self,
        info: Info,
        organization: Annotated[
            OrganizationInput, strawberry.argument(description="The organization.")
        ],
    ) -> CreateOrganizationResult:
        """Make an organization; for system administrators."""
        texts = {
            name: text_of(getattr(organization, name), field=name, maximum=maximum)
            for name, maximum in _LIMITS.items()
        }
        made = await info.context.house.people.organizations.create(**texts, by=info.context.viewer)
        return CreateOrganizationSuccess(organization=Organization.of(made))

    @strawberry.mutation
    async def update_organization(
        self,
        info: Info,
        id: Whose,
        changes: Annotated[OrganizationChanges, strawberry.argument(description="What changes.")],
    ) -> UpdateOrganizationResult:
        """Change an organization; for its owners."""
        wanted: dict[str, object] = {
            name: text_of(getattr(changes, name) or "", field=name, maximum=maximum)
            for name, maximum in _LIMITS.items()
            if getattr(changes, name) is not UNSET
        }
        if changes.settings is not UNSET:
            wanted["settings"] = changes.settings
        after = await info.context.house.people.organizations.update(
            organization_id(id), wanted, by=info.context.viewer
        )
        return UpdateOrganizationSuccess(organization=Organization.of(after))

    @strawberry.mutation
    async def delete_organization(
        self,
        info: Info,
        id: Whose,
        slug: Annotated[str, strawberry.argument(description="Its slug, typed to be sure.")],
    ) -> DeleteOrganizationResult:
        """Remove an organization with everything in it, for good; for its owners.

        Ask `removalPreview` first: it says what goes.
        """
        removal = await info.context.house.people.organizations.delete(
            organization_id(id), slug, by=info.context.viewer
        )
        return DeleteOrganizationSuccess(removal=Removal.of(removal))

    @strawberry.mutation
    async def set_user_active(
        self,
        info: Info,
        user: Annotated[strawberry.ID, strawberry.argument(description="The person.")],
        is_active: Annotated[bool, strawberry.argument(description="Whether they may sign in.")],
    ) -> SetUserActiveResult:
        """Let a person sign in, or shut them out everywhere; for system administrators."""
        after = await info.context.house.people.users.set_active(
            user_id(user, field="user"), is_active=is_active, by=info.context.viewer
        )
        return SetUserActiveSuccess(user=User.of(after))
