"""Use cases of organizations: made by administrators, changed by owners, deleted with all in it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from application import tenants
from application.auditing import Changed, difference, record
from application.clock import Clock
from domain.failures import Conflict, Invalid, NotFound
from domain.ids import OrganizationId, RemovalId
from domain.organizations import Organization, locale_of, settings_of, slug_of, timezone_of
from domain.removals import Removal, RemovalKind
from domain.rights import Right
from domain.services import name_of
from domain.viewers import Viewer
from persistence import organizations, removals, service_changes
from persistence.database import SYSTEM, Database, Writing, scope_of_viewer

_CHECKS: Mapping[str, Any] = {
    "slug": slug_of,
    "name": lambda text: name_of(text, maximum=255),
    "timezone": timezone_of,
    "locale": locale_of,
    "settings": settings_of,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationUseCases:
    """What may be done to organizations, each in one transaction."""

    database: Database
    clock: Clock

    async def create(
        self, slug: str, name: str, *, timezone: str = "UTC", locale: str = "en", by: Viewer
    ) -> Organization:
        """Add a tenant with the built-in types and levels; for system administrators."""
        by.must_administer()
        more = {"timezone": timezone_of(timezone), "locale": locale_of(locale)}
        async with self.database.writing(SYSTEM) as db:
            made = await tenants.make(
                db, self.clock, self.clock.now(), slug=slug_of(slug), name=name, more=more
            )
            after = {"slug": made.slug, "name": made.name}
            await record(db, self.clock, by, _changed("created", made, after=after))
        return made

    async def update(
        self, id_: OrganizationId, changes: Mapping[str, object], *, by: Viewer
    ) -> Organization:
        """Change what is named of an organization: slug, name, timezone, locale or settings."""
        checked = {name: _CHECKS[name](value) for name, value in changes.items()}
        async with self.database.writing(scope_of_viewer(by)) as db:
            before = await existing(db, id_)
            by.must(Right.MANAGE_ORGANIZATION, id_)
            if before.is_system and "slug" in checked:
                raise Conflict("The organization of Tocsin itself keeps its slug.")
            after = replace(before, **checked)
            await self._must_be_free(after)
            await organizations.replace(db, after)
            was, is_ = difference(_told(before), _told(after))
            if is_:
                await record(db, self.clock, by, _changed("changed", after, before=was, after=is_))
        return after

    async def delete(self, id_: OrganizationId, slug: str, *, by: Viewer) -> Removal:
        """Close an organization at once, and let everything of it be removed; `slug` is typed."""
        async with self.database.writing(scope_of_viewer(by)) as db:
            found = await existing(db, id_)
            by.must(Right.MANAGE_ORGANIZATION, id_)
            if found.is_system:
                raise Conflict("The organization of Tocsin itself cannot be deleted.")
            if slug != found.slug:
                raise Invalid(f"Type {found.slug} to delete this organization.", field="slug")
            if await removals.of_object(db, id_, id_):
                raise Conflict("It is being deleted already.")
            removal = Removal(
                id=RemovalId(self.clock.new_id()),
                organization_id=id_,
                kind=RemovalKind.ORGANIZATION,
                object_id=id_,
                name=found.slug,
                requested_by=by.user,
                requested_at=self.clock.now(),
                finished_at=None,
                removed={},
            )
            await removals.add(db, removal)
            await service_changes.close_all(db, id_)
            told = {"slug": found.slug, "name": found.name}
            await record(db, self.clock, by, _changed("deletion_requested", found, before=told))
        return removal

    async def _must_be_free(self, wanted: Organization) -> None:
        # A slug may be taken by an organization that this caller cannot see.
        async with self.database.reading(SYSTEM) as db:
            found = await organizations.by_slug(db, wanted.slug)
        if found is not None and found.id != wanted.id:
            raise Conflict(f"There is an organization {wanted.slug!r} already.")


async def existing(db: Writing, id_: OrganizationId) -> Organization:
    """Return an organization, which nobody else changes until the transaction ends."""
    found = await organizations.hold(db, id_)
    if found is None:
        raise NotFound("No such organization.")
    return found


async def must_stay(db: Writing, id_: OrganizationId) -> Organization:
    """Return an organization that is not being deleted: nothing is added to one that is."""
    found = await existing(db, id_)
    if await removals.of_object(db, id_, id_):
        raise Conflict("This organization is being deleted.")
    return found


def _told(organization: Organization) -> dict[str, object]:
    return {name: getattr(organization, name) for name in _CHECKS}


def _changed(
    verb: str,
    organization: Organization,
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> Changed:
    return Changed(
        organization_id=organization.id,
        action=f"organization.{verb}",
        object_kind="organization",
        object_id=organization.id,
        before=before,
        after=after,
    )
