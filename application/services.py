"""Use cases of services: made, changed, closed and opened, deleted with what is theirs (TEN-04)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from application.auditing import Changed, difference, record
from application.clock import Clock
from application.organizations import must_stay
from domain.failures import Conflict, Invalid, NotFound
from domain.ids import IngestKeyId, OrganizationId, RemovalId, ServiceId, TeamId
from domain.removals import Removal, RemovalKind
from domain.rights import Right
from domain.services import (
    MAX_SERVICES,
    IngestKey,
    KeyPurpose,
    RunbookLink,
    Service,
    links_of,
    name_of,
)
from domain.viewers import Viewer
from persistence import removals, service_changes, services, teams
from persistence.database import Database, Writing, scope_of_viewer


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceDraft:
    """What a person decides of a service."""

    name: str
    description: str | None = None
    is_business_critical: bool = False
    is_external: bool = False
    owner_team_id: TeamId | None = None
    runbook_links: tuple[RunbookLink, ...] = ()


_CHECKS: Mapping[str, Any] = {"name": name_of, "runbook_links": links_of}


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceUseCases:
    """What may be done to services, each in one transaction."""

    database: Database
    clock: Clock

    async def create(
        self, organization: OrganizationId, draft: ServiceDraft, *, by: Viewer
    ) -> tuple[Service, IngestKey]:
        """Add a service with its first key."""
        by.must_belong(organization)
        by.must_configure(organization)
        decided = _checked({name: getattr(draft, name) for name in draft.__dataclass_fields__})
        async with self.database.writing(scope_of_viewer(by)) as db:
            await must_stay(db, organization)
            await self._must_fit(db, organization, decided["name"], decided["owner_team_id"])
            service = await services.add(
                db,
                Service(
                    id=ServiceId(self.clock.new_id()),
                    organization_id=organization,
                    number=0,
                    is_active=True,
                    created_at=self.clock.now(),
                    **decided,
                ),
            )
            key = IngestKey(
                id=IngestKeyId(self.clock.new_id()),
                organization_id=organization,
                service_id=service.id,
                service_number=service.number,
                service_name=service.name,
                public_key=self.clock.randomness(16).hex(),
                purpose=KeyPurpose.INGEST,
                is_active=True,
                created_at=self.clock.now(),
            )
            await service_changes.add_key(db, key)
            await self._note(db, "created", service, by, after=_told(service))
        return service, key

    async def update(self, id_: ServiceId, changes: Mapping[str, object], *, by: Viewer) -> Service:
        """Change what is named of a service; errors keep the name that they were stored with."""
        async with self.database.writing(scope_of_viewer(by)) as db:
            before = await self._existing(db, id_, by, Right.CONFIGURE)
            after = replace(before, **_checked(changes))
            is_new = after.name != before.name
            await self._must_fit(
                db, before.organization_id, after.name if is_new else None, after.owner_team_id
            )
            await self._replace(db, "changed", before, after, by)
        return after

    async def set_active(self, id_: ServiceId, *, is_active: bool, by: Viewer) -> Service:
        """Let a service's keys take what is sent, or stop them all; within five seconds."""
        async with self.database.writing(scope_of_viewer(by)) as db:
            before = await self._existing(db, id_, by, Right.CONFIGURE)
            if is_active:
                await must_stay(db, before.organization_id)
            after = replace(before, is_active=is_active)
            verb = "activated" if is_active else "deactivated"
            await self._replace(db, verb, before, after, by)
        return after

    async def delete(self, id_: ServiceId, name: str, *, by: Viewer) -> Removal:
        """Close a service at once, and let all that is its be removed; its `name` is typed."""
        async with self.database.writing(scope_of_viewer(by)) as db:
            found = await self._existing(db, id_, by, Right.REMOVE)
            if name != found.name:
                raise Invalid(f"Type {found.name} to delete this service.", field="name")
            removal = Removal(
                id=RemovalId(self.clock.new_id()),
                organization_id=found.organization_id,
                kind=RemovalKind.SERVICE,
                object_id=id_,
                name=found.name,
                requested_by=by.user,
                requested_at=self.clock.now(),
                finished_at=None,
                removed={},
            )
            await removals.add(db, removal)
            await service_changes.replace(db, replace(found, is_active=False))
            await self._note(db, "deletion_requested", found, by, before=_told(found))
        return removal

    async def _must_fit(
        self, db: Writing, organization: OrganizationId, name: str | None, team: TeamId | None
    ) -> None:
        if name is not None:
            if await service_changes.named(db, organization, name):
                raise Conflict(f"There is a service {name!r} already.")
            if await service_changes.count(db, organization) >= MAX_SERVICES:
                raise Conflict(f"An organization has at most {MAX_SERVICES:,} services.")
        if team is not None:
            found = (await teams.by_ids(db, [team])).get(team)
            if found is None or found.organization_id != organization:
                raise Invalid("There is no such team.", field="ownerTeam")

    async def _existing(self, db: Writing, id_: ServiceId, by: Viewer, right: Right) -> Service:
        found = await service_changes.hold(db, id_)
        if found is None:
            raise NotFound("No such service.")
        by.must(right, found.organization_id)
        if await removals.of_object(db, found.organization_id, id_):
            raise Conflict("This service is being deleted.")
        return found

    async def _replace(
        self, db: Writing, verb: str, before: Service, after: Service, by: Viewer
    ) -> None:
        was, is_ = difference(_told(before), _told(after))
        if is_:
            await service_changes.replace(db, after)
            await self._note(db, verb, after, by, before=was, after=is_)

    async def _note(
        self,
        db: Writing,
        verb: str,
        service: Service,
        by: Viewer,
        *,
        before: Mapping[str, object] | None = None,
        after: Mapping[str, object] | None = None,
    ) -> None:
        change = Changed(
            organization_id=service.organization_id,
            action=f"service.{verb}",
            object_kind="service",
            object_id=service.id,
            before=before,
            after=after,
        )
        await record(db, self.clock, by, change)


def _checked(changes: Mapping[str, object]) -> dict[str, Any]:
    return {
        name: _CHECKS[name](value) if name in _CHECKS else value for name, value in changes.items()
    }


def _told(service: Service) -> dict[str, object]:
    told = {name: getattr(service, name) for name in ServiceDraft.__dataclass_fields__}
    links = [asdict(link) for link in service.runbook_links]
    return told | {"runbook_links": links, "is_active": service.is_active}
