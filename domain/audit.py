"""The audit log: who changed what, and what it was before; nobody can change it (TEN-07)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.ids import ApiTokenId, AuditEntryId, OrganizationId, UserId


class ActorKind(StrEnum):
    """Who did it: a person, a program with a person's token, or Tocsin itself."""

    USER = "user"
    PROGRAM = "program"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One change; `before` and `after` hold what changed, never a secret.

    `action` is a verb such as `service.created`; `object_kind` and `object_id` name what it was
    done to.
    """

    id: AuditEntryId
    organization_id: OrganizationId
    actor_kind: ActorKind
    actor_id: UserId | None
    token_id: ApiTokenId | None
    action: str
    object_kind: str
    object_id: UUID
    before: Mapping[str, object] | None
    after: Mapping[str, object] | None
    request_id: str | None
    address: str | None
    at: datetime
