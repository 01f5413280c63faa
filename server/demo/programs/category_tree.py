"""A tree of categories that contains itself."""

import sys

import sentry_sdk

sentry_sdk.init(auto_enabling_integrations=False)
sys.setrecursionlimit(200)


def depth(category: str, parents: dict[str, str]) -> int:
    """Return how deep a category lies."""
    return 1 + depth(parents[category], parents)


depth("tools", {"tools": "garden", "garden": "tools"})
