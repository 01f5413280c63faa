"""Telemetry: the handlers of everything beside errors that clients send."""

from application.clock import Clock
from application.digest.kinds import Handler
from application.policies import Policies
from application.telemetry.check_ins import CheckIns
from application.telemetry.client_reports import ClientReports
from application.telemetry.measured import METRIC, SPAN, TRANSACTION, Measured
from application.telemetry.sessions import SessionAggregates, Sessions
from domain.inbox import ItemKind
from persistence.database import Database

__all__ = ["telemetry_handlers"]


def telemetry_handlers(
    *, database: Database, clock: Clock, policies: Policies
) -> dict[ItemKind, Handler]:
    """Return the handlers of telemetry, by the kind of item that each is for."""

    def measured(category: str) -> Measured:
        return Measured(database=database, clock=clock, policies=policies, category=category)

    return {
        ItemKind.TRANSACTION: measured(TRANSACTION),
        ItemKind.SPAN: measured(SPAN),
        ItemKind.METRIC: measured(METRIC),
        ItemKind.SESSION: Sessions(),
        ItemKind.SESSIONS: SessionAggregates(),
        ItemKind.CHECK_IN: CheckIns(clock=clock),
        ItemKind.CLIENT_REPORT: ClientReports(),
    }
