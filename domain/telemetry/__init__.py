"""Telemetry: everything beside errors that clients send, from a payload to what is stored. Pure."""

from domain.telemetry.check_ins import CheckIn, Monitor, MonitorConfig, Schedule, read_check_in
from domain.telemetry.client_reports import read_client_report
from domain.telemetry.metrics import read_metrics
from domain.telemetry.ratings import THRESHOLDS, Vital, rating_of
from domain.telemetry.samples import Origin, Sample, Telemetry, Vitals
from domain.telemetry.sessions import Counted, Place, Session, read_session, read_sessions
from domain.telemetry.spans import CONTAINER, read_spans
from domain.telemetry.transactions import read_transaction

__all__ = [
    "CONTAINER",
    "THRESHOLDS",
    "CheckIn",
    "Counted",
    "Monitor",
    "MonitorConfig",
    "Origin",
    "Place",
    "Sample",
    "Schedule",
    "Session",
    "Telemetry",
    "Vital",
    "Vitals",
    "rating_of",
    "read_check_in",
    "read_client_report",
    "read_metrics",
    "read_session",
    "read_sessions",
    "read_spans",
    "read_transaction",
]
