"""Attachments: files that came with an event or a report, and what they really are (ERR-05)."""

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.ids import AttachmentId, OrganizationId, ServiceId

MAX_FILENAME = 255
IMAGES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
TEXT = "text/plain"
UNKNOWN = "application/octet-stream"
_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"\x1f\x8b", "application/gzip"),
    (b"\x28\xb5\x2f\xfd", "application/zstd"),
    (b"MDMP", "application/x-dmp"),
)
_LOOKED_AT = 4096
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file without its bytes; `event_id` is that of the event or report it came with."""

    id: AttachmentId
    organization_id: OrganizationId
    service_id: ServiceId
    event_id: UUID | None
    filename: str
    content_type: str
    attachment_type: str
    size: int
    sha256: bytes
    created_at: datetime

    @property
    def is_image(self) -> bool:
        """Whether it can be shown as a screenshot."""
        return self.content_type in IMAGES


def content_type_of(body: bytes) -> str:
    """Return what a file is by its first bytes; what its sender called it does not count."""
    for magic, content_type in _MAGIC:
        if body.startswith(magic):
            return content_type
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        return "image/webp"
    # HTML, SVG and scripts are text, too: nothing is ever served as more than that.
    return TEXT if _is_text(body[:_LOOKED_AT]) else UNKNOWN


def _is_text(head: bytes) -> bool:
    if b"\0" in head:
        return False
    try:
        head.decode()
    except UnicodeDecodeError as error:
        # The look may end within a character.
        return len(head) == _LOOKED_AT and error.start >= _LOOKED_AT - 3
    return True


def filename_of(said: object) -> str:
    """Return a file's name as it may be shown and saved: no folders, no signs that mislead."""
    name = said if isinstance(said, str) else ""
    name = _CONTROL.sub("", name.replace("\\", "/").rpartition("/")[2]).strip()
    return name[:MAX_FILENAME] if name.strip(".") else "attachment"
