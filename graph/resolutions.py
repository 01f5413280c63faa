"""Resolutions and their types, as the API shows them."""

from datetime import datetime
from typing import Self

import strawberry

from domain import resolutions
from domain.ids import ResolutionId, ResolutionTypeId, UserId
from domain.resolutions import FixedIn
from graph import enums
from graph.context import Info
from graph.ids import Node, shown
from graph.users import User, user_of
from persistence.projection.declared import ERROR, RESOLUTION, RESOLUTION_TYPE

# Registers the enums that the fields below name.
__all__ = ["Resolution", "ResolutionType", "enums", "resolution_of", "resolution_type_of"]


@strawberry.type
class ResolutionType(Node):
    """A way in which errors come to be resolved; each organization has its own list."""

    creator: strawberry.Private[UserId | None]
    name: str = strawberry.field(description="What it is called, such as code_fix.")
    description: str = strawberry.field(description="What is meant by it.")
    requires_testing: bool = strawberry.field(
        description="Whether an error so resolved is closed only after a test that passed."
    )
    is_builtin: bool = strawberry.field(description="Whether every organization has it.")
    is_active: bool = strawberry.field(description="Whether it may be chosen.")
    created_at: datetime = strawberry.field(description="When it was added.")

    @classmethod
    def of(cls, type_: resolutions.ResolutionType) -> Self:
        """Show a resolution type."""
        return cls(
            id=shown(RESOLUTION_TYPE, type_.id),
            creator=type_.created_by,
            name=type_.name,
            description=type_.description,
            requires_testing=type_.requires_testing,
            is_builtin=type_.is_builtin,
            is_active=type_.is_active,
            created_at=type_.created_at,
        )

    @strawberry.field
    async def created_by(self, info: Info) -> User | None:
        """Who added it; nobody added what is built in."""
        return await user_of(info, self.creator)


@strawberry.type
class Resolution(Node):
    """One time that an error was resolved."""

    type_key: strawberry.Private[ResolutionTypeId]
    resolver: strawberry.Private[UserId | None]
    tester: strawberry.Private[UserId | None]
    follower: strawberry.Private[UserId | None]
    error_id: strawberry.ID = strawberry.field(description="The error that was resolved.")
    resolution_description: str = strawberry.field(description="What was wrong, and what was done.")
    steps_taken: str | None = strawberry.field(description="How it was done.")
    prevention_measures: str | None = strawberry.field(
        description="What keeps it from happening again."
    )
    requires_code_change: bool = strawberry.field(description="Whether code is still to change.")
    requires_documentation: bool = strawberry.field(
        description="Whether documentation is still to be written."
    )
    requires_testing: bool = strawberry.field(description="Whether its type asked for a test.")
    fixed_in: FixedIn = strawberry.field(description="Which occurrences bring the error back.")
    release: str | None = strawberry.field(
        description="The release that it goes by: the one with the fix, or the last one without."
    )
    commit: str | None = strawberry.field(description="The commit with the fix, if it was named.")
    resolved_at: datetime = strawberry.field(description="When the error was resolved.")
    tested_at: datetime | None = strawberry.field(description="When it was tested.")
    verified: bool | None = strawberry.field(description="Whether the test passed.")
    is_test_open: bool = strawberry.field(
        description="Whether a test is owed, so that the error may not be closed."
    )
    is_follow_up_open: bool = strawberry.field(
        description="Whether the code or the documentation is still to be changed."
    )
    followed_up_at: datetime | None = strawberry.field(description="When that was done.")
    reverted_at: datetime | None = strawberry.field(
        description="When it stopped to hold, because the error came back or was reopened."
    )

    @classmethod
    def of(cls, resolution: resolutions.Resolution) -> Self:
        """Show a resolution."""
        return cls(
            id=shown(RESOLUTION, resolution.id),
            type_key=resolution.resolution_type_id,
            resolver=resolution.resolved_by,
            tester=resolution.tested_by,
            follower=resolution.followed_up_by,
            error_id=shown(ERROR, resolution.error_id),
            commit=resolution.commit_sha,
            **{name: getattr(resolution, name) for name in _PLAIN},
        )

    @strawberry.field
    async def resolution_type(self, info: Info) -> ResolutionType | None:
        """In which way it was resolved."""
        return await resolution_type_of(info, self.type_key)

    @strawberry.field
    async def resolved_by(self, info: Info) -> User | None:
        """Who resolved it, if a person did."""
        return await user_of(info, self.resolver)

    @strawberry.field
    async def tested_by(self, info: Info) -> User | None:
        """Who tested it."""
        return await user_of(info, self.tester)

    @strawberry.field
    async def followed_up_by(self, info: Info) -> User | None:
        """Who did what its flags asked for."""
        return await user_of(info, self.follower)


_PLAIN = tuple(
    name
    for name in set(Resolution.__annotations__) - {"error_id"}
    if hasattr(resolutions.Resolution, name)
)


async def resolution_of(info: Info, id_: ResolutionId) -> Resolution | None:
    """Return the resolution of an id, or None when there is none that the viewer may see."""
    found = await info.context.loaders.triage.resolution.load(id_)
    return None if found is None else Resolution.of(found)


async def resolution_type_of(info: Info, id_: ResolutionTypeId) -> ResolutionType | None:
    """Return the type of an id, or None when there is none that the viewer may see."""
    found = await info.context.loaders.triage.resolution_type.load(id_)
    return None if found is None else ResolutionType.of(found)
