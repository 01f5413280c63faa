"""A shop under the real SDK; each line on its standard input is something that goes wrong there.

It answers each line with the id of the event, once the SDK has handed it over.
"""

import sys

import sentry_sdk


def pay(card: str) -> None:
    raise ValueError(f"card {card} was declined")


def ship(order: int) -> None:
    addresses: dict[int, str] = {}
    print(addresses[order])


FAILURES = {"pay": lambda: pay("gold"), "ship": lambda: ship(17)}

sentry_sdk.init(
    dsn=sys.argv[1],
    environment="flows",
    release="shop@1.2.3",
    server_name="till-3",
    # It would import every framework of this virtualenv that it knows: seconds for each program.
    auto_enabling_integrations=False,
)
sentry_sdk.set_user({"id": "customer-42"})
sentry_sdk.set_tag("shelf", "north")
sentry_sdk.set_context("basket", {"articles": 3, "total": "17.50"})
for line in sys.stdin:
    sentry_sdk.add_breadcrumb(category="checkout", message=f"began to {line.strip()}")
    try:
        FAILURES[line.strip()]()
    except Exception as error:
        event_id = sentry_sdk.capture_exception(error)
    sentry_sdk.flush()
    print(event_id, flush=True)
