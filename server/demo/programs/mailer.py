"""A mailer that only warns: a message without an exception."""

import os

import sentry_sdk

sentry_sdk.init(auto_enabling_integrations=False)
turn = int(os.environ["DEMO_TURN"])
sentry_sdk.set_tag("queue", "mail")
sentry_sdk.capture_message(
    f"mail {9000 + turn} was delayed for {turn + 2} minutes", level="warning"
)
