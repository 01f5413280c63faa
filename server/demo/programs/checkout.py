"""A checkout whose card is declined, told as a chain of causes."""

import os

import sentry_sdk

sentry_sdk.init(auto_enabling_integrations=False)
turn = int(os.environ["DEMO_TURN"])


class CardDeclined(Exception):
    """The bank said no."""


class CheckoutFailed(Exception):
    """The order could not be placed."""


def charge(amount: int, card: str) -> None:
    """Ask the bank."""
    raise CardDeclined(f"card ending {card[-4:]} was declined for {amount} cents")


def place_order(order: str, amount: int) -> None:
    """Charge, then ship."""
    card = "4242424242424242"
    try:
        charge(amount, card)
    except CardDeclined as declined:
        raise CheckoutFailed(f"order {order} was not placed") from declined


sentry_sdk.set_user({"id": f"customer-{turn % 4}", "email": f"customer{turn % 4}@example.com"})
sentry_sdk.set_tag("payment.provider", "stripe")
sentry_sdk.add_breadcrumb(category="cart", message="3 items in the cart", level="info")
sentry_sdk.add_breadcrumb(category="http", message="POST /checkout", level="info")
place_order(f"A-{1000 + turn}", 4_999 + turn)
