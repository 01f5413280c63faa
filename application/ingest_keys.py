"""Use cases of ingest keys: made, changed, switched off and on, and removed (TEN-05)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from application.auditing import Changed, difference, record
from application.clock import Clock
from application.organizations import must_stay
from domain.failures import Conflict, NotFound
from domain.ids import IngestKeyId, ServiceId, derived_uuid
from domain.limits import checked
from domain.services import MAX_KEYS, IngestKey, KeyPurpose, origins_of
from domain.viewers import Viewer
from persistence import removals, service_changes, services
from persistence.database import Database, Writing, scope_of_viewer
from persistence.reach import EVERYWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyDraft:
    """What a person decides of a new key."""

    purpose: KeyPurpose
    allowed_origins: Sequence[str] = ()
    rate_limit_per_minute: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestKeyUseCases:
    """What may be done to ingest keys; every process keeps to it within five seconds."""

    database: Database
    clock: Clock

    async def create(
        self, service_id: ServiceId, draft: KeyDraft, *, idempotency_key: str | None, by: Viewer
    ) -> IngestKey:
        """Add a key to a service; the same idempotency key makes the same ingest key, once."""
        async with self.database.writing(scope_of_viewer(by)) as db:
            service = await service_changes.hold(db, service_id)
            if service is None:
                raise NotFound("No such service.")
            by.must_configure(service.organization_id)
            await must_stay(db, service.organization_id)
            if await removals.of_object(db, service.organization_id, service_id):
                raise Conflict("This service is being deleted.")
            key = IngestKey(
                id=self._id(service_id, idempotency_key),
                organization_id=service.organization_id,
                service_id=service_id,
                service_number=service.number,
                service_name=service.name,
                public_key=self.clock.randomness(16).hex(),
                purpose=draft.purpose,
                is_active=service.is_active,
                allowed_origins=origins_of(draft.allowed_origins),
                rate_limit_per_minute=_limit(draft.rate_limit_per_minute),
                created_at=self.clock.now(),
            )
            if (made := await _found(db, key.id)) is not None:
                return made
            if await service_changes.count_keys(db, service_id) >= MAX_KEYS:
                raise Conflict(f"A service has at most {MAX_KEYS} keys.")
            await service_changes.add_key(db, key)
            await self._note(db, "created", key, by, after=_told(key))
        return key

    async def update(
        self, id_: IngestKeyId, changes: Mapping[str, Any], *, by: Viewer
    ) -> IngestKey:
        """Change what is named of a key: its purpose or its allowed origins."""
        async with self.database.writing(scope_of_viewer(by)) as db:
            before = await _existing(db, id_, by)
            after = replace(before, **changes)
            after = replace(after, allowed_origins=origins_of(after.allowed_origins))
            was, is_ = difference(_told(before), _told(after))
            if is_:
                if not await service_changes.replace_key(db, after):
                    raise Conflict("Someone else removed this key first.")
                await self._note(db, "changed", after, by, before=was, after=is_)
        return after

    async def set_active(self, id_: IngestKeyId, *, is_active: bool, by: Viewer) -> IngestKey:
        """Let a key take what is sent with it, or stop it."""
        async with self.database.writing(scope_of_viewer(by)) as db:
            before = await _existing(db, id_, by)
            if is_active:
                await must_stay(db, before.organization_id)
            await services.set_key_active(db, id_, is_active=is_active)
            if before.is_enabled is not is_active:
                verb = "activated" if is_active else "deactivated"
                was, now = {"is_enabled": before.is_enabled}, {"is_enabled": is_active}
                await self._note(db, verb, before, by, before=was, after=now)
            after = await _found(db, id_)
        return after or before

    async def delete(self, id_: IngestKeyId, *, by: Viewer) -> IngestKey:
        """Remove a key for good: what still sends with it is refused."""
        async with self.database.writing(scope_of_viewer(by)) as db:
            before = await _existing(db, id_, by)
            if not await service_changes.remove_key(db, before.organization_id, id_):
                raise Conflict("Someone else removed this key first.")
            await self._note(db, "deleted", before, by, before=_told(before))
        return before

    def _id(self, service: ServiceId, idempotency_key: str | None) -> IngestKeyId:
        if idempotency_key is None:
            return IngestKeyId(self.clock.new_id())
        return IngestKeyId(derived_uuid(b"ingest_key", service.bytes, idempotency_key.encode()))

    async def _note(
        self,
        db: Writing,
        verb: str,
        key: IngestKey,
        by: Viewer,
        *,
        before: Mapping[str, object] | None = None,
        after: Mapping[str, object] | None = None,
    ) -> None:
        change = Changed(
            organization_id=key.organization_id,
            action=f"ingest_key.{verb}",
            object_kind="ingest_key",
            object_id=key.id,
            before=before,
            after=after,
        )
        await record(db, self.clock, by, change)


def _told(key: IngestKey) -> dict[str, object]:
    # The public key stands in every page that sends with it; the log still does without.
    return {
        "service_id": key.service_id,
        "purpose": key.purpose,
        "allowed_origins": list(key.allowed_origins),
        "rate_limit_per_minute": key.rate_limit_per_minute,
    }


def _limit(per_minute: int | None) -> int | None:
    return None if per_minute is None else checked(per_minute)


async def _found(db: Writing, id_: IngestKeyId) -> IngestKey | None:
    return (await services.keys_by_ids(db, [id_], EVERYWHERE)).get(id_)


async def _existing(db: Writing, id_: IngestKeyId, by: Viewer) -> IngestKey:
    found = await _found(db, id_)
    if found is None:
        raise NotFound("No such ingest key.")
    by.must_configure(found.organization_id)
    return found
