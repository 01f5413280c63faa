"""Origins: whose pages may use the cookie of a sign-in (CSRF).

A browser says by `Origin` or `Sec-Fetch-Site` which page sends a request, and no page can change
that. Without either a cookie counts for nothing: programs send tokens.
"""

from collections.abc import Iterable, Mapping

from strawberry.http.websocket_origin import is_same_origin, normalize_origin


class Origins:
    """Knows our own pages."""

    def __init__(self, public_url: str, allowed: Iterable[str]) -> None:
        # A star lets any page ask with a token, but never with somebody's cookie.
        self.named = tuple(origin for origin in allowed if origin != "*")
        self._ours = frozenset(
            normal
            for origin in (public_url, *self.named)
            if (normal := normalize_origin(origin)) is not None
        )

    def are_ours(self, headers: Mapping[str, str]) -> bool:
        """Say whether a page of ours sends this, by what its browser says of it."""
        origin = headers.get("origin")
        if origin is None:
            return headers.get("sec-fetch-site") == "same-origin"
        return self.is_ours(origin, headers.get("host", ""))

    def are_foreign(self, headers: Mapping[str, str]) -> bool:
        """Say whether a browser says that a page of somebody else sends this."""
        if "origin" not in headers and "sec-fetch-site" not in headers:
            return False
        return not self.are_ours(headers)

    def is_ours(self, origin: str, host: str) -> bool:
        """Say whether an origin is one of ours."""
        normal = normalize_origin(origin)
        return normal is not None and (normal in self._ours or is_same_origin(origin, host))
