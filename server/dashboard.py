"""The dashboard: files built from `dashboard/`, and its page for every address of its own."""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

FOLDER = Path(__file__).parent / "static" / "dashboard"
PAGE = "index.html"

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
    )
)
_HEADERS = {
    # Names without hashes: a browser keeps the files, and asks whether they are the newest.
    "cache-control": "no-cache",
    "vary": "accept-encoding",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}
_PAGE_HEADERS = {
    "content-security-policy": POLICY,
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "x-frame-options": "DENY",
}
_PACKED = frozenset({".html", ".js", ".css", ".svg"})
# Programs ask here: a wrong address of theirs must fail, not answer a page.
_OTHERS = ("api/", "auth/", "graphql/", "v1/")


@dataclass(frozen=True, slots=True)
class _File:
    """A file as it is sent: plain, and packed where that is worth it."""

    plain: bytes
    packed: bytes | None
    tag: str
    media_type: str

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a file from the disk."""
        plain = path.read_bytes()
        packed = gzip.compress(plain, 9, mtime=0) if path.suffix in _PACKED else None
        media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return cls(plain, packed, hashlib.sha256(plain).hexdigest()[:20], media_type)


class Dashboard:
    """Serves the files, and the page wherever the dashboard may have an address."""

    def __init__(self, folder: Path = FOLDER) -> None:
        paths = (path for path in sorted(folder.rglob("*")) if path.is_file())
        self._files = {str(path.relative_to(folder)): _File.read(path) for path in paths}
        if page := self._files.get(PAGE):
            # The page is as new as the newest of its files: open tabs see by it that they are old.
            tags = "".join(file.tag for file in self._files.values())
            self._files[PAGE] = replace(page, tag=hashlib.sha256(tags.encode()).hexdigest()[:20])

    def routes(self) -> list[BaseRoute]:
        """Return the route of everything that nothing else serves: it goes last."""
        return [Route("/{path:path}", self.answer)]

    async def answer(self, request: Request) -> Response:
        """Answer a file, the page, or that there is neither."""
        path: str = request.path_params["path"]
        found = self._files.get(path)
        if found is None or path == PAGE:
            found = self._files.get(PAGE) if _is_address(path) else None
        if found is None:
            return JSONResponse({"detail": "Nothing is at this address."}, 404)
        return _sent(request, found, is_page=found is self._files.get(PAGE))


def _is_address(path: str) -> bool:
    """Say whether the dashboard may have a page there: its addresses have no dots."""
    return path == PAGE or not ("." in path or f"{path}/".startswith(_OTHERS))


def _sent(request: Request, file: _File, *, is_page: bool) -> Response:
    is_packed = file.packed is not None and "gzip" in request.headers.get("accept-encoding", "")
    # The same tag for both would let a cache mix them up.
    tag = f'"{file.tag}{"-gzip" if is_packed else ""}"'
    headers = {**_HEADERS, **(_PAGE_HEADERS if is_page else {}), "etag": tag}
    known = [part.strip() for part in request.headers.get("if-none-match", "").split(",")]
    if tag in known or f"W/{tag}" in known:
        return Response(status_code=304, headers=headers)
    if is_packed:
        headers["content-encoding"] = "gzip"
    body = file.packed if is_packed else file.plain
    return Response(body, headers=headers, media_type=file.media_type)
