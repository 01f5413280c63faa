"""A page that forgets that a customer may have no address."""

import os

import sentry_sdk

sentry_sdk.init(auto_enabling_integrations=False)
turn = int(os.environ["DEMO_TURN"])


def load_customer(number: int) -> dict[str, object]:
    """Return a customer as the database has it."""
    return {"number": number, "name": "Ada", "address": None}


def city_of(customer: dict[str, object]) -> str:
    """Return where a customer lives."""
    return customer["address"]["city"]  # type: ignore[index,no-any-return]


def render(number: int) -> str:
    """Return the page."""
    customer = load_customer(number)
    return f"{customer['name']} from {city_of(customer)}"


sentry_sdk.set_user({"id": f"customer-{turn % 7}"})
sentry_sdk.set_tag("browser", ("Firefox", "Chrome", "Safari")[turn % 3])
sentry_sdk.set_context("page", {"path": "/profile", "theme": "dark"})
render(17 + turn)
