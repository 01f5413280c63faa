"""All doors of the Sentry protocol."""

from ingest.reception import Reception
from ingest.routes import Route
from ingest.sentry.cron import CronDoor
from ingest.sentry.door import SentryDoor
from ingest.sentry.error_page import ErrorPageDoor
from ingest.sentry.security import SecurityDoor


def routes_of(reception: Reception) -> tuple[Route, ...]:
    """Return the paths of all of them, the busiest first."""
    return (
        *SentryDoor(reception=reception).routes(),
        *SecurityDoor(reception=reception).routes(),
        *CronDoor(reception=reception).routes(),
        *ErrorPageDoor(reception=reception).routes(),
    )
