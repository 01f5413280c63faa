"""A traced shop under the real SDK: each line on its standard input is one order that it works off.

It answers each line once the SDK has handed everything over: the transaction with its queries, a
metric, a session, and the check-ins of a job.
"""

import sys

import sentry_sdk
from sentry_sdk.crons import monitor
from sentry_sdk.sessions import track_session

CONFIG = {"schedule": {"type": "interval", "value": 1, "unit": "hour"}, "timezone": "UTC"}

sentry_sdk.init(
    dsn=sys.argv[1],
    environment="flows",
    release="shop@2.0.0",
    traces_sample_rate=1.0,
    auto_enabling_integrations=False,
)


@monitor(monitor_slug="stock-take", monitor_config=CONFIG)
def take_stock() -> None:
    sentry_sdk.metrics.count("articles", 3)


def work_off(order: str) -> None:
    with sentry_sdk.start_transaction(op="http.server", name="/orders/{id}") as transaction:
        for table in ("orders", "stock"):
            with sentry_sdk.start_span(op="db.query", name=f"SELECT * FROM {table}"):
                pass
        transaction.set_status("internal_error" if order == "bad" else "ok")


for line in sys.stdin:
    with track_session(sentry_sdk.get_isolation_scope(), session_mode="application"):
        work_off(line.strip())
        take_stock()
    sentry_sdk.flush()
    sentry_sdk.get_client().session_flusher.flush()
    sentry_sdk.flush()
    print("done", flush=True)
