"""Rates as they are told: in headers, in `extensions` and in a refusal (API-06)."""

from graphql import GraphQLError

from application.rates import Rate
from graph.failures import refusal

RATE_LIMITED = "RATE_LIMITED"
_WINDOW_SECONDS = 60


def told(rate: Rate) -> dict[str, int]:
    """Return a rate for `extensions`."""
    return {
        "limit": rate.limit,
        "remaining": rate.remaining,
        "resetSeconds": rate.reset_seconds,
    }


def rate_headers(rate: Rate) -> dict[str, str]:
    """Return a rate as the IETF's RateLimit headers have it."""
    headers = {
        "RateLimit-Policy": f'"requests";q={rate.limit};w={_WINDOW_SECONDS}',
        "RateLimit": f'"requests";r={rate.remaining};t={rate.reset_seconds}',
    }
    if rate.wait_seconds:
        headers["Retry-After"] = str(rate.wait_seconds)
    return headers


def sentence_of(rate: Rate) -> str:
    """Return what is said to who asks too much."""
    return f"{rate.limit:,} requests a minute are taken; try again in {rate.wait_seconds} s."


def rate_limited(rate: Rate) -> GraphQLError:
    """Return the refusal as an error of GraphQL."""
    seconds = rate.wait_seconds
    return refusal(RATE_LIMITED, sentence_of(rate), retryAfterSeconds=seconds)
