"""The Sentry protocol, by the Sentry SDK: everything that is not caught is sent.

pip install sentry-sdk; TOCSIN_DSN=http://<key>@localhost:8700/1 python with_an_sdk.py
"""

import os

import sentry_sdk

sentry_sdk.init(dsn=os.environ["TOCSIN_DSN"], release="shop@1.4.0", environment="production")


def pay(card: str) -> None:
    """Fail."""
    raise ValueError(f"card {card} was declined")


try:
    pay("gold")
except ValueError:
    print("event", sentry_sdk.capture_exception())
sentry_sdk.flush()
