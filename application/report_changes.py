"""The feed's word of user reports: what those who watch the queue filter by."""

from datetime import datetime

from domain.feed import Change, FeedKind
from domain.user_reports import UserReport


def change_of(report: UserReport, kind: FeedKind, at: datetime) -> Change:
    """Return the feed's word of a report as it stands now."""
    return Change(
        organization_id=report.organization_id,
        kind=kind,
        subject_id=report.id,
        at=at,
        payload={
            "service_id": str(report.service_id),
            "status": report.status.value,
            "report_type": report.report_type.value,
            "priority": report.priority.value,
            "environment": report.environment,
            "assigned_to": report.assigned_to and str(report.assigned_to),
        },
    )
