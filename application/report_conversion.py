"""A user report as an error: the event that says what the report says (RPT-04)."""

from uuid import UUID

from application.capture import Capture
from domain.levels import LogLevel
from domain.user_reports import ReportPriority, UserReport

# What a report is that becomes an error of its own.
_LEVELS = {
    ReportPriority.CRITICAL: LogLevel.CRITICAL,
    ReportPriority.HIGH: LogLevel.ERROR,
    ReportPriority.MEDIUM: LogLevel.WARNING,
    ReportPriority.LOW: LogLevel.INFO,
}


def capture_of(report: UserReport, event: UUID) -> Capture:
    """Return the event; reports that become errors never group with each other."""
    said = "\n\n".join(
        part
        for part in (report.title, report.description, report.steps_to_reproduce)
        if part is not None
    )
    return Capture(
        service=report.service_id,
        level=_LEVELS[report.priority],
        message=said[:8000],
        environment=report.environment,
        release=report.release,
        url=report.url,
        user={"email": report.reporter_email} if report.reporter_email else {},
        tags={"report.type": report.report_type.value, "report.priority": report.priority.value},
        fingerprint=("user-report", str(report.id)),
        occurred_at=report.created_at,
        event_id=event.hex,
    )
