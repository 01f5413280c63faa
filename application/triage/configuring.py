"""What an organization decides about triage: its types, its severity levels, its quiet period."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from application.auditing import Changed, difference, record
from application.clock import Clock
from domain.error_types import ErrorType, checked_code
from domain.failures import Conflict, Invalid, NotFound
from domain.ids import ErrorTypeId, OrganizationId, ResolutionTypeId
from domain.levels import Severity
from domain.resolutions import BUILTIN_RESOLUTION_TYPES, ResolutionType, checked_name
from domain.rights import Right
from domain.severity_levels import SeverityLevel
from domain.viewers import Viewer
from persistence import error_types, resolution_types, severity_levels, triage_settings
from persistence.database import Database, Writing, scope_of_viewer

MAX_TYPES = 200
LONGEST_TARGET = timedelta(days=366)
SHORTEST_QUIET = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class TriageConfiguration:
    """What may be decided about how an organization triages."""

    database: Database
    clock: Clock

    async def add_resolution_type(
        self, organization: OrganizationId, said: Mapping[str, object], *, by: Viewer
    ) -> ResolutionType:
        """Add a way in which errors come to be resolved."""
        _must_configure(by, organization)
        new = ResolutionType(
            id=ResolutionTypeId(self.clock.new_id()),
            organization_id=organization,
            created_by=by.user,
            created_at=self.clock.now(),
            **said,  # type: ignore[arg-type]
        )
        new = replace(new, name=checked_name(new.name))
        async with self.database.writing(scope_of_viewer(by)) as db:
            known = await resolution_types.of_organization(db, organization)
            if any(each.name == new.name for each in known):
                raise Conflict(f"There is a resolution type {new.name} already.")
            if len(known) >= MAX_TYPES:
                raise Conflict(f"An organization has at most {MAX_TYPES} resolution types.")
            await resolution_types.add(db, new)
            await self._record(db, by, organization, "resolution_type", new.id, None, said)
        return new

    async def change_resolution_type(
        self, id_: ResolutionTypeId, said: Mapping[str, object], *, by: Viewer
    ) -> ResolutionType:
        """Change what is said of a resolution type; a built-in one keeps its name."""
        async with self.database.writing(scope_of_viewer(by)) as db:
            before = (await resolution_types.by_ids(db, [id_])).get(id_)
            if before is None:
                raise NotFound("No such resolution type.")
            by.must(Right.CONFIGURE, before.organization_id)
            after = replace(before, **said)  # type: ignore[arg-type]
            after = replace(after, name=checked_name(after.name))
            if before.name in BUILTIN_RESOLUTION_TYPES and after.name != before.name:
                raise Invalid("A built-in type keeps its name.", field="name")
            known = await resolution_types.of_organization(db, before.organization_id)
            if any(each.name == after.name and each.id != id_ for each in known):
                raise Conflict(f"There is a resolution type {after.name} already.")
            await resolution_types.replace(db, after)
            was = {name: getattr(before, name) for name in said}
            await self._record(db, by, before.organization_id, "resolution_type", id_, was, said)
        return after

    async def add_error_type(
        self, organization: OrganizationId, said: Mapping[str, object], *, by: Viewer
    ) -> ErrorType:
        """Add an error type of the organization's own: events name it by its code."""
        _must_configure(by, organization)
        new = ErrorType(
            id=ErrorTypeId(self.clock.new_id()),
            organization_id=organization,
            created_at=self.clock.now(),
            **said,  # type: ignore[arg-type]
        )
        checked_code(new.code)
        async with self.database.writing(scope_of_viewer(by)) as db:
            if await error_types.by_code(db, organization, new.code) is not None:
                raise Conflict(f"There is an error type {new.code} already.")
            if len(await error_types.of_organization(db, organization)) >= MAX_TYPES:
                raise Conflict(f"An organization has at most {MAX_TYPES} error types.")
            await error_types.add(db, new)
            await self._record(db, by, organization, "error_type", new.id, None, said)
        return new

    async def change_error_type(
        self, id_: ErrorTypeId, said: Mapping[str, object], *, by: Viewer
    ) -> ErrorType:
        """Change what is said of an error type; its code stays, because errors carry it."""
        async with self.database.writing(scope_of_viewer(by)) as db:
            before = (await error_types.by_ids(db, [id_])).get(id_)
            if before is None:
                raise NotFound("No such error type.")
            by.must(Right.CONFIGURE, before.organization_id)
            after = replace(before, **said)  # type: ignore[arg-type]
            await error_types.replace(db, after)
            was = {name: getattr(before, name) for name in said}
            await self._record(db, by, before.organization_id, "error_type", id_, was, said)
        return after

    async def change_severity_level(
        self,
        organization: OrganizationId,
        severity: Severity,
        said: Mapping[str, object],
        *,
        by: Viewer,
    ) -> SeverityLevel:
        """Change what a rung promises, for errors that are new or get the severity from now on."""
        _must_configure(by, organization)
        for name in ("response_target", "resolve_target"):
            target = said.get(name)
            if isinstance(target, timedelta) and not timedelta(0) < target <= LONGEST_TARGET:
                raise Invalid("A target is of a minute to 366 days.", field=name)
        async with self.database.writing(scope_of_viewer(by)) as db:
            levels = await severity_levels.of_organization(db, organization)
            before = next((each for each in levels if each.severity is severity), None)
            if before is None:
                raise NotFound("No such severity level.")
            after = replace(before, **said)  # type: ignore[arg-type]
            await severity_levels.replace(db, organization, after)
            was = {name: getattr(before, name) for name in said}
            await self._record(db, by, organization, "severity_level", organization, was, said)
        return after

    async def set_quiet_period(
        self, organization: OrganizationId, after: timedelta | None, *, by: Viewer
    ) -> timedelta | None:
        """Set after how long a quiet error counts as resolved; None switches it off."""
        _must_configure(by, organization)
        if after is not None and not SHORTEST_QUIET <= after <= LONGEST_TARGET:
            raise Invalid("A quiet period is of an hour to 366 days.", field="hours")
        async with self.database.writing(scope_of_viewer(by)) as db:
            before = await triage_settings.auto_resolve_after(db, organization)
            await triage_settings.set_auto_resolve_after(
                db, organization, after, by=by.user, at=self.clock.now()
            )
            was, now = {"auto_resolve_after": before}, {"auto_resolve_after": after}
            await self._record(db, by, organization, "triage_settings", organization, was, now)
        return after

    async def _record(
        self,
        db: Writing,
        by: Viewer,
        organization: OrganizationId,
        kind: str,
        id_: UUID,
        before: Mapping[str, object] | None,
        after: Mapping[str, object],
    ) -> None:
        was, now = difference(_told(before or {}), _told(after))
        await record(
            db,
            self.clock,
            by,
            Changed(
                organization_id=organization,
                action=f"{kind}.{'created' if before is None else 'changed'}",
                object_kind=kind,
                object_id=id_,
                before=None if before is None else was,
                after=now,
            ),
        )


def _told(values: Mapping[str, object]) -> dict[str, object]:
    return {
        name: value.total_seconds() if isinstance(value, timedelta) else value
        for name, value in values.items()
    }


def _must_configure(by: Viewer, organization: OrganizationId) -> None:
    if not by.is_system_admin and organization not in by.organizations:
        raise NotFound("No such organization.")
    by.must(Right.CONFIGURE, organization)
