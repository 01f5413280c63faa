"""The report widget: one script for the pages of others, which they may keep for an hour."""

import gzip
import hashlib
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

SCRIPT = Path(__file__).parent / "static" / "widget.js"
_HEADERS = {
    "access-control-allow-origin": "*",
    "cross-origin-resource-policy": "cross-origin",
    "cache-control": "public, max-age=3600, stale-while-revalidate=86400",
    "vary": "accept-encoding",
    "x-content-type-options": "nosniff",
}


class Widget:
    """Gives out the script; an entity tag tells a browser that it has it already."""

    def __init__(self) -> None:
        self._plain = SCRIPT.read_bytes()
        self._packed = gzip.compress(self._plain, 9, mtime=0)
        self._tag = hashlib.sha256(self._plain).hexdigest()[:20]

    def routes(self) -> list[Route]:
        """Return the path of the script."""
        return [Route("/widget.js", self.script)]

    async def script(self, request: Request) -> Response:
        """Answer the script, packed for who can read that, or that it has not changed."""
        is_packed = "gzip" in request.headers.get("accept-encoding", "")
        # The same tag for both would let a cache mix them up.
        tag = f'"{self._tag}{"-gzip" if is_packed else ""}"'
        headers = {**_HEADERS, "etag": tag}
        known = [part.strip() for part in request.headers.get("if-none-match", "").split(",")]
        if tag in known or f"W/{tag}" in known:
            return Response(status_code=304, headers=headers)
        if is_packed:
            headers["content-encoding"] = "gzip"
        body = self._packed if is_packed else self._plain
        return Response(body, headers=headers, media_type="text/javascript")
