"""The audit log, as the API shows it: who changed what, and what it was before (TEN-07)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

import strawberry
from strawberry import UNSET
from strawberry.scalars import JSON

from domain import audit
from domain.audit import ActorKind
from domain.failures import Invalid
from domain.ids import AuditEntryId, OrganizationId, UserId
from domain.rights import Right
from graph.connections import (
    After,
    Before,
    Connection,
    First,
    Last,
    connection_of,
    page_asked,
)
from graph.context import Info
from graph.ids import API_TOKEN, INVITATION, Node, organization_id, shown, user_id
from graph.organizations import Organization, organization_of
from graph.texts import text_of
from graph.users import User, user_of
from persistence.audit import KEYSET, Criteria, by_ids, count, page_of
from persistence.projection import declared
from persistence.projection.declared import AUDIT_ENTRY
from persistence.reach import Reach, reach_of

MAX_WANTED = 100

# What an entry tells of, by the kinds of things that have ids.
_PREFIXES: Mapping[str, str] = {
    "api_token": API_TOKEN,
    "artifact_bundle": declared.ARTIFACT_BUNDLE,
    "comment": declared.COMMENT,
    "error": declared.ERROR,
    "error_type": declared.ERROR_TYPE,
    "grouping_rule": declared.GROUPING_RULE,
    "ingest_key": declared.INGEST_KEY,
    "invitation": INVITATION,
    "organization": declared.ORGANIZATION,
    "resolution": declared.RESOLUTION,
    "resolution_type": declared.RESOLUTION_TYPE,
    "saved_view": declared.SAVED_VIEW,
    "service": declared.SERVICE,
    "suppression_rule": declared.SUPPRESSION_RULE,
    "team": declared.TEAM,
    "user": declared.USER,
    "user_report": declared.USER_REPORT,
}


@strawberry.type
class AuditEntry(Node):
    """One change: who made it, what of, and what it was before; nobody can change an entry."""

    organization_key: strawberry.Private[OrganizationId]
    actor_key: strawberry.Private[UserId | None]
    actor_kind: ActorKind = strawberry.field(description="What made the change.")
    token_id: str | None = strawberry.field(
        description="The UUID of the API token with which a program made it."
    )
    action: str = strawberry.field(description="What was done, such as service.created.")
    object_kind: str = strawberry.field(description="What it was done to, such as service.")
    object_id: str = strawberry.field(description="The UUID of what it was done to.")
    object_node_id: strawberry.ID | None = strawberry.field(
        description="By which `node` finds that, if it is there still; null for what has no id."
    )
    was: JSON | None = strawberry.field(
        name="before", description="The fields that changed, as they were; without secrets."
    )
    became: JSON | None = strawberry.field(
        name="after", description="The fields that changed, as they are; without secrets."
    )
    request_id: str | None = strawberry.field(description="The request, as the logs name it.")
    address: str | None = strawberry.field(description="The address that it came from.")
    at: datetime = strawberry.field(description="When it was done.")

    @classmethod
    def of(cls, entry: audit.AuditEntry) -> Self:
        """Show an entry."""
        return cls(
            id=shown(AUDIT_ENTRY, entry.id),
            organization_key=entry.organization_id,
            actor_key=entry.actor_id,
            actor_kind=entry.actor_kind,
            token_id=None if entry.token_id is None else str(entry.token_id),
            action=entry.action,
            object_kind=entry.object_kind,
            object_id=str(entry.object_id),
            object_node_id=_node_id(entry.object_kind, entry.object_id),
            was=None if entry.before is None else JSON(entry.before),
            became=None if entry.after is None else JSON(entry.after),
            request_id=entry.request_id,
            address=entry.address,
            at=entry.at,
        )

    @strawberry.field
    async def actor(self, info: Info) -> User | None:
        """The person who made it, or for whom a program did; null for Tocsin itself."""
        return await user_of(info, self.actor_key)

    @strawberry.field
    async def organization(self, info: Info) -> Organization | None:
        """The organization in which it was made."""
        return await organization_of(info, self.organization_key)


@strawberry.input
class AuditFilter:
    """Which entries: all conditions must hold; what is left out does not matter.

    Of each field 100 values are taken at most.
    """

    actor: list[strawberry.ID] | None = strawberry.field(
        default=UNSET, description="Made by one of these people, or for them."
    )
    actor_kind: list[ActorKind] | None = strawberry.field(
        default=UNSET, description="Made by one of these."
    )
    action: list[str] | None = strawberry.field(
        default=UNSET,
        description="One of these was done; `service` means everything that begins with service.",
    )
    object_kind: list[str] | None = strawberry.field(
        default=UNSET, description="Done to one of these kinds of things."
    )
    object: list[strawberry.ID] | None = strawberry.field(
        default=UNSET, description="Done to one of these: ids of ours, or their UUIDs alone."
    )
    since: datetime | None = strawberry.field(default=UNSET, description="At this moment or later.")
    until: datetime | None = strawberry.field(default=UNSET, description="Before this moment.")

    def criteria(self) -> Criteria:
        """Return what is asked for, or refuse what cannot be."""
        actors = _few(self.actor, "actor")
        objects = _few(self.object, "object")
        return Criteria(
            actors=None if actors is None else [user_id(one, field="actor") for one in actors],
            actor_kinds=_few(self.actor_kind, "actorKind"),
            actions=_texts(self.action, "action"),
            object_kinds=_texts(self.object_kind, "objectKind"),
            objects=None if objects is None else [_uuid_of(one) for one in objects],
            since=self.since or None,
            until=self.until or None,
        )


@strawberry.type
class AuditQueries:
    """What can be asked about the audit log."""

    @strawberry.field
    async def audit_log(
        self,
        info: Info,
        organization: Annotated[
            strawberry.ID, strawberry.argument(description="Whose log is read.")
        ],
        where: Annotated[
            AuditFilter | None, strawberry.argument(description="Which entries; else all.")
        ] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[AuditEntry]:
        """Who changed what in an organization, newest first; for its owners and admins."""
        context = info.context
        whose = organization_id(organization, field="organization")
        context.viewer.must_belong(whose)
        context.viewer.must(Right.READ_AUDIT, whose)
        reach, criteria = Reach((whose,)), (where or AuditFilter()).criteria()
        page = page_asked(KEYSET, first=first, after=after, last=last, before=before)
        async with context.house.database.reading(context.scope) as db:
            found = await page_of(db, reach, criteria, page)

        async def counted() -> int:
            async with context.house.database.reading(context.scope) as db:
                return await count(db, reach, criteria)

        return connection_of(found, page, KEYSET, AuditEntry.of, counted)


async def audit_entry_of(info: Info, id_: AuditEntryId) -> AuditEntry | None:
    """Return the entry of an id, or None when there is none that the viewer may see."""
    context = info.context
    async with context.house.database.reading(context.scope) as db:
        found = (await by_ids(db, [id_], reach_of(context.scope))).get(id_)
    if found is None or not context.viewer.may(Right.READ_AUDIT, found.organization_id):
        return None
    return AuditEntry.of(found)


def _few(wanted: list | None, field: str) -> list | None:  # type: ignore[type-arg]
    if wanted is UNSET or wanted is None:
        return None
    if len(wanted) > MAX_WANTED:
        raise Invalid(f"At most {MAX_WANTED} are taken.", field=field)
    return wanted


def _texts(wanted: list[str] | None, field: str) -> list[str] | None:
    few = _few(wanted, field)
    return None if few is None else [text_of(one, field=field, maximum=100) for one in few]


def _node_id(kind: str, id_: UUID) -> strawberry.ID | None:
    prefix = _PREFIXES.get(kind)
    return None if prefix is None else shown(prefix, id_)


def _uuid_of(text: str) -> UUID:
    try:
        return UUID(text.rpartition("_")[2])
    except ValueError as error:
        raise Invalid(f"{text[:100]!r} is no id.", field="object") from error
