"""A webhook that answers HTML where JSON was promised."""

import json

import sentry_sdk

sentry_sdk.init(auto_enabling_integrations=False)


def deliver(body: str) -> object:
    """Return what the other side said."""
    return json.loads(body)


sentry_sdk.add_breadcrumb(category="http", message="POST https://hooks.example.com/orders")
deliver("<html>502 Bad Gateway</html>")
