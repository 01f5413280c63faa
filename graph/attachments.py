"""Attachments, as the API shows them: what a file is, and a signed link by which it is fetched."""

from datetime import datetime
from typing import Self
from uuid import UUID

import strawberry

from domain import attachments
from domain.ids import AttachmentId, ServiceId
from graph.context import Info
from graph.ids import Node, shown
from graph.scalars import BigInt
from persistence.projection.declared import ATTACHMENT


@strawberry.type
class Attachment(Node):
    """A file that came with an event or a report."""

    source: strawberry.Private[attachments.Attachment]
    event_id: str | None = strawberry.field(
        description="The id of the event or report that it came with, 32 hex digits."
    )
    filename: str = strawberry.field(description="What the sender called it, without folders.")
    content_type: str = strawberry.field(
        description="What it is by its first bytes, whatever the sender called it."
    )
    attachment_type: str = strawberry.field(
        description="What it is for, such as event.attachment or event.view_hierarchy."
    )
    is_image: bool = strawberry.field(description="Whether it can be shown as a screenshot.")
    size: BigInt = strawberry.field(description="How many bytes it has.")
    sha256: str = strawberry.field(description="The SHA-256 of its bytes, in hex.")
    created_at: datetime = strawberry.field(description="When it reached us.")

    @classmethod
    def of(cls, attachment: attachments.Attachment) -> Self:
        """Show an attachment."""
        event_id = attachment.event_id
        return cls(
            source=attachment,
            id=shown(ATTACHMENT, attachment.id),
            event_id=None if event_id is None else event_id.hex,
            filename=attachment.filename,
            content_type=attachment.content_type,
            attachment_type=attachment.attachment_type,
            is_image=attachment.is_image,
            size=BigInt(attachment.size),
            sha256=attachment.sha256.hex(),
            created_at=attachment.created_at,
        )

    @strawberry.field
    async def url(self, info: Info) -> str:
        """Where to fetch it without a sign-in; good for an hour or two, then ask again."""
        return await info.context.house.links.link(self.source)


async def attachment_of(info: Info, id_: AttachmentId) -> Attachment | None:
    """Return the attachment of an id, or None when there is none that the viewer may see."""
    found = await info.context.loaders.attachments.load(id_)
    return None if found is None else Attachment.of(found)


async def attached_to(info: Info, service: ServiceId, event_id: UUID | None) -> list[Attachment]:
    """Return what came with an event or a report, oldest first."""
    if event_id is None:
        return []
    found = await info.context.loaders.attachments_of.load((service, event_id))
    return [Attachment.of(attachment) for attachment in found]
