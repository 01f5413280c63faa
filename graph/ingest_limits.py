"""Limits of ingest: how much organizations and keys may send in a minute, as people set them."""

from datetime import datetime
from typing import Annotated

import strawberry

from graph.context import Info
from graph.failures import Forbidden, Invalid, NotFound
from graph.ids import ingest_key_id, organization_id
from graph.organizations import Organization
from graph.services import IngestKey
from persistence.limit_notices import hours_of


@strawberry.type
class SetErrorRateLimitSuccess:
    """The limit is set; all processes keep to it within five seconds."""

    organization: Organization = strawberry.field(description="The organization as it is now.")


SetErrorRateLimitResult = Annotated[
    SetErrorRateLimitSuccess | NotFound | Invalid | Forbidden,
    strawberry.union(
        "SetErrorRateLimitResult",
        description="The organization with its new limit, or why it has not.",
    ),
]


@strawberry.type
class SetIngestKeyLimitSuccess:
    """The limit is set; all processes keep to it within five seconds."""

    key: IngestKey = strawberry.field(description="The key as it is now.")


SetIngestKeyLimitResult = Annotated[
    SetIngestKeyLimitSuccess | NotFound | Invalid | Forbidden,
    strawberry.union(
        "SetIngestKeyLimitResult", description="The key with its new limit, or why it has not."
    ),
]


@strawberry.type
class IngestLimitQueries:
    """What can be asked about limits."""

    @strawberry.field
    async def limit_notices(
        self,
        info: Info,
        organization: Annotated[
            strawberry.ID, strawberry.argument(description="The organization.")
        ],
    ) -> list[datetime]:
        """The hours in which an organization was over a limit, newest first; of 30 days."""
        id_ = organization_id(organization, field="organization")
        async with info.context.house.database.reading(info.context.scope) as db:
            return await hours_of(db, id_)


@strawberry.type
class IngestLimitMutations:
    """What can be done to limits."""

    @strawberry.mutation
    async def set_error_rate_limit(
        self,
        info: Info,
        organization: Annotated[
            strawberry.ID, strawberry.argument(description="The organization.")
        ],
        per_minute: Annotated[
            int, strawberry.argument(description="How many errors a minute, 1 to 1,000,000.")
        ],
    ) -> SetErrorRateLimitResult:
        """Set how many errors an organization may send in a minute; for owners, admins, devops."""
        id_ = organization_id(organization, field="organization")
        limits = info.context.house.limits
        after = await limits.set_error_rate_limit(id_, per_minute, by=info.context.viewer)
        return SetErrorRateLimitSuccess(organization=Organization.of(after))

    @strawberry.mutation
    async def set_ingest_key_limit(
        self,
        info: Info,
        key: Annotated[strawberry.ID, strawberry.argument(description="The ingest key.")],
        per_minute: Annotated[
            int | None,
            strawberry.argument(
                description="How many errors a minute, 1 to 1,000,000;"
                " null for no limit but the organization's."
            ),
        ],
    ) -> SetIngestKeyLimitResult:
        """Set how many errors a key may send in a minute; for owners, admins and devops."""
        house = info.context.house
        after = await house.limits.set_ingest_key_limit(
            ingest_key_id(key, field="key"), per_minute, by=info.context.viewer
        )
        return SetIngestKeyLimitSuccess(key=IngestKey.of(after, house.public_url))
