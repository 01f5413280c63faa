"""The door of builds: takes artifacts and releases from sentry-cli and the bundlers' plug-ins.

It speaks the part of Sentry's web API that these call. A token opens it, never a DSN's key.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import orjson

from application.artifacts import ArtifactUploads
from domain.artifacts import MAX_CHUNK_BYTES, MAX_FILE_BYTES
from domain.failures import Conflict, Failure, Forbidden, NotFound
from domain.organizations import Organization
from domain.viewers import Viewer
from ingest.answers import Receive, Refused, Send, answer
from ingest.artifacts import shapes
from ingest.artifacts.forms import read_form, unzipped
from ingest.artifacts.requests import Assembly, assembly_of, names_in, release_of
from ingest.bodies import decoded, read_body
from ingest.routes import Request, Route

_MAX_JSON_BYTES = 4 * 1024 * 1024
_FORM_OVERHEAD = 1024 * 1024
_PATH = re.compile(r".*/api/0(?P<rest>/.*)?")
_STATUS: Mapping[type[Failure], int] = {NotFound: 404, Forbidden: 403, Conflict: 409}

Answer = tuple[int, Any]


class Access(Protocol):
    """Knows for whom a secret opens the door."""

    async def viewer_of_token(self, secret: str) -> Viewer | None:
        """Return whom a token acts for, or None when it opens nothing."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call: who makes it, where, and what it carries."""

    request: Request
    receive: Receive
    viewer: Viewer
    path: Mapping[str, str]

    async def document(self) -> dict[str, Any]:
        """Return the JSON object that the call carries; nothing is an empty one."""
        length = self.request.headers.get(b"content-length")
        body = await read_body(self.receive, length, _MAX_JSON_BYTES)
        body = await decoded(body, self.request.header(b"content-encoding"), _MAX_JSON_BYTES)
        try:
            document = orjson.loads(body or b"{}")
        except orjson.JSONDecodeError as error:
            raise Refused(400, "The body is not JSON.", causes=(str(error),)) from error
        if not isinstance(document, dict):
            raise Refused(400, "The body is not a JSON object.")
        return document


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtifactsDoor:
    """Takes what builds send, for one process."""

    uploads: ArtifactUploads
    access: Access
    public_url: str

    def routes(self) -> tuple[Route, ...]:
        """Return the paths of this door."""
        return (Route("artifacts", _PATH, self.call, methods=("GET", "POST", "PUT")),)

    async def call(self, request: Request, receive: Receive, send: Send) -> None:
        """Answer one call, whatever it is."""
        rest = request.path.get("rest") or "/"
        handler, path = self._found(request.method, rest)
        viewer = await self._viewer(request.header(b"authorization"))
        try:
            status, told = await handler(
                Call(request=request, receive=receive, viewer=viewer, path=path)
            )
        except Failure as failure:
            raise Refused(_STATUS.get(type(failure), 400), failure.message) from failure
        await answer(send, status, orjson.dumps(told))

    def _found(
        self, method: str, rest: str
    ) -> tuple[Callable[[Call], Awaitable[Answer]], dict[str, str]]:
        known: set[str] = set()
        for own, pattern, name in _CALLS:
            if match := pattern.fullmatch(rest):
                if own == method:
                    return getattr(self, name), match.groupdict()
                known.add(own)
        if known:
            raise Refused(405, f"This path is asked by {', '.join(sorted(known))}.")
        raise Refused(404, "This part of the API is not supported: see docs/source-maps.md.")

    async def _viewer(self, authorization: str) -> Viewer:
        scheme, _, secret = authorization.strip().partition(" ")
        if scheme.lower() != "bearer" or not secret.strip():
            raise Refused(401, "An API token is needed: Authorization: Bearer tocsin_…")
        viewer = await self.access.viewer_of_token(secret.strip()[:200])
        if viewer is None:
            raise Refused(401, "The API token is not known, or no longer valid.")
        return viewer

    async def whoami(self, call: Call) -> Answer:
        """Say what a token may do."""
        scopes = sorted(scope.value for scope in call.viewer.scopes)
        return 200, {"version": "0", "auth": {"scopes": scopes}, "user": None}

    async def organizations(self, call: Call) -> Answer:
        """List the organizations that a token opens."""
        found = await self.uploads.organizations(call.viewer)
        return 200, [shapes.organization(one) for one in found]

    async def organization(self, call: Call) -> Answer:
        """Show an organization."""
        return 200, shapes.organization(await self._organization(call))

    async def projects(self, call: Call) -> Answer:
        """List an organization's services."""
        own = await self._organization(call)
        return 200, [shapes.project(s) for s in await self.uploads.services(call.viewer, own.id)]

    async def project(self, call: Call) -> Answer:
        """Show a service."""
        own = await self._organization(call)
        called = await self.uploads.services_called(call.viewer, own.id, [call.path["project"]])
        return 200, shapes.project(called[0])

    async def upload_options(self, call: Call) -> Answer:
        """Say how pieces are to be sent."""
        slug = (await self._organization(call)).slug
        path = f"/organizations/{slug}/chunk-upload/"
        # sentry-cli puts a path behind the address that it reached us at, which surely works.
        is_cli = call.request.header(b"user-agent").startswith("sentry-cli/")
        return 200, shapes.upload_options(path if is_cli else f"{self.public_url}/api/0{path}")

    async def upload(self, call: Call) -> Answer:
        """Take pieces."""
        own = await self._organization(call)
        call.viewer.must_upload(own.id)
        limit = shapes.MAX_REQUEST_BYTES + _FORM_OVERHEAD
        form = await read_form(call.request, call.receive, limit)
        if len(form.files) > shapes.CHUNKS_PER_REQUEST:
            raise Refused(400, f"A request has at most {shapes.CHUNKS_PER_REQUEST} pieces.")
        if not form.files:
            raise Refused(400, "The form has no piece, or it ends too early.")
        chunks = []
        for file in form.files:
            if file.field not in ("file", "file_gzip"):
                raise Refused(400, "Pieces are in fields of the name file or file_gzip.")
            is_zipped = file.field == "file_gzip"
            body = unzipped(file.content, MAX_CHUNK_BYTES) if is_zipped else file.content
            chunks.append((file.name, body))
        await self.uploads.add_chunks(call.viewer, own.id, chunks)
        return 200, None

    async def assemble(self, call: Call) -> Answer:
        """Take the wish for a bundle, and say how far it is."""
        own = await self._organization(call)
        wish = assembly_of(await call.document(), call.path.get("version"))
        return await self._assemble(call, own, wish)

    async def _assemble(self, call: Call, own: Organization, wish: Assembly) -> Answer:
        services = await self.uploads.services_called(call.viewer, own.id, wish.projects)
        asked = await self.uploads.ask_for_bundle(
            call.viewer,
            own.id,
            wish.checksum,
            wish.chunks,
            release=wish.release,
            dist=wish.dist,
            services=[service.id for service in services],
        )
        return 200, shapes.assembly(asked)

    async def announce_release(self, call: Call) -> Answer:
        """Take the word of a new release."""
        return 201, await self._save_release(call, None)

    async def change_release(self, call: Call) -> Answer:
        """Take more word of a release, such as that it is out; of its commits we keep nothing."""
        return 200, await self._save_release(call, call.path["version"])

    async def _save_release(self, call: Call, version: str | None) -> Any:
        own = await self._organization(call)
        document = await call.document()
        told = release_of(document, version)
        named = names_in(document, "projects")
        if project := call.path.get("project"):
            named.append(project)
        services = await self.uploads.services_called(call.viewer, own.id, named)
        saved = await self.uploads.save_release(
            call.viewer,
            own.id,
            told.version,
            url=told.url,
            released_at=told.released_at,
            services=[service.id for service in services],
        )
        return shapes.release(saved, await self.uploads.services(call.viewer, own.id))

    async def releases(self, call: Call) -> Answer:
        """List the newest releases."""
        own = await self._organization(call)
        services = await self.uploads.services(call.viewer, own.id)
        service = None
        if name := call.path.get("project"):
            service = (await self.uploads.services_called(call.viewer, own.id, [name]))[0].id
        found = await self.uploads.releases(call.viewer, own.id, service)
        return 200, [shapes.release(one, services) for one in found]

    async def release(self, call: Call) -> Answer:
        """Show a release."""
        own = await self._organization(call)
        found = await self.uploads.release(call.viewer, own.id, call.path["version"])
        return 200, shapes.release(found, await self.uploads.services(call.viewer, own.id))

    async def upload_file(self, call: Call) -> Answer:
        """Take one file of a release, as older tools send them."""
        own = await self._organization(call)
        call.viewer.must_upload(own.id)
        named = [project] if (project := call.path.get("project")) else []
        services = await self.uploads.services_called(call.viewer, own.id, named)
        form = await read_form(call.request, call.receive, MAX_FILE_BYTES + _FORM_OVERHEAD)
        file = next((file for file in form.files if file.field == "file"), None)
        if file is None:
            raise Refused(400, "The form has no file of the name file.")
        bundle = await self.uploads.add_file(
            call.viewer,
            own.id,
            release=call.path["version"],
            dist=form.field("dist") or "",
            name=form.field("name") or f"~/{file.name}",
            content=file.content,
            reference=_reference(form.fields),
            service=services[0].id if services else None,
        )
        told = {"id": str(bundle.id), "sha1": bundle.checksum.hex(), "dist": bundle.dist or None}
        size = len(file.content)
        return 201, {**told, "name": form.field("name") or f"~/{file.name}", "size": size}

    async def files(self, call: Call) -> Answer:
        """List the files of a release."""
        own = await self._organization(call)
        found = await self.uploads.files_of(call.viewer, own.id, call.path["version"])
        return 200, [shapes.file(bundle, artifact) for bundle, artifact in found]

    async def deploy(self, call: Call) -> Answer:
        """Answer the word of a deployment, which has no place here yet."""
        own = await self._organization(call)
        await self.uploads.release(call.viewer, own.id, call.path["version"])
        document = await call.document()
        kept = ("environment", "name", "url", "dateStarted", "dateFinished")
        return 201, {"id": "0", **{name: document.get(name) for name in kept}}

    async def nothing(self, call: Call) -> Answer:
        """Answer that there are none: repositories, commits and deployments have no place here."""
        await self._organization(call)
        return 200, []

    async def _organization(self, call: Call) -> Organization:
        return await self.uploads.organization(call.viewer, call.path["organization"])


