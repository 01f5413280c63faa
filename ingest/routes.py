"""Requests and routes of the machine doors: what a door is told, and which paths are its own."""

import ipaddress
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from ingest.answers import Receive, Scope, Send


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the doors need of one request; `path` holds the named parts of its path."""

    method: str
    path: Mapping[str, str]
    query: bytes
    headers: dict[bytes, bytes]
    remote_address: str | None

    def header(self, name: bytes) -> str:
        """Return a header's text, empty where there is none."""
        return self.headers.get(name, b"").decode("latin-1")


Door = Callable[[Request, Receive, Send], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Route:
    """The paths of one door; a name for the counters, and the methods that it knows."""

    name: str
    pattern: re.Pattern[str]
    door: Door
    methods: tuple[str, ...] = ("POST",)


def request_of(scope: Scope, path: Mapping[str, str | None]) -> Request:
    """Return what the doors need of an ASGI scope."""
    client = scope.get("client")
    return Request(
        method=scope["method"],
        path={name: part for name, part in path.items() if part is not None},
        query=scope.get("query_string", b""),
        headers=dict(scope["headers"]),
        remote_address=_address(client[0] if client else None),
    )


@lru_cache(maxsize=10_000)
def _address(text: str | None) -> str | None:
    """Return an address as the database reads it: without the zone that names an interface."""
    try:
        return str(ipaddress.ip_address(text.partition("%")[0])) if text else None
    except ValueError:
        return None
