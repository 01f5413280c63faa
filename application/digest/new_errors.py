"""New errors: what a group of events becomes that no hash led anywhere."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import orjson

from application.clock import Clock
from application.digest.batch import Group, Whole
from application.digest.overflow import TITLE, explanation
from application.digest.prepare import Prepared, Result
from domain.errors import Error, ErrorStatus, severity_for
from domain.ids import ErrorId, OrganizationId
from domain.inbox import InboxItem
from domain.levels import Severity
from domain.likeness import buckets_of, traits_of
from domain.search.words import words_of
from domain.severity_levels import SeverityLevel
from persistence import bodies, counters, error_types, services, severity_levels
from persistence.database import RawConnection
from persistence.errors import digest as errors
from persistence.errors import findable
from persistence.merges import likenesses

MAX_METADATA_BYTES = 64 * 1024
_SEARCHED = 500


@dataclass(frozen=True, slots=True)
class NewErrors:
    """Adds errors; `again` prepares an item in full, with its explanation."""

    clock: Clock
    again: Callable[[InboxItem], Result]

    async def add(self, db: RawConnection, groups: Sequence[Group]) -> dict[ErrorId, Error]:
        """Add the errors of these groups; return them."""
        if not groups:
            return {}
        names = await services.names(db, {group.service_id for group in groups})
        types = await error_types.defaults(db, {group.organization_id for group in groups})
        levels = await severity_levels.promises(db, {group.organization_id for group in groups})
        numbers = await _numbers(db, groups)
        at = self.clock.now()
        new: list[Error] = []
        type_ids = []
        for group in groups:
            code = "unknown" if group.is_overflow else group.first.made.event.error_type
            known = types.get((group.organization_id, code))
            type_id, default = known or types[group.organization_id, "unknown"]
            said = severity_for(_latest(group).made.event.level, default)
            severity = group.lowered_to or said
            error = _error(group, numbers, names.get(group.service_id, ""), severity, at)
            new.append(_promised(error, levels.get((error.organization_id, severity))))
            type_ids.append(type_id)
        await errors.add(db, new, type_ids, [self._metadata(group) for group in groups])
        await findable.add_words(db, [found for error in new for found in _words(error)])
        await likenesses.add(db, [_made_of(group) for group in groups if not group.is_overflow])
        return {error.id: error for error in new}

    def _metadata(self, group: Group) -> str:
        """Return why the error is an error of its own, as JSON of a bounded size (GEN-10)."""
        told = orjson.dumps({"grouping": self._explanation(group)})
        if len(told) > MAX_METADATA_BYTES:
            told = orjson.dumps({"grouping": {"sentence": "The explanation is too long to keep."}})
        return told.decode()

    def _explanation(self, group: Group) -> dict[str, object]:
        if group.is_overflow:
            return explanation()
        item, made = group.first
        if made.explanation:
            return made.explanation
        # The process that prepared it had explained this grouping before, for a batch that failed.
        again = self.again(item)
        return again.explanation if isinstance(again, Prepared) else {}


def _made_of(group: Group) -> likenesses.New:
    made = group.first.made
    body = orjson.loads(bodies.unpack(*made.body))
    traits = traits_of(made.event.type, body, words_of(made.event.message[:_SEARCHED]))
    own = group.organization_id, group.error_id, group.service_id
    return (*own, traits, buckets_of(traits))


def _words(error: Error) -> list[tuple[OrganizationId, str, ErrorId]]:
    texts = (error.title, error.culprit, error.message[:_SEARCHED], error.file_path or "")
    return [(error.organization_id, word, error.id) for word in words_of(*texts)]


def _promised(error: Error, level: SeverityLevel | None) -> Error:
    """Return a new error with what its severity promises."""
    if level is None:
        return error
    response, resolve = level.targets.due(error.created_at, error.level)
    return replace(
        error,
        priority=level.default_priority,
        response_due_at=response,
        resolve_due_at=resolve,
    )


def _latest(group: Group) -> Whole:
    """Return the item that speaks for a new error: at least one is stored."""
    return group.latest or group.first


async def _numbers(db: RawConnection, groups: Sequence[Group]) -> dict[OrganizationId, int]:
    """Take the next error numbers of each organization."""
    wanted = Counter(group.organization_id for group in groups)
    return {
        organization: await counters.take(db, organization, counters.ERROR_NUMBER, amount)
        for organization, amount in sorted(wanted.items())
    }


def _error(
    group: Group,
    numbers: dict[OrganizationId, int],
    service_name: str,
    severity: Severity,
    at: datetime,
) -> Error:
    """Return the new error of a group; its latest item speaks for it."""
    event, first = _latest(group).made.event, group.first.made
    number = numbers[group.organization_id]
    numbers[group.organization_id] += 1
    primary = group.primary
    moments = [one.made.occurred_at for one in group.arrived]
    return Error(
        id=group.error_id,
        organization_id=group.organization_id,
        service_id=group.service_id,
        service_name=service_name,
        number=number,
        fingerprint=primary.value.hex(),
        fingerprint_version=primary.version,
        error_type="unknown" if group.is_overflow else event.error_type,
        title=TITLE if group.is_overflow else event.title,
        message=event.message,
        culprit="" if group.is_overflow else event.culprit,
        level=event.level,
        severity=severity,
        status=ErrorStatus.IGNORED if group.is_muted else ErrorStatus.NEW,
        platform=event.platform,
        component=event.component,
        file_path=event.file_path,
        line_number=event.line_number,
        column_number=event.column_number,
        endpoint_path=event.endpoint_path,
        environment=event.environment,
        first_release=first.release,
        last_release=event.release,
        first_seen_at=min(moments),
        last_seen_at=max(moments),
        occurrence_count=len(group.arrived),
        users_affected_count=group.users,
        sessions_affected_count=group.sessions,
        created_at=at,
        updated_at=at,
    )
