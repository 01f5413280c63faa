"""What can be done to services."""

from typing import Annotated

import strawberry
from strawberry import UNSET

from application.services import ServiceDraft
from domain.services import MAX_DESCRIPTION, MAX_RUNBOOK_LINKS
from domain.services import RunbookLink as Link
from graph.context import Info
from graph.failures import Conflict, Forbidden, Invalid, NotFound
from graph.ids import organization_id, service_id, team_id
from graph.removals import Removal
from graph.services import IngestKey, Service
from graph.texts import optional_text_of, text_of

ServiceArgument = Annotated[strawberry.ID, strawberry.argument(description="The service.")]
_NAME = 200


@strawberry.input
class RunbookLinkInput:
    """Where it is written what to do when a service fails."""

    title: str = strawberry.field(description="What is written there, 200 characters at most.")
    url: str = strawberry.field(description="The http or https address of the page.")


@strawberry.input
class ServiceInput:
    """What is decided of a new service."""

    name: str = strawberry.field(description="What it is called, once in the organization.")
    description: str | None = strawberry.field(default=None, description="What it is for.")
    is_business_critical: bool = strawberry.field(
        default=False, description="Whether the business stands still without it."
    )
    is_external: bool = strawberry.field(default=False, description="Whether others run it.")
    owner_team: strawberry.ID | None = strawberry.field(
        default=None, description="The team that looks after it."
    )
    runbook_links: list[RunbookLinkInput] = strawberry.field(
        default_factory=list,
        description="Where it is written what to do when it fails; 20 at most.",
    )


@strawberry.input
class ServiceChanges:
    """What of a service changes; what is left out stays."""

    name: str | None = strawberry.field(default=UNSET, description="What it is called.")
    description: str | None = strawberry.field(
        default=UNSET, description="What it is for; null for nothing."
    )
    is_business_critical: bool | None = strawberry.field(
        default=UNSET, description="Whether the business stands still without it."
    )
    is_external: bool | None = strawberry.field(default=UNSET, description="Whether others run it.")
    owner_team: strawberry.ID | None = strawberry.field(
        default=UNSET, description="The team that looks after it; null for none."
    )
    runbook_links: list[RunbookLinkInput] | None = strawberry.field(
        default=UNSET, description="All links, in place of those that there were; 20 at most."
    )


@strawberry.type
class CreateServiceSuccess:
    """The service is made."""

    service: Service = strawberry.field(description="The new service.")
    key: IngestKey = strawberry.field(description="Its first key; its DSN goes into the SDK.")


CreateServiceResult = Annotated[
    CreateServiceSuccess | NotFound | Invalid | Conflict | Forbidden,
    strawberry.union("CreateServiceResult", description="The new service, or why there is none."),
]


@strawberry.type
class UpdateServiceSuccess:
    """The service is changed."""

    service: Service = strawberry.field(description="The service as it is now.")


UpdateServiceResult = Annotated[
    UpdateServiceSuccess | NotFound | Invalid | Conflict | Forbidden,
    strawberry.union("UpdateServiceResult", description="The changed service, or why it is not."),
]


@strawberry.type
class SetServiceActiveSuccess:
    """The service is open or closed; all processes keep to it within five seconds."""

    service: Service = strawberry.field(description="The service as it is now.")


SetServiceActiveResult = Annotated[
    SetServiceActiveSuccess | NotFound | Invalid | Conflict | Forbidden,
    strawberry.union("SetServiceActiveResult", description="The service as it is, or why not."),
]


@strawberry.type
class DeleteServiceSuccess:
    """The service takes nothing any more; what is its goes in the minutes to come."""

    removal: Removal = strawberry.field(description="How far its removal is.")


DeleteServiceResult = Annotated[
    DeleteServiceSuccess | NotFound | Invalid | Conflict | Forbidden,
    strawberry.union("DeleteServiceResult", description="The removal, or why there is none."),
]


