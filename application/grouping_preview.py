"""Use case of the preview: a rule that is not stored yet, over the events that are kept."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from application.clock import Clock
from application.policies import scrubber_of
from domain.events import Event, normalise, parse
from domain.failures import Invalid, NotFound
from domain.grouping.config import GroupingConfig
from domain.grouping.rules import Rule
from domain.grouping_preview import GroupingPreview, Kept, preview
from domain.ids import ErrorId, OrganizationId, ServiceId
from domain.scrubbing import Scrubber
from domain.viewers import Viewer
from persistence import grouping_rules, ingest_settings, occurrence_rows, services
from persistence.database import Database, scope_of_viewer
from persistence.occurrence_rows import KeptBody
from persistence.reach import reach_of

MAX_EVENTS = 500
MAX_ERRORS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewUseCases:
    """What may be tried out on the events that are kept; nothing is changed."""

    database: Database
    clock: Clock

    async def grouping(
        self,
        organization: OrganizationId,
        rule: Rule,
        *,
        replaces: UUID | None = None,
        errors: Sequence[ErrorId] = (),
        events: int = 200,
        by: Viewer,
    ) -> GroupingPreview:
        """Return what a rule would do to the newest events of its service, or of these errors."""
        if not by.is_system_admin and organization not in by.roles:
            raise NotFound("No such organization.")
        if not 1 <= events <= MAX_EVENTS:
            raise Invalid(f"1 to {MAX_EVENTS} events can be looked at.", field="events")
        if len(errors) > MAX_ERRORS:
            raise Invalid(f"At most {MAX_ERRORS} errors can be looked at.", field="errors")
        scope = scope_of_viewer(by)
        async with self.database.reading(scope) as db:
            rules = [
                one.rule for one in await grouping_rules.listed(db, organization) if one.is_active
            ]
            version = await ingest_settings.grouping_version(db, organization)
            scrubber = scrubber_of(await ingest_settings.scrubbing(db, organization))
            service = None if rule.service_id is None else ServiceId(rule.service_id)
            rows = await occurrence_rows.newest_bodies(
                db, organization, service=service, errors=errors, limit=events
            )
            names = {
                id_: found.name
                for id_, found in (
                    await services.by_ids(
                        db, list({row.service_id for row in rows}), reach_of(scope, organization)
                    )
                ).items()
            }
        before = GroupingConfig(version=version, rules=tuple(rules))
        after = replace(before, rules=tuple(_with(rules, rule, replaces)))
        # Beside the requests of others: hundreds of events take a part of a second.
        return await asyncio.to_thread(_previewed, rows, scrubber, names, before, after)


def _with(rules: Sequence[Rule], draft: Rule, replaces: UUID | None) -> list[Rule]:
    if replaces is None:
        return [*rules, draft]
    if replaces not in {rule.id for rule in rules}:
        raise NotFound("No such active grouping rule.")
    return [draft if rule.id == replaces else rule for rule in rules]


def _previewed(
    rows: Sequence[KeptBody],
    scrubber: Scrubber,
    names: dict[ServiceId, str],
    before: GroupingConfig,
    after: GroupingConfig,
) -> GroupingPreview:
    """Look at each service by itself: its events never share an error with another's."""
    parts = []
    for service in dict.fromkeys(row.service_id for row in rows):
        kept = [
            Kept(event=event_of(row, scrubber), error_id=row.error_id)
            for row in rows
            if row.service_id == service
        ]
        name = names.get(service, "")
        parts.append(
            preview(kept, before.of_service(service, name), after.of_service(service, name))
        )
    return GroupingPreview(
        looked_at=sum(part.looked_at for part in parts),
        matching=sum(part.matching for part in parts),
        merged=tuple(shares for part in parts for shares in part.merged),
        split=tuple(shares for part in parts for shares in part.split),
        sample=next((part.sample for part in parts if part.sample is not None), None),
    )


def event_of(row: KeptBody, scrubber: Scrubber) -> Event:
    """Return the event of a body that is kept."""
    return normalise(
        parse(row.body),
        event_id=row.event_id,
        received_at=row.received_at,
        sent_at=None,
        scrubber=scrubber,
    )
