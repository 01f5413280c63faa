"""Use cases of limits: how much an organization and each of its keys may send in a minute."""

from dataclasses import dataclass, replace

from application.auditing import Changed, record
from application.clock import Clock
from domain.failures import NotFound
from domain.ids import IngestKeyId, OrganizationId
from domain.limits import checked
from domain.organizations import Organization
from domain.services import IngestKey
from domain.viewers import Viewer
from persistence import organizations, services
from persistence.database import Database, Writing, scope_of_viewer
from persistence.reach import EVERYWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitUseCases:
    """Sets limits; every process keeps to a new one within five seconds."""

    database: Database
    clock: Clock

    async def set_error_rate_limit(
        self, id_: OrganizationId, per_minute: int, *, by: Viewer
    ) -> Organization:
        """Set how many errors an organization may send in a minute."""
        async with self.database.writing(scope_of_viewer(by)) as db:
            found = (await organizations.by_ids(db, [id_])).get(id_)
            if found is None:
                raise NotFound("No such organization.")
            by.must_configure(id_)
            await limit_organization(db, self.clock, found, per_minute, by=by)
        return replace(found, error_rate_limit_per_minute=per_minute)

    async def set_ingest_key_limit(
        self, id_: IngestKeyId, per_minute: int | None, *, by: Viewer
    ) -> IngestKey:
        """Set how many errors a key may send in a minute; None leaves it the organization's."""
        async with self.database.writing(scope_of_viewer(by)) as db:
            found = (await services.keys_by_ids(db, [id_], EVERYWHERE)).get(id_)
            if found is None:
                raise NotFound("No such ingest key.")
            by.must_configure(found.organization_id)
            await limit_key(db, self.clock, found, per_minute, by=by)
        return replace(found, rate_limit_per_minute=per_minute)


async def limit_organization(
    db: Writing, clock: Clock, found: Organization, per_minute: int, *, by: Viewer | None
) -> None:
    """Set how many errors an organization may send in a minute, and write down who did."""
    await organizations.set_error_rate_limit(db, found.id, checked(per_minute))
    change = Changed(
        organization_id=found.id,
        action="organization.error_rate_limit_set",
        object_kind="organization",
        object_id=found.id,
        before={"error_rate_limit_per_minute": found.error_rate_limit_per_minute},
        after={"error_rate_limit_per_minute": per_minute},
    )
    await record(db, clock, by, change)


async def limit_key(
    db: Writing, clock: Clock, found: IngestKey, per_minute: int | None, *, by: Viewer | None
) -> None:
    """Set how many errors a key may send in a minute, and write down who did."""
    limit = None if per_minute is None else checked(per_minute)
    await services.set_key_limit(db, found.id, limit)
    change = Changed(
        organization_id=found.organization_id,
        action="ingest_key.rate_limit_set",
        object_kind="ingest_key",
        object_id=found.id,
        before={"rate_limit_per_minute": found.rate_limit_per_minute},
        after={"rate_limit_per_minute": limit},
    )
    await record(db, clock, by, change)
