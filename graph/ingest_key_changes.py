"""What can be done to ingest keys; their limits are set beside those of organizations."""

from typing import Annotated

import strawberry
from strawberry import UNSET

from application.ingest_keys import KeyDraft
from domain.services import MAX_ORIGIN, MAX_ORIGINS, KeyPurpose
from graph.context import Info
from graph.failures import Conflict, Forbidden, Invalid, NotFound
from graph.ids import ingest_key_id, service_id, shown
from graph.services import IngestKey
from graph.texts import optional_text_of, text_of
from persistence.projection.declared import INGEST_KEY

KeyArgument = Annotated[strawberry.ID, strawberry.argument(description="The key.")]


@strawberry.input
class IngestKeyInput:
    """What is decided of a new key."""

    purpose: KeyPurpose = strawberry.field(
        default=KeyPurpose.INGEST, description="What it may send."
    )
    allowed_origins: list[str] = strawberry.field(
        default_factory=list,
        description="The web pages that may use it, such as https://shop.example or"
        " *.shop.example, 100 at most; any, when the list is empty.",
    )
    rate_limit_per_minute: int | None = strawberry.field(
        default=None,
        description="How many errors a minute it may send; null for what the organization may.",
    )


@strawberry.input
class IngestKeyChanges:
    """What of a key changes; what is left out stays."""

    purpose: KeyPurpose | None = strawberry.field(default=UNSET, description="What it may send.")
    allowed_origins: list[str] | None = strawberry.field(
        default=UNSET, description="All its origins, 100 at most; any, when the list is empty."
    )


@strawberry.type
class CreateIngestKeySuccess:
    """The key is made."""

    key: IngestKey = strawberry.field(description="The new key; its DSN goes into the SDK.")


CreateIngestKeyResult = Annotated[
    CreateIngestKeySuccess | NotFound | Invalid | Conflict | Forbidden,
    strawberry.union("CreateIngestKeyResult", description="The new key, or why there is none."),
]


@strawberry.type
class UpdateIngestKeySuccess:
    """The key is changed; all processes keep to it within five seconds."""

    key: IngestKey = strawberry.field(description="The key as it is now.")


UpdateIngestKeyResult = Annotated[
    UpdateIngestKeySuccess | NotFound | Invalid | Conflict | Forbidden,
    strawberry.union("UpdateIngestKeyResult", description="The changed key, or why it is not."),
]


@strawberry.type
class SetIngestKeyActiveSuccess:
    """The key is on or off; all processes keep to it within five seconds."""

    key: IngestKey = strawberry.field(description="The key as it is now.")


SetIngestKeyActiveResult = Annotated[
    SetIngestKeyActiveSuccess | NotFound | Invalid | Conflict | Forbidden,
    strawberry.union("SetIngestKeyActiveResult", description="The key as it is, or why not."),
]


@strawberry.type
class DeleteIngestKeySuccess:
    """The key is gone; what still sends with it is refused within five seconds."""

    key: strawberry.ID = strawberry.field(description="The id that it had.")


DeleteIngestKeyResult = Annotated[
    DeleteIngestKeySuccess | NotFound | Invalid | Conflict | Forbidden,
    strawberry.union("DeleteIngestKeyResult", description="The former key, or why it is there."),
]


@strawberry.type
class IngestKeyMutations:
    """What can be done to ingest keys; all of it is for owners, admins and devops."""

    @strawberry.mutation
    async def create_ingest_key(
        self,
        info: Info,
        service: Annotated[strawberry.ID, strawberry.argument(description="The service.")],
        key: Annotated[IngestKeyInput, strawberry.argument(description="The key.")],
        idempotency_key: Annotated[
            str | None,
            strawberry.argument(
                description="A text of your own: the same one makes no second key of the service."
            ),
        ] = None,
    ) -> CreateIngestKeyResult:
        """Make a key of a service; it has 50 at most."""
        draft = KeyDraft(
            purpose=key.purpose,
            allowed_origins=_origins(key.allowed_origins),
            rate_limit_per_minute=key.rate_limit_per_minute,
        )
        house = info.context.house
        made = await house.people.ingest_keys.create(
            service_id(service, field="service"),
            draft,
            idempotency_key=optional_text_of(idempotency_key, field="idempotencyKey", maximum=200),
            by=info.context.viewer,
        )
        return CreateIngestKeySuccess(key=IngestKey.of(made, house.public_url))

    @strawberry.mutation
    async def update_ingest_key(
        self,
        info: Info,
        id: KeyArgument,
        changes: Annotated[IngestKeyChanges, strawberry.argument(description="What changes.")],
    ) -> UpdateIngestKeyResult:
        """Change what a key may send, and from where."""
        wanted: dict[str, object] = {}
        if changes.purpose is not UNSET and changes.purpose is not None:
            wanted["purpose"] = changes.purpose
        if changes.allowed_origins is not UNSET:
            wanted["allowed_origins"] = _origins(changes.allowed_origins or [])
        house = info.context.house
        after = await house.people.ingest_keys.update(
            ingest_key_id(id), wanted, by=info.context.viewer
        )
        return UpdateIngestKeySuccess(key=IngestKey.of(after, house.public_url))

    @strawberry.mutation
    async def set_ingest_key_active(
        self,
        info: Info,
        id: KeyArgument,
        is_active: Annotated[
            bool, strawberry.argument(description="Whether what is sent with it is taken.")
        ],
    ) -> SetIngestKeyActiveResult:
        """Switch a key off, or on again; one whose service is closed takes nothing either way."""
        house = info.context.house
        after = await house.people.ingest_keys.set_active(
            ingest_key_id(id), is_active=is_active, by=info.context.viewer
        )
        return SetIngestKeyActiveSuccess(key=IngestKey.of(after, house.public_url))

    @strawberry.mutation
    async def delete_ingest_key(self, info: Info, id: KeyArgument) -> DeleteIngestKeyResult:
        """Remove a key for good; to switch it off for a while, use `setIngestKeyActive`."""
        was = await info.context.house.people.ingest_keys.delete(
            ingest_key_id(id), by=info.context.viewer
        )
        return DeleteIngestKeySuccess(key=shown(INGEST_KEY, was.id))


def _origins(origins: list[str]) -> tuple[str, ...]:
    # One too many is enough to be refused.
    return tuple(
        text_of(origin, field="allowedOrigins", maximum=MAX_ORIGIN + 10)
        for origin in origins[: MAX_ORIGINS + 1]
    )
