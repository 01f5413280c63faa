"""User reports as the digest writes them, and the link to errors whose events came later."""

from collections.abc import Sequence
from uuid import UUID

import orjson

from domain.ids import UserReportId
from domain.user_reports import UserReport
from persistence.database import RawConnection

_ADD = """
INSERT INTO user_reports (
    organization_id, id, service_id, item_id, event_id, report_type, priority, reporter_type,
    reporter_email, reporter_name, title, description, steps_to_reproduce, expected_behavior,
    actual_behavior, url, environment, release, source, browser_info, context,
    associated_event_id, created_at, updated_at, reporter_id, linked_error_id, is_linked_by_hand
)
SELECT organization, id, service, item, event, type, priority, reporter, email, name, title,
    description, steps, expected, actual, url, environment, release, source, browser::jsonb,
    context::jsonb, associated, at, at, person, error, by_hand
FROM unnest(
    $1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::text[],
    $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[],
    $15::text[], $16::text[], $17::text[], $18::text[], $19::text[], $20::text[], $21::text[],
    $22::uuid[], $23::timestamptz[], $24::uuid[], $25::uuid[], $26::boolean[]
) AS x (
    organization, id, service, item, event, type, priority, reporter, email, name, title,
    description, steps, expected, actual, url, environment, release, source, browser, context,
    associated, at, person, error, by_hand
)
ON CONFLICT DO NOTHING RETURNING id
"""

_LINK = """
UPDATE user_reports r SET linked_error_id = o.error_id
FROM event_ids e
JOIN occurrences o ON o.organization_id = e.organization_id
    AND o.id = e.occurrence_id AND o.occurred_at = e.occurred_at
JOIN errors ON errors.organization_id = o.organization_id AND errors.id = o.error_id
WHERE r.linked_error_id IS NULL AND r.associated_event_id IS NOT NULL
    AND NOT r.is_linked_by_hand
    AND e.organization_id = r.organization_id AND e.service_id = r.service_id
    AND e.event_id = r.associated_event_id
"""


async def add(db: RawConnection, new: Sequence[tuple[UUID, UserReport]]) -> set[UserReportId]:
    """Add reports, each with the id of its item; return those that were not known before."""
    own = sorted(new, key=lambda one: (one[1].organization_id, one[1].service_id, one[0]))
    reports = [report for _, report in own]
    rows = await db.fetch(
        _ADD,
        [r.organization_id for r in reports],
        [r.id for r in reports],
        [r.service_id for r in reports],
        [item for item, _ in own],
        [r.event_id for r in reports],
        [r.report_type.value for r in reports],
        [r.priority.value for r in reports],
        [r.reporter_type.value for r in reports],
        [r.reporter_email for r in reports],
        [r.reporter_name for r in reports],
        [r.title for r in reports],
        [r.description for r in reports],
        [r.steps_to_reproduce for r in reports],
        [r.expected_behavior for r in reports],
        [r.actual_behavior for r in reports],
        [r.url for r in reports],
        [r.environment for r in reports],
        [r.release for r in reports],
        [r.source for r in reports],
        [orjson.dumps(r.browser_info).decode() for r in reports],
        [orjson.dumps(r.context).decode() for r in reports],
        [r.associated_event_id for r in reports],
        [r.created_at for r in reports],
        [r.reporter_id for r in reports],
        [r.error_id for r in reports],
        [r.is_linked_by_hand for r in reports],
    )
    return {UserReportId(row["id"]) for row in rows}


async def link_waiting(db: RawConnection) -> int:
    """Link reports for good to the errors of the events that they are about; say how many."""
    done = await db.execute(_LINK)
    return int(done.rpartition(" ")[2])
