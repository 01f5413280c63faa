"""The feed's word of user reports: what those who watch the queue filter by."""

from datetime import datetime

from application.error_changes import told_before
from domain.feed import Change, FeedKind
from domain.user_reports import UserReport


def change_of(
    report: UserReport, kind: FeedKind, at: datetime, *, before: UserReport | None = None
) -> Change:
    """Return the feed's word of a report as it stands now, with what stood otherwise before."""
    words = words_of(report)
    was = {} if before is None else told_before(words_of(before), words)
    return Change(
        organization_id=report.organization_id,
        kind=kind,
        subject_id=report.id,
        at=at,
        payload={**words, **was},
    )


def words_of(report: UserReport) -> dict[str, object]:
    """Return what those who watch the queue filter by, as it is now."""
    return {
        "service_id": str(report.service_id),
        "status": report.status.value,
        "report_type": report.report_type.value,
        "priority": report.priority.value,
        "environment": report.environment,
        "assigned_to": report.assigned_to and str(report.assigned_to),
    }