def _reference(fields: tuple[tuple[str, str], ...]) -> str | None:
    """Return the map that a file's own headers name: fields `header`, each `Name:value`."""
    for key, text in fields:
        name, _, value = text.partition(":")
        if key == "header" and name.strip().lower() in ("sourcemap", "x-sourcemap"):
            return value.strip() or None
    return None


def _path(text: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"<(\w+)>", r"(?P<\1>[^/]+)", text).rstrip("/") + "/?")


_ORGANIZATION = "/organizations/<organization>/"
_PROJECT = "/projects/<organization>/<project>/"
_CALLS = tuple(
    (method, _path(path), name)
    for method, path, name in (
        ("GET", "/", "whoami"),
        ("GET", "/organizations/", "organizations"),
        ("GET", _ORGANIZATION, "organization"),
        ("GET", f"{_ORGANIZATION}projects/", "projects"),
        ("GET", f"{_ORGANIZATION}repos/", "nothing"),
        ("GET", _PROJECT, "project"),
        ("GET", f"{_ORGANIZATION}chunk-upload/", "upload_options"),
        ("POST", f"{_ORGANIZATION}chunk-upload/", "upload"),
        ("POST", f"{_ORGANIZATION}artifactbundle/assemble/", "assemble"),
        ("POST", f"{_ORGANIZATION}releases/<version>/assemble/", "assemble"),
        *(
            (method, f"{base}releases/{path}", name)
            for base in (_ORGANIZATION, _PROJECT)
            for method, path, name in (
                ("GET", "", "releases"),
                ("POST", "", "announce_release"),
                ("GET", "<version>/", "release"),
                ("PUT", "<version>/", "change_release"),
                ("GET", "<version>/files/", "files"),
                ("POST", "<version>/files/", "upload_file"),
                ("GET", "<version>/commits/", "nothing"),
                ("GET", "<version>/deploys/", "nothing"),
                ("POST", "<version>/deploys/", "deploy"),
            )
        ),
    )
)
