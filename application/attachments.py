"""Attachments as they come in, and the links by which they are fetched (ERR-05)."""

import asyncio
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from application.clock import Clock
from application.digest.kinds import Sent, Written, outcome_key
from application.policies import Policies
from domain.attachments import IMAGES, TEXT, UNKNOWN, Attachment, content_type_of, filename_of
from domain.categories import CATEGORIES
from domain.failures import NotFound
from domain.ids import AttachmentId, OrganizationId, ServiceId, derived_uuid7
from domain.images import NotAnImage, cleaned
from domain.inbox import InboxItem, ItemKind
from domain.outcomes import Outcome
from domain.scrubbing import Scrubber
from persistence import attachments as rows
from persistence.attachments import File
from persistence.database import SYSTEM, Database, RawConnection
from persistence.installation_secrets import secret_named

BYTES_PER_DAY = 1 << 30
# A larger text is kept as it came: to search it would hold up the digest.
MAX_SCRUBBED_BYTES = 256 * 1024
_CATEGORY = CATEGORIES[ItemKind.ATTACHMENT]
_DEFAULT_TYPE = "event.attachment"
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachments:
    """Digests files: cleans texts and pictures, and keeps each service within its daily quota."""

    policies: Policies
    bytes_per_day: int = BYTES_PER_DAY

    def read(self, sent: Sent) -> Sent:
        """Return the item: nothing of a file can be wrong."""
        return sent

    async def write(self, db: RawConnection, read: Sequence[tuple[InboxItem, Sent]]) -> Written:
        """Add the files that the quotas have room for."""
        policies = await self.policies.of({item.organization_id for item, _ in read})
        quotas = await self._quotas(db, [item for item, _ in read])
        written = Written()
        files: dict[tuple[ServiceId, UUID], File] = {}
        for item, sent in read:
            key = (item.service_id, item.event_id)
            if key in files:
                written.outcomes[outcome_key(item, Outcome.DEDUPLICATED, _CATEGORY)] += 1
                continue
            day = _day_of(item.received_at)
            if len(sent.payload) > quotas[item.service_id, day]:
                limited = outcome_key(item, Outcome.RATE_LIMITED, _CATEGORY, "quota")
                written.outcomes[limited] += 1
                continue
            quotas[item.service_id, day] -= len(sent.payload)
            files[key] = _file(sent, policies[item.organization_id].scrubber)
        added = await rows.add(db, list(files.values())) if files else set()
        for item, _ in read:
            file = files.pop((item.service_id, item.event_id), None)
            if file is not None:
                is_new = file.attachment.id in added
                outcome = Outcome.ACCEPTED if is_new else Outcome.DEDUPLICATED
                written.outcomes[outcome_key(item, outcome, _CATEGORY)] += 1
        return written

    async def _quotas(
        self, db: RawConnection, items: Sequence[InboxItem]
    ) -> dict[tuple[ServiceId, datetime], int]:
        """Return how many bytes are left, by service and day; a shard has one digest at a time."""
        services = {(item.organization_id, item.service_id) for item in items}
        left: dict[tuple[ServiceId, datetime], int] = {}
        for day in {_day_of(item.received_at) for item in items}:
            used = await rows.bytes_within(db, services, day, day + _DAY)
            for _, service in services:
                left[service, day] = self.bytes_per_day - used.get(service, 0)
        return left


def _day_of(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _picture(content_type: str, body: bytes) -> tuple[str, bytes]:
    """Return a picture with nothing but the picture in it; what is none is never shown as one."""
    try:
        return content_type, cleaned(body, content_type)
    except NotAnImage:
        return UNKNOWN, body


def _file(sent: Sent, scrubber: Scrubber) -> File:
    item, body = sent.item, sent.payload
    content_type = content_type_of(body)
    if content_type in IMAGES:
        content_type, body = _picture(content_type, body)
    elif content_type == TEXT and len(body) <= MAX_SCRUBBED_BYTES:
        body = scrubber.scrub_text(body.decode("utf-8", "replace")).encode()
    said = sent.headers.get("attachment_type")
    milliseconds = int(item.received_at.timestamp() * 1000)
    id_ = derived_uuid7(milliseconds, item.service_id.bytes, item.event_id.bytes, b"attachment")
    attachment = Attachment(
        id=AttachmentId(id_),
        organization_id=item.organization_id,
        service_id=item.service_id,
        event_id=_uuid(sent.headers.get("event_id")),
        filename=filename_of(sent.headers.get("filename")),
        content_type=content_type,
        attachment_type=filename_of(said)[:100] if isinstance(said, str) else _DEFAULT_TYPE,
        size=len(body),
        sha256=hashlib.sha256(body).digest(),
        created_at=item.received_at,
    )
    return File(item_id=item.event_id, attachment=attachment, body=body)


def _uuid(value: object) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None


@dataclass(slots=True, kw_only=True)
class AttachmentLinks:
    """Makes the addresses of files, and gives out what a good one leads to.

    An address is signed and ends, so that a browser can load an image without a sign-in.
    """

    database: Database
    clock: Clock
    public_url: str
    _secret: bytes | None = None
    _asking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def link(self, attachment: Attachment) -> str:
        """Return an address that is good for an hour or two; the same one within an hour."""
        hour = self.clock.now().replace(minute=0, second=0, microsecond=0)
        until = int((hour + timedelta(hours=2)).timestamp())
        signature = await self._signature(attachment.organization_id, attachment.id, until)
        path = f"/attachments/{attachment.organization_id}/{attachment.id}"
        return f"{self.public_url}{path}?until={until}&signature={signature}"

    async def open(
        self, organization: OrganizationId, id_: AttachmentId, asked: Mapping[str, str]
    ) -> tuple[Attachment, bytes]:
        """Return what an address leads to; raise NotFound for any that is not good."""
        until, signature = asked.get("until", ""), asked.get("signature", "")
        if not (until.isascii() and until.isdigit() and len(until) <= 12):
            raise NotFound("The link is not whole.")
        expected = await self._signature(organization, id_, int(until))
        if not hmac.compare_digest(expected.encode(), signature.encode()):
            raise NotFound("The link is not one of ours.")
        if int(until) < self.clock.now().timestamp():
            raise NotFound("The link has ended: ask for a new one.")
        async with self.database.reading(SYSTEM) as db:
            found = (await rows.by_ids(db, [id_])).get(id_)
            body = await rows.body_of(db, organization, id_)
        if found is None or body is None or found.organization_id != organization:
            raise NotFound("The file is no longer there.")
        return found, body

    async def _signature(self, organization: UUID, id_: UUID, until: int) -> str:
        said = f"attachment/{organization}/{id_}/{until}".encode()
        return hmac.new(await self._known_secret(), said, hashlib.sha256).hexdigest()

    async def _known_secret(self) -> bytes:
        async with self._asking:
            if self._secret is None:
                async with self.database.raw_writing(SYSTEM) as db:
                    proposed = self.clock.randomness(32)
                    self._secret = await secret_named(db, "attachment_links", proposed)
            return self._secret
