"""Origins: from which web pages a key may be used (TEN-05)."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit


def origin_of(headers: Mapping[bytes, bytes]) -> str:
    """Return the origin that a browser names, empty where nothing is named."""
    origin = headers.get(b"origin", b"") or headers.get(b"referer", b"")
    return origin.decode("latin-1").strip()


def is_allowed(origin: str, allowed: Sequence[str]) -> bool:
    """Say whether a key with these allowed origins may be used from one.

    What names no origin is no browser, and could name any: the list keeps other people's pages
    from using a key, not other people.
    """
    if not allowed or not origin or "*" in allowed:
        return True
    try:
        parts = urlsplit(origin)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    return bool(host) and any(_fits(parts.scheme, host, port, pattern) for pattern in allowed)


def _fits(scheme: str, host: str, port: int | None, pattern: str) -> bool:
    wanted_scheme, separator, rest = pattern.strip().lower().rpartition("://")
    if separator and wanted_scheme != scheme.lower():
        return False
    wanted, _, wanted_port = rest.partition("/")[0].partition(":")
    if wanted_port and wanted_port != str(port):
        return False
    if wanted.startswith("*."):
        # As in Sentry, all of a domain is the domain itself, too.
        return host == wanted[2:] or host.endswith(wanted[1:])
    return host == wanted
