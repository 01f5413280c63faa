"""Credentials: the public key that a client names, in any of four places.

https://develop.sentry.dev/sdk/foundations/transport/authentication/ — the query, two headers, and
the DSN in the envelope header, which is all that a tunnel leaves. Where several are given they must
agree.
"""

from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import parse_qs, urlsplit

from ingest.answers import Refused


def named_keys(query: bytes, headers: Mapping[bytes, bytes]) -> tuple[list[str], str | None]:
    """Return the keys that the query and the headers name, and the client's name and version."""
    keys, client = _named(query, headers.get(b"x-sentry-auth"), headers.get(b"authorization"))
    return list(keys), client


# A client says the same each time, and there are fewer clients than requests.
@lru_cache(maxsize=4_096)
def _named(query: bytes, *said: bytes | None) -> tuple[tuple[str, ...], str | None]:
    keys: list[str] = []
    client: str | None = None
    if b"sentry_key" in query or b"sentry_client" in query:
        asked = parse_qs(query.decode("latin-1"))
        keys += asked.get("sentry_key", [])
        client = next(iter(asked.get("sentry_client", [])), None)
    for value in said:
        if value:
            pairs = _pairs(value.decode("latin-1"))
            keys += [pairs["sentry_key"]] if "sentry_key" in pairs else []
            client = client or pairs.get("sentry_client")
    return tuple(keys), client


def _pairs(header: str) -> dict[str, str]:
    """Read `Sentry sentry_key=…, sentry_client=…`; some clients leave out the spaces."""
    scheme, _, rest = header.strip().partition(" ")
    if scheme.lower() != "sentry":
        return {}
    pairs = (part.partition("=") for part in rest.split(","))
    return {name.strip().lower(): value.strip().strip('"') for name, _, value in pairs}


def key_of_dsn(dsn: object) -> tuple[str, str] | None:
    """Return the public key and the project of a DSN; None where it is not one."""
    if not isinstance(dsn, str):
        return None
    try:
        parts = urlsplit(dsn)
    except ValueError:
        return None
    project = parts.path.rstrip("/").rpartition("/")[2]
    return (parts.username, project) if parts.username and project else None


def agreed(keys: list[str]) -> str:
    """Return the one key that was named, or refuse."""
    if not keys:
        raise Refused(403, "No sentry_key was given: check the DSN of the SDK.")
    if len(set(keys)) > 1:
        raise Refused(403, "Different keys were given in one request.")
    return keys[0]
