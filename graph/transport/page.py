"""The page to try the API on: GraphiQL, every byte of it served by us under a strict policy."""

import gzip
import hashlib
import mimetypes
import re
from functools import cached_property
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

_FOLDER = Path(__file__).parent.parent / "static" / "graphiql"
_REFERENCE = re.compile(r"\{([a-z.-]+)\}")
_SERVED = frozenset({".js", ".css", ".txt"})

# The one style element that GraphiQL writes, when a menu opens; all else it sets by script.
_MENU_STYLE = "sha256-Y/huXlwoYkVyQlxwSVcCi1RCDGDCSVBzDt0hYP9qlTc="

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        f"style-src 'self' '{_MENU_STYLE}'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
_SAFE = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}


class Asset:
    """One file, known by a digest of what is in it, so that it may be kept for ever."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self._path = path
        self.version = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
        self.media_type = mimetypes.guess_type(path.name)[0] or "text/plain"

    @cached_property
    def data(self) -> bytes:
        """The file, from when somebody first asks for it."""
        return self._path.read_bytes()

    @cached_property
    def packed(self) -> bytes:
        """The file compressed, from when somebody first asks for it so."""
        return gzip.compress(self._path.read_bytes(), 6)


class Page:
    """Knows when the page is wanted, and serves it with its files."""

    def __init__(self) -> None:
        files = sorted(_FOLDER.iterdir())
        self._assets = {path.name: Asset(path) for path in files if path.suffix in _SERVED}
        self._template = (_FOLDER / "page.html").read_text()

    @staticmethod
    def is_wanted(request: Request) -> bool:
        """Say whether a browser opened the door to look at it, and no program to ask something."""
        accept = request.headers.get("accept", "")
        return (
            request.method == "GET"
            and "text/html" in accept
            and "query" not in request.query_params
        )

    def response(self, request: Request) -> Response:
        """Return the page."""
        folder = request.url.path.rstrip("/").rpartition("/")[2] + "/assets"

        def address(match: re.Match[str]) -> str:
            asset = self._assets[match[1]]
            return f"{folder}/{asset.name}?v={asset.version}"

        return Response(
            _REFERENCE.sub(address, self._template),
            media_type="text/html",
            headers={
                **_SAFE,
                "Content-Security-Policy": POLICY,
                "Cache-Control": "no-cache",
                "Vary": "Accept",
            },
        )

    def routes(self, path: str) -> list[BaseRoute]:
        """Return where the page's files are."""
        return [Route(f"{path}/assets/{{name}}", self._asset)]

    async def _asset(self, request: Request) -> Response:
        asset = self._assets.get(request.path_params["name"])
        if asset is None:
            return Response(status_code=404)
        headers = {**_SAFE, "Vary": "Accept-Encoding"}
        # Only an address with the digest in it means this content for ever.
        is_exact = request.query_params.get("v") == asset.version
        headers["Cache-Control"] = "public, max-age=31536000, immutable" if is_exact else "no-cache"
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
            return Response(asset.packed, media_type=asset.media_type, headers=headers)
        return Response(asset.data, media_type=asset.media_type, headers=headers)
