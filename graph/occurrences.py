"""Occurrences, as the API shows them: columns at once, the parts of the body when asked for."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

import strawberry
from strawberry.scalars import JSON

from domain import occurrences
from domain.ids import OccurrenceId, ServiceId
from domain.levels import LogLevel
from domain.telemetry.kinds import DeviceType
from graph.attachments import Attachment, attached_to
from graph.context import Info
from graph.event_parts import (
    Breadcrumb,
    ExceptionValue,
    Sdk,
    Software,
    Tag,
    mapping,
    mappings,
    text,
)
from graph.ids import Node, occurrence_id, shown
from graph.loaders.bodies import Body
from graph.projected import projected
from graph.services import Service, service_of
from persistence.occurrence_details import neighbour
from persistence.projection.declared import ERROR, OCCURRENCE
from persistence.projection.questions import TheOne
from persistence.reach import reach_of


@strawberry.type
class Occurrence(Node):
    """Each single time that an error happened."""

    key: strawberry.Private[OccurrenceId]
    service_key: strawberry.Private[ServiceId]
    error_id: strawberry.ID = strawberry.field(description="The error that happened.")
    event_id: str = strawberry.field(description="The id that the sender gave it, 32 hex digits.")
    occurred_at: datetime = strawberry.field(description="When it happened, by the sender's clock.")
    received_at: datetime = strawberry.field(description="When it reached us.")
    level: LogLevel = strawberry.field(description="How loudly the source reported it.")
    message: str = strawberry.field(description="What was said, in at most 1,000 characters.")
    environment: str | None = strawberry.field(description="Where it happened, e.g. production.")
    release: str | None = strawberry.field(description="The version of the sender's program.")
    transaction: str | None = strawberry.field(description="What the sender was about to do.")
    server_name: str | None = strawberry.field(description="The machine that it happened on.")
    url: str | None = strawberry.field(description="The address that was asked for or shown.")
    user_ref: str | None = strawberry.field(description="Who met it, as the sender names people.")
    session_id: str | None = strawberry.field(description="The session that it happened in.")
    ip_address: str | None = strawberry.field(description="Where the person was, if it is kept.")
    trace_id: str | None = strawberry.field(description="The trace that it is part of.")
    span_id: str | None = strawberry.field(description="The span that it happened in.")
    tags: list[Tag] = strawberry.field(description="Its tags, in the order of their keys.")

    @classmethod
    def of(cls, occurrence: occurrences.Occurrence) -> Self:
        """Show an occurrence."""
        tags = [Tag(key=key, value=value) for key, value in sorted(occurrence.tags.items())]
        return cls(
            id=shown(OCCURRENCE, occurrence.id),
            key=occurrence.id,
            service_key=occurrence.service_id,
            error_id=shown(ERROR, occurrence.error_id),
            event_id=occurrence.event_id.hex,
            tags=tags,
            **{name: getattr(occurrence, name) for name in _PLAIN},
        )

    @strawberry.field
    async def service(self, info: Info) -> Service | None:
        """The service that sent it."""
        return await service_of(info, self.service_key)

    @strawberry.field
    async def exceptions(self, info: Info) -> list[ExceptionValue]:
        """The chain of exceptions: the innermost cause first, what was raised last."""
        body = await self._body(info)
        values = mapping(body.get("exception")).get("values")
        return [ExceptionValue.of(value) for value in mappings(values)]

    @strawberry.field
    async def breadcrumbs(self, info: Info) -> list[Breadcrumb]:
        """What happened before, oldest first."""
        body = await self._body(info)
        values = mapping(body.get("breadcrumbs")).get("values")
        return [Breadcrumb.of(value) for value in mappings(values)]

    @strawberry.field
    async def contexts(self, info: Info) -> JSON | None:
        """The circumstances: browser, operating system, runtime, device and more."""
        return (await self._body(info)).get("contexts")

    @strawberry.field
    async def browser(self, info: Info) -> Software | None:
        """The browser that it happened in, as the SDK or its user agent said."""
        return Software.of(mapping((await self._body(info)).get("contexts")).get("browser"))

    @strawberry.field
    async def operating_system(self, info: Info) -> Software | None:
        """The operating system that it happened on, as the SDK or its user agent said."""
        return Software.of(mapping((await self._body(info)).get("contexts")).get("os"))

    @strawberry.field
    async def device_type(self, info: Info) -> DeviceType:
        """The kind of device that it happened on."""
        contexts = mapping((await self._body(info)).get("contexts"))
        said = mapping(contexts.get("device")).get("device_type")
        known = {kind.value: kind for kind in DeviceType}
        return (
            known.get(said.lower(), DeviceType.UNKNOWN)
            if isinstance(said, str)
            else DeviceType.UNKNOWN
        )

    @strawberry.field
    async def request(self, info: Info) -> JSON | None:
        """The HTTP request, scrubbed."""
        return (await self._body(info)).get("request")

    @strawberry.field
    async def user(self, info: Info) -> JSON | None:
        """Who met it, as far as the sender said and privacy keeps it."""
        return (await self._body(info)).get("user")

    @strawberry.field
    async def extra(self, info: Info) -> JSON | None:
        """What else the sender wanted to be known."""
        return (await self._body(info)).get("extra")

    @strawberry.field
    async def modules(self, info: Info) -> JSON | None:
        """The packages that were loaded, with their versions."""
        return (await self._body(info)).get("modules")

    @strawberry.field
    async def sdk(self, info: Info) -> Sdk | None:
        """The library that sent it."""
        sdk = mapping((await self._body(info)).get("sdk"))
        return Sdk(name=text(sdk.get("name")), version=text(sdk.get("version"))) if sdk else None

    @strawberry.field
    async def attachments(self, info: Info) -> list[Attachment]:
        """The files that came with it, oldest first, 50 at most."""
        return await attached_to(info, self.service_key, UUID(self.event_id))

    @strawberry.field
    async def raw_body(self, info: Info) -> JSON:
        """The whole event as it is kept: `_meta` tells what was cut, `errors` what was mended."""
        return JSON(await self._body(info))

    @strawberry.field
    async def next(self, info: Info) -> "Occurrence | None":
        """The next newer occurrence of the error, or of the one that it is merged into."""
        return await self._neighbour(info, is_newer=True)

    @strawberry.field
    async def previous(self, info: Info) -> "Occurrence | None":
        """The next older occurrence of the error, or of the one that it is merged into."""
        return await self._neighbour(info, is_newer=False)

    async def _neighbour(self, info: Info, *, is_newer: bool) -> "Occurrence | None":
        context = info.context
        if (own := await context.loaders.occurrences.load(self.key)) is None:
            return None
        async with context.house.database.reading(context.scope) as db:
            found = await neighbour(db, own, is_newer=is_newer)
        return None if found is None else await occurrence_of(info, found)

    async def _body(self, info: Info) -> Body:
        return await info.context.loaders.bodies.load(self.key)


# What the API shows under the name and in the form that the domain has it.
_PLAIN = tuple(
    name
    for name in set(Occurrence.__annotations__) - {"id", "error_id", "event_id", "tags"}
    if name in occurrences.Occurrence.__dataclass_fields__
)


@strawberry.type
class OccurrenceQueries:
    """What can be asked about occurrences."""

    @strawberry.field
    async def occurrence(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
    ) -> Occurrence | None:
        """One occurrence, or null when there is none that the viewer may see."""
        return await occurrence_asked(info, occurrence_id(id))


async def occurrence_asked(info: Info, id_: OccurrenceId) -> Occurrence | None:
    """Answer the occurrence of an id with what was selected of it, None when it is not there."""
    reach = reach_of(info.context.scope)
    asked = TheOne(entity="Occurrence", reach=reach, id=id_, now=info.context.now)
    return await projected(info, asked, "Occurrence") or await occurrence_of(info, id_)


async def occurrence_of(info: Info, id_: OccurrenceId) -> Occurrence | None:
    """Return the occurrence of an id, or None when there is none that the viewer may see."""
    found = await info.context.loaders.occurrences.load(id_)
    return None if found is None else Occurrence.of(found)
