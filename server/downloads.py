"""Downloads: attachments by signed links, as files that no browser runs."""

from dataclasses import dataclass
from urllib.parse import quote
from uuid import UUID

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from application.attachments import AttachmentLinks
from domain.attachments import TEXT, Attachment
from domain.failures import NotFound
from domain.ids import AttachmentId, OrganizationId

_SAFE = {
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; sandbox",
    "referrer-policy": "no-referrer",
    # The link alone lets in, so a dashboard on another origin may show the image.
    "cross-origin-resource-policy": "cross-origin",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Downloads:
    """Gives out attachments."""

    links: AttachmentLinks

    def routes(self) -> list[Route]:
        """Return the path of the links."""
        return [Route("/attachments/{organization:uuid}/{id:uuid}", self.download)]

    async def download(self, request: Request) -> Response:
        """Answer the file of a link, or 404 for any that is not good."""
        organization: UUID = request.path_params["organization"]
        id_: UUID = request.path_params["id"]
        try:
            attachment, body = await self.links.open(
                OrganizationId(organization), AttachmentId(id_), request.query_params
            )
        except NotFound as failure:
            return PlainTextResponse(failure.message, 404, headers=_SAFE)
        headers = {
            **_SAFE,
            "content-disposition": _disposition(attachment),
            "cache-control": "private, max-age=3600",
            "etag": f'"{attachment.sha256.hex()}"',
        }
        kind = attachment.content_type
        media_type = f"{kind}; charset=utf-8" if kind == TEXT else kind
        return Response(body, headers=headers, media_type=media_type)


def _disposition(attachment: Attachment) -> str:
    """Return the header that lets a file be saved under its name (RFC 6266), never shown."""
    plain = "".join(
        sign if sign.isascii() and (sign.isalnum() or sign in "._- ") else "_"
        for sign in attachment.filename
    )
    named = quote(attachment.filename, safe="")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{named}"
