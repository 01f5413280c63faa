"""Use case of the preview: what a suppression rule would have been for, of what is stored."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from application.clock import Clock
from application.grouping_preview import event_of
from application.policies import scrubber_of
from domain.failures import Invalid
from domain.ids import ErrorId, OrganizationId, ServiceId
from domain.levels import Severity
from domain.matching import Facts
from domain.scrubbing import Scrubber
from domain.suppression import SuppressionRule
from domain.viewers import Viewer
from persistence import ingest_settings, occurrence_rows, services
from persistence.database import Database, scope_of_viewer
from persistence.errors import rows as errors
from persistence.occurrence_rows import KeptBody
from persistence.reach import reach_of

MAX_EVENTS = 500
MAX_ERRORS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class SuppressionPreview:
    """How many events were looked at and what the rule is for; `spared` are those too bad for it.

    `errors` are those with the most matching events.
    """

    looked_at: int
    matching: int
    spared: int
    errors: tuple[tuple[ErrorId, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SuppressionPreviewUseCases:
    """Tries a rule on what is kept; when it would be on does not matter, and nothing is changed."""

    database: Database
    clock: Clock

    async def preview(
        self, organization: OrganizationId, rule: SuppressionRule, *, events: int, by: Viewer
    ) -> SuppressionPreview:
        """Return what the rule would have been for, of the newest events."""
        if not 1 <= events <= MAX_EVENTS:
            raise Invalid(f"1 to {MAX_EVENTS} events can be looked at.", field="events")
        scope = scope_of_viewer(by)
        reach = reach_of(scope, organization)
        async with self.database.reading(scope) as db:
            kept = await occurrence_rows.newest_bodies(db, organization, limit=events)
            scrubber = scrubber_of(await ingest_settings.scrubbing(db, organization))
            known = await errors.by_ids(db, list({one.error_id for one in kept}), reach)
            of = await services.by_ids(db, list({one.service_id for one in kept}), reach)
        severities = {id_: error.severity for id_, error in known.items()}
        names = {id_: service.name for id_, service in of.items()}
        # Hundreds of events take their time; other requests shall not wait for it.
        return await asyncio.to_thread(_tried, rule, kept, severities, names, scrubber)


def _tried(
    rule: SuppressionRule,
    kept: Sequence[KeptBody],
    severities: Mapping[ErrorId, Severity],
    names: Mapping[ServiceId, str],
    scrubber: Scrubber,
) -> SuppressionPreview:
    matching: Counter[ErrorId] = Counter()
    spared = 0
    for one in kept:
        facts = Facts(event_of(one, scrubber), names.get(one.service_id, ""))
        if not rule.matchers.hold(facts):
            continue
        severity = severities.get(one.error_id)
        if severity is not None and rule.spares(severity):
            spared += 1
        else:
            matching[one.error_id] += 1
    return SuppressionPreview(
        looked_at=len(kept),
        matching=matching.total(),
        spared=spared,
        errors=tuple(matching.most_common(MAX_ERRORS)),
    )
