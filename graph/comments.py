"""Comments on errors, as the API shows them."""

from datetime import datetime
from typing import Self

import strawberry

from domain import comments
from domain.ids import CommentId, UserId
from graph.context import Info
from graph.ids import Node, shown
from graph.users import User, user_of
from persistence.projection.declared import COMMENT, ERROR


@strawberry.type
class ErrorComment(Node):
    """What one person said about an error."""

    author_key: strawberry.Private[UserId]
    mentioned: strawberry.Private[tuple[UserId, ...]]
    error_id: strawberry.ID = strawberry.field(description="The error that it is about.")
    body: str = strawberry.field(description="What was said, in Markdown; empty when deleted.")
    is_deleted: bool = strawberry.field(description="Whether its author took it back.")
    edited_at: datetime | None = strawberry.field(description="When it was changed last.")
    created_at: datetime = strawberry.field(description="When it was said.")

    @classmethod
    def of(cls, comment: comments.Comment) -> Self:
        """Show a comment."""
        return cls(
            id=shown(COMMENT, comment.id),
            author_key=comment.author_id,
            mentioned=comment.mentions,
            error_id=shown(ERROR, comment.error_id),
            body=comment.body,
            is_deleted=comment.deleted_at is not None,
            edited_at=comment.edited_at,
            created_at=comment.created_at,
        )

    @strawberry.field
    async def author(self, info: Info) -> User | None:
        """Who said it, if they still share an organization with the viewer."""
        return await user_of(info, self.author_key)

    @strawberry.field
    async def mentions(self, info: Info) -> list[User]:
        """Who is mentioned with an @, 50 people at most."""
        found = [await user_of(info, id_) for id_ in self.mentioned]
        return [user for user in found if user is not None]


async def comment_of(info: Info, id_: CommentId) -> ErrorComment | None:
    """Return the comment of an id, or None when there is none that the viewer may see."""
    found = await info.context.loaders.triage.comment.load(id_)
    return None if found is None else ErrorComment.of(found)
