"""Cursors of the feed: a place to resume from, opaque to clients, bound to one organization."""

import base64
import binascii
from dataclasses import dataclass
from uuid import UUID

import strawberry
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

from domain.ids import OrganizationId

_VERSION = b"\x01"
_POSITION_BYTES = 8
_LENGTH = 1 + 16 + _POSITION_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedCursor:
    """The place right after a position in an organization's feed."""

    organization: OrganizationId
    position: int


def text_of(cursor: FeedCursor) -> str:
    """Return the text that stands for a cursor."""
    position = cursor.position.to_bytes(_POSITION_BYTES, "big")
    raw = _VERSION + cursor.organization.bytes + position
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def cursor_of(text: object) -> FeedCursor:
    """Return the cursor that a text stands for, or refuse what is none of ours."""
    try:
        padded = f"{text}{'=' * (-len(str(text)) % 4)}"
        raw = base64.b64decode(padded, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != _LENGTH or not raw.startswith(_VERSION):
        raise GraphQLError(
            "This is not a cursor of a feed: hand back one that a batch or a change came with."
        )
    return FeedCursor(
        organization=OrganizationId(UUID(bytes=raw[1:17])),
        position=int.from_bytes(raw[17:], "big"),
    )


CURSOR: ScalarDefinition = strawberry.scalar(
    name="Cursor",
    description="A place in a feed to resume from. Opaque: hand it back unchanged.",
    serialize=text_of,
    parse_value=cursor_of,
)
