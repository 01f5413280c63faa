"""A nightly report on a day without orders."""

import sentry_sdk

sentry_sdk.init(auto_enabling_integrations=False)


def average(total: int, orders: int) -> float:
    """Return the average value of an order."""
    return total / orders


def nightly_report(day: str) -> dict[str, float]:
    """Return the figures of a day."""
    orders: list[int] = []
    return {"average": average(sum(orders), len(orders))}


with sentry_sdk.start_transaction(op="cron", name="nightly-report"):
    nightly_report("2026-11-20")
