"""Structured logs: one line for each fact, with the request it belongs to."""

import logging
import sys
from contextvars import ContextVar

from pythonjsonlogger.json import JsonFormatter

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)

_PLAIN = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}


class _WithRequest(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        if (current := request_id.get()) is not None:
            record.request_id = current
        return True


class _Text(logging.Formatter):
    """For a terminal: time, level, process, sentence, and what goes with it as key=value."""

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        extra = {k: v for k, v in record.__dict__.items() if k not in _PLAIN}
        head, newline, trace = line.partition("\n")
        return head + "".join(f" {k}={v}" for k, v in extra.items()) + newline + trace


def configure(log_format: str, level: str, process: str) -> None:
    """Send every log line to standard error, as text or as JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_WithRequest())
    if log_format == "json":
        handler.setFormatter(
            JsonFormatter(
                "{asctime}{levelname}{name}{message}",
                style="{",
                rename_fields={"asctime": "at", "levelname": "level", "name": "logger"},
                static_fields={"process": process},
            )
        )
    else:
        handler.setFormatter(
            _Text(f"%(asctime)s %(levelname)-7s {process:<5} %(message)s", "%H:%M:%S")
        )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # Their chatter is not about us; what matters of it comes as a warning.
    for name in ("uvicorn", "uvicorn.error", "asyncio", "alembic", "pgqueuer"):
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
