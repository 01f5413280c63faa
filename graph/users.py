"""Users, as the API shows them."""

from datetime import datetime
from typing import Self

import strawberry

from domain import users
from domain.ids import UserId
from graph.context import Info
from graph.ids import Node, shown
from persistence.projection.declared import USER


@strawberry.type
class User(Node):
    """A person with a sign-in, seen by those who share an organization with them."""

    name: str = strawberry.field(description="What the person is called.")
    email: str = strawberry.field(description="The address that the person signs in with.")
    is_system_admin: bool = strawberry.field(description="Whether they administer the whole house.")
    is_active: bool = strawberry.field(description="Whether they may sign in.")
    created_at: datetime = strawberry.field(description="When they were added.")

    @classmethod
    def of(cls, user: users.User) -> Self:
        """Show a user."""
        return cls(
            id=shown(USER, user.id),
            name=user.name,
            email=user.email,
            is_system_admin=user.is_system_admin,
            is_active=user.is_active,
            created_at=user.created_at,
        )


async def user_of(info: Info, id_: UserId | None) -> User | None:
    """Return the user of an id, or None when there is none that the viewer may see."""
    found = None if id_ is None else await info.context.loaders.users.load(id_)
    return None if found is None else User.of(found)