@strawberry.type
class ServiceMutations:
    """What can be done to services."""

    @strawberry.mutation
    async def create_service(
        self,
        info: Info,
        organization: Annotated[
            strawberry.ID, strawberry.argument(description="The organization.")
        ],
        service: Annotated[ServiceInput, strawberry.argument(description="The service.")],
    ) -> CreateServiceResult:
        """Make a service with its first key, for owners, admins and devops."""
        draft = ServiceDraft(
            name=text_of(service.name, field="name", maximum=_NAME),
            description=optional_text_of(
                service.description, field="description", maximum=MAX_DESCRIPTION
            ),
            is_business_critical=service.is_business_critical,
            is_external=service.is_external,
            owner_team_id=None
            if service.owner_team is None
            else team_id(service.owner_team, field="ownerTeam"),
            runbook_links=_links(service.runbook_links),
        )
        house = info.context.house
        whose = organization_id(organization, field="organization")
        made, key = await house.people.services.create(whose, draft, by=info.context.viewer)
        return CreateServiceSuccess(
            service=Service.of(made), key=IngestKey.of(key, house.public_url)
        )

    @strawberry.mutation
    async def update_service(
        self,
        info: Info,
        id: ServiceArgument,
        changes: Annotated[ServiceChanges, strawberry.argument(description="What changes.")],
    ) -> UpdateServiceResult:
        """Change a service, for owners, admins and devops; errors keep the name they came with."""
        after = await info.context.house.people.services.update(
            service_id(id), _wanted(changes), by=info.context.viewer
        )
        return UpdateServiceSuccess(service=Service.of(after))

    @strawberry.mutation
    async def set_service_active(
        self,
        info: Info,
        id: ServiceArgument,
        is_active: Annotated[
            bool, strawberry.argument(description="Whether what it sends is taken.")
        ],
    ) -> SetServiceActiveResult:
        """Let all keys of a service take what is sent, or stop them; for owners, admins, devops."""
        after = await info.context.house.people.services.set_active(
            service_id(id), is_active=is_active, by=info.context.viewer
        )
        return SetServiceActiveSuccess(service=Service.of(after))

    @strawberry.mutation
    async def delete_service(
        self,
        info: Info,
        id: ServiceArgument,
        name: Annotated[str, strawberry.argument(description="Its name, typed to be sure.")],
    ) -> DeleteServiceResult:
        """Remove a service with all that was sent for it, for good; for owners and admins.

        Ask `removalPreview` first: it says what goes.
        """
        removal = await info.context.house.people.services.delete(
            service_id(id), name, by=info.context.viewer
        )
        return DeleteServiceSuccess(removal=Removal.of(removal))


def _wanted(changes: ServiceChanges) -> dict[str, object]:
    wanted: dict[str, object] = {}
    if changes.name is not UNSET:
        wanted["name"] = text_of(changes.name or "", field="name", maximum=_NAME)
    if changes.description is not UNSET:
        wanted["description"] = optional_text_of(
            changes.description, field="description", maximum=MAX_DESCRIPTION
        )
    if changes.owner_team is not UNSET:
        team = changes.owner_team
        wanted["owner_team_id"] = None if team is None else team_id(team, field="ownerTeam")
    if changes.runbook_links is not UNSET:
        wanted["runbook_links"] = _links(changes.runbook_links or [])
    for name in ("is_business_critical", "is_external"):
        if (value := getattr(changes, name)) is not UNSET:
            wanted[name] = bool(value)
    return wanted


def _links(links: list[RunbookLinkInput]) -> tuple[Link, ...]:
    # One too many is enough to be refused.
    return tuple(
        Link(
            text_of(link.title, field="runbookLinks", maximum=_NAME),
            text_of(link.url, field="runbookLinks", maximum=2_000),
        )
        for link in links[: MAX_RUNBOOK_LINKS + 1]
    )
