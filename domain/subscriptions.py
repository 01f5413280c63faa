"""Subscriptions: why somebody hears of an error."""

from enum import StrEnum


class SubscriptionReason(StrEnum):
    """Why somebody hears of an error; who asked, or asked not to, is never overruled."""

    ASKED = "asked"
    ASSIGNED = "assigned"
    COMMENTED = "commented"
    MENTIONED = "mentioned"
