"""Attachments: files beside events and reports, in the database like everything else."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Index,
    LargeBinary,
    Row,
    Table,
    UniqueConstraint,
    func,
    select,
    tuple_,
)

from domain.attachments import Attachment
from domain.ids import AttachmentId, OrganizationId, ServiceId
from persistence.database import RawConnection, Reading
from persistence.reach import EVERYWHERE, Reach
from persistence.tables import (
    Column,
    at_most,
    created_columns,
    metadata,
    organization_column,
    part_of,
    text_column,
    uuid_column,
)

attachments = Table(
    "attachments",
    metadata,
    organization_column(),
    uuid_column("id", primary_key=True),
    uuid_column("service_id"),
    uuid_column("item_id"),
    uuid_column("event_id", nullable=True),
    text_column("filename"),
    text_column("content_type"),
    text_column("attachment_type"),
    Column("size", BigInteger, nullable=False),
    Column("sha256", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    *created_columns(mutable=False),
    UniqueConstraint("organization_id", "service_id", "item_id"),
    part_of("service_id", "services"),
    at_most("filename", 255),
    at_most("content_type", 100),
    at_most("attachment_type", 100),
    Index(None, "organization_id", "service_id", "event_id"),
    Index(None, "organization_id", "service_id", "created_at"),
)

Of = tuple[ServiceId, UUID]
"""Whose attachments: a service, and the event or report in it."""

MOST_OF_ONE = 50

_LIGHT = [column for column in attachments.c if column.name not in ("body", "item_id")]

_ADD = """
INSERT INTO attachments (
    organization_id, id, service_id, item_id, event_id, filename, content_type, attachment_type,
    size, sha256, body, created_at
)
SELECT * FROM unnest(
    $1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::text[],
    $8::text[], $9::bigint[], $10::bytea[], $11::bytea[], $12::timestamptz[]
)
ON CONFLICT DO NOTHING RETURNING id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A new attachment with its bytes, and the item that it came as."""

    item_id: UUID
    attachment: Attachment
    body: bytes


async def add(db: RawConnection, files: Sequence[File]) -> set[AttachmentId]:
    """Add files; return those that were not known before."""
    own = sorted(files, key=lambda f: (f.attachment.organization_id, f.attachment.id))
    about = [file.attachment for file in own]
    rows = await db.fetch(
        _ADD,
        [a.organization_id for a in about],
        [a.id for a in about],
        [a.service_id for a in about],
        [file.item_id for file in own],
        [a.event_id for a in about],
        [a.filename for a in about],
        [a.content_type for a in about],
        [a.attachment_type for a in about],
        [a.size for a in about],
        [a.sha256 for a in about],
        [file.body for file in own],
        [a.created_at for a in about],
    )
    return {AttachmentId(row["id"]) for row in rows}


async def bytes_within(
    db: RawConnection,
    services: Collection[tuple[OrganizationId, ServiceId]],
    since: datetime,
    until: datetime,
) -> dict[ServiceId, int]:
    """Return how many bytes these services have sent between two moments."""
    rows = await db.fetch(
        "SELECT a.service_id, sum(a.size)::bigint AS size"
        " FROM unnest($1::uuid[], $2::uuid[]) AS s (organization_id, service_id)"
        " JOIN attachments a USING (organization_id, service_id)"
        " WHERE a.created_at >= $3 AND a.created_at < $4 GROUP BY 1",
        [organization for organization, _ in services],
        [service for _, service in services],
        since,
        until,
    )
    return {ServiceId(row["service_id"]): row["size"] for row in rows}


async def of_many(db: Reading, wanted: Sequence[Of], reach: Reach) -> dict[Of, list[Attachment]]:
    """Return what was attached to these events and reports, oldest first, 50 of each at most."""
    keys = tuple_(attachments.c.service_id, attachments.c.event_id)
    order = (attachments.c.created_at, attachments.c.id)
    nth = func.row_number().over(partition_by=keys.clauses, order_by=order).label("nth")
    own = select(*_LIGHT, nth).where(reach.condition(attachments), keys.in_(wanted)).subquery("own")
    asked = select(own).where(own.c.nth <= MOST_OF_ONE).order_by(own.c.created_at, own.c.id)
    found: dict[Of, list[Attachment]] = {}
    for row in await db.execute(asked, reach.values()):
        attachment = _attachment(row)
        if attachment.event_id is not None:
            key = (attachment.service_id, attachment.event_id)
            found.setdefault(key, []).append(attachment)
    return found


async def by_ids(
    db: Reading, ids: Sequence[AttachmentId], reach: Reach = EVERYWHERE
) -> dict[AttachmentId, Attachment]:
    """Return the attachments of these ids that the caller may see."""
    asked = select(*_LIGHT).where(reach.condition(attachments), attachments.c.id.in_(ids))
    rows = await db.execute(asked, reach.values())
    return {(found := _attachment(row)).id: found for row in rows}


async def body_of(db: Reading, organization: OrganizationId, id_: AttachmentId) -> bytes | None:
    """Return the bytes of an attachment; None where there is none."""
    rows = await db.execute(
        select(attachments.c.body).where(
            attachments.c.organization_id == organization, attachments.c.id == id_
        )
    )
    row = rows.first()
    return None if row is None else bytes(row.body)


async def forget_before(db: RawConnection, moment: datetime, limit: int) -> int:
    """Forget attachments of before a moment, at most `limit`; return how many there were."""
    done = await db.execute(
        "DELETE FROM attachments a USING ("
        " SELECT organization_id, id FROM attachments WHERE created_at < $1 LIMIT $2"
        ") old WHERE a.organization_id = old.organization_id AND a.id = old.id",
        moment,
        limit,
    )
    return int(done.rpartition(" ")[2])


def _attachment(row: Row[tuple[object, ...]]) -> Attachment:
    return Attachment(
        id=AttachmentId(row.id),
        organization_id=OrganizationId(row.organization_id),
        service_id=ServiceId(row.service_id),
        event_id=row.event_id,
        filename=row.filename,
        content_type=row.content_type,
        attachment_type=row.attachment_type,
        size=row.size,
        sha256=bytes(row.sha256),
        created_at=row.created_at,
    )
