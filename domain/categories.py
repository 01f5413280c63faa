"""Data categories: the Sentry protocol's words for kinds of data, in counters and rate limits.

https://develop.sentry.dev/sdk/foundations/transport/rate-limiting/ — an SDK that is told of a
limit stops sending just these.
"""

from collections.abc import Mapping

from domain.inbox import ItemKind

ERROR = "error"
SECURITY = "security"
UNKNOWN = "unknown"

CATEGORIES: Mapping[ItemKind, str] = {
    ItemKind.EVENT: ERROR,
    ItemKind.TRANSACTION: "transaction",
    ItemKind.SPAN: "span",
    ItemKind.SESSION: "session",
    ItemKind.SESSIONS: "session",
    ItemKind.CHECK_IN: "monitor",
    ItemKind.USER_REPORT: "feedback",
    ItemKind.FEEDBACK: "feedback",
    ItemKind.ATTACHMENT: "attachment",
    ItemKind.CLIENT_REPORT: "internal",
    ItemKind.LOG: "log_item",
    ItemKind.METRIC: "trace_metric",
}

_OF_TYPE: Mapping[str, str] = {
    **{kind.value: category for kind, category in CATEGORIES.items()},
    "otel_log": "log_item",
    "trace_metric": "trace_metric",
    "statsd": "metric_bucket",
    "metric_buckets": "metric_bucket",
    "otel_span": "span",
    "profile": "profile",
    "profile_chunk": "profile_chunk",
    "replay_event": "replay",
    "replay_recording": "replay",
    "replay_video": "replay",
    "raw_security": SECURITY,
    "nel": SECURITY,
}


def category_of(item_type: str) -> str:
    """Return the category of an envelope item by its type."""
    return _OF_TYPE.get(item_type, UNKNOWN)
