"""Use cases of scrubbing: what an organization decides about it, and a try without storing."""

from dataclasses import dataclass
from typing import Any

import orjson

from application.auditing import Changed, difference, record
from application.clock import Clock
from application.policies import scrubber_of
from domain.events.document import parse
from domain.failures import Invalid, NotFound
from domain.ids import OccurrenceId, OrganizationId
from domain.scrubbing.removed import Removed, removed_from
from domain.scrubbing.settings import ScrubbingSettings
from domain.viewers import Viewer
from persistence import ingest_settings, occurrence_rows
from persistence.database import Database, scope_of_viewer
from persistence.reach import reach_of

MAX_DOCUMENT_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Scrubbed:
    """A document without its secrets, and where there were any."""

    document: dict[str, Any]
    removed: tuple[Removed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScrubbingUseCases:
    """What may be done to the rules of scrubbing."""

    database: Database
    clock: Clock

    async def settings(self, organization: OrganizationId, *, by: Viewer) -> ScrubbingSettings:
        """Return what an organization decided."""
        _must_see(by, organization)
        async with self.database.reading(scope_of_viewer(by)) as db:
            return await ingest_settings.scrubbing(db, organization)

    async def decide(
        self, organization: OrganizationId, settings: ScrubbingSettings, *, by: Viewer
    ) -> ScrubbingSettings:
        """Write what an organization decides; it holds for what is digested some seconds later."""
        _must_see(by, organization)
        by.must_configure(organization)
        async with self.database.writing(scope_of_viewer(by)) as db:
            await ingest_settings.hold(db, organization)
            before = await ingest_settings.scrubbing(db, organization)
            await ingest_settings.set_scrubbing(
                db, organization, settings, by=by.user, at=self.clock.now()
            )
            was, is_ = difference(_told(before), _told(settings))
            if is_:
                change = Changed(
                    organization_id=organization,
                    action="scrubbing.changed",
                    object_kind="organization",
                    object_id=organization,
                    before=was,
                    after=is_,
                )
                await record(db, self.clock, by, change)
        return settings

    async def preview(
        self,
        organization: OrganizationId,
        *,
        document: object = None,
        occurrence: OccurrenceId | None = None,
        draft: ScrubbingSettings | None = None,
        by: Viewer,
    ) -> Scrubbed:
        """Scrub a document, or an occurrence that is kept, by the rules that hold or by a draft."""
        settings = draft or await self.settings(organization, by=by)
        _must_see(by, organization)
        if (document is None) == (occurrence is None):
            raise Invalid("Give a document or an occurrence.", field="document")
        if occurrence is not None:
            payload = await self._body(organization, occurrence, by)
        else:
            payload = _written(document)
        if len(payload) > MAX_DOCUMENT_BYTES:
            raise Invalid(f"At most {MAX_DOCUMENT_BYTES} bytes are tried.", field="document")
        data = parse(payload).data
        # Only what is removed now is told, not what a sender or we removed before.
        before = data.pop("_meta", None)
        scrubbed = scrubber_of(settings).scrub(data)
        removed = tuple(removed_from(scrubbed))
        if before is not None:
            scrubbed.setdefault("_meta", before)
        return Scrubbed(document=scrubbed, removed=removed)

    async def _body(
        self, organization: OrganizationId, occurrence: OccurrenceId, by: Viewer
    ) -> bytes:
        scope = scope_of_viewer(by)
        async with self.database.reading(scope) as db:
            reach = reach_of(scope, organization)
            found = await occurrence_rows.bodies_of(db, [occurrence], reach)
        if occurrence not in found:
            raise NotFound("No such occurrence in this organization.")
        return found[occurrence]


def _told(settings: ScrubbingSettings) -> dict[str, object]:
    """Return decisions as the audit log keeps them; it would hide what is named a secret."""
    return {
        "removed_names": sorted(settings.secret_names),
        "kept_names": sorted(settings.safe_names),
        "hides_emails": settings.hides_emails,
        "hides_addresses": settings.hides_addresses,
        "infers_addresses": settings.infers_addresses,
        "switched_off": sorted(settings.switched_off),
        "patterns": [str(pattern) for pattern in settings.patterns],
    }


def _written(document: object) -> bytes:
    try:
        return orjson.dumps(document)
    except TypeError as error:
        raise Invalid(
            f"The document cannot be written as JSON: {error}.", field="document"
        ) from error


def _must_see(by: Viewer, organization: OrganizationId) -> None:
    if not by.is_system_admin and organization not in by.roles:
        raise NotFound("No such organization.")
