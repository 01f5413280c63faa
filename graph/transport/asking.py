"""What a caller asks over HTTP, read from a URL or a JSON body; and in which form to answer."""

from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

JSON = "application/json"
GRAPHQL = "application/graphql-response+json"


class Refused(Exception):
    """A request that is refused before GraphQL sees it."""

    def __init__(
        self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers or {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One operation to run."""

    query: str | None
    # By which a document that we keep is asked for, instead of by its text.
    sha256: str | None
    variables: dict[str, Any] | None
    operation_name: str | None
    extensions: dict[str, Any] | None


def asked_in_url(parameters: Mapping[str, str]) -> Asked:
    """Read the operation from a query string; its variables are JSON text."""
    found: dict[str, object] = dict(parameters)
    for name in ("variables", "extensions"):
        if text := parameters.get(name):
            found[name] = _json(text.encode(), f"the parameter {name}")
        else:
            found.pop(name, None)
    return _asked(found)


def asked_in_body(body: bytes) -> Asked:
    """Read the operation from a JSON body."""
    found = _json(body, "the body")
    if isinstance(found, list):
        raise Refused(400, "BAD_REQUEST", "Send one operation in each request; batches are off.")
    if not isinstance(found, dict):
        raise Refused(400, "BAD_REQUEST", "The body must be a JSON object with a query.")
    return _asked(found)


def _asked(found: Mapping[str, object]) -> Asked:
    query, variables, name, extensions = (
        found.get(key) for key in ("query", "variables", "operationName", "extensions")
    )
    sha256 = _sha256(found.get("documentId"), extensions)
    if (not isinstance(query, str) or not query) and (query is not None or sha256 is None):
        raise Refused(400, "BAD_REQUEST", "`query` must be the text of a GraphQL document.")
    if not isinstance(variables, dict | None):
        raise Refused(400, "BAD_REQUEST", "`variables` must be an object.")
    if not isinstance(name, str | None):
        raise Refused(400, "BAD_REQUEST", "`operationName` must be a string.")
    if not isinstance(extensions, dict | None):
        raise Refused(400, "BAD_REQUEST", "`extensions` must be an object.")
    return Asked(
        query=query,
        sha256=sha256,
        variables=variables,
        operation_name=name or None,
        extensions=extensions,
    )


def _sha256(document_id: object, extensions: object) -> str | None:
    """Return the hash of a document that is asked for by it, in either of two ways."""
    if isinstance(document_id, str):
        return document_id.removeprefix("sha256:").lower()
    persisted = extensions.get("persistedQuery") if isinstance(extensions, dict) else None
    sent = persisted.get("sha256Hash") if isinstance(persisted, dict) else None
    return sent.lower() if isinstance(sent, str) else None


def _json(text: bytes, where: str) -> object:
    try:
        found: object = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Refused(400, "BAD_REQUEST", f"There is no valid JSON in {where}.") from error
    return found


async def bounded(chunks: AsyncIterator[bytes], announced: str | None, limit: int) -> bytes:
    """Read a body, but refuse it as soon as it is known to be too long."""
    if announced is not None and announced.isdigit() and int(announced) > limit:
        raise _too_long(limit)
    read = bytearray()
    async for chunk in chunks:
        read += chunk
        if len(read) > limit:
            raise _too_long(limit)
    return bytes(read)


def _too_long(limit: int) -> Refused:
    # What is left of the body is not read, so the connection cannot carry another request.
    message = f"A request may have {limit:,} bytes."
    return Refused(413, "BODY_TOO_LARGE", message, {"Connection": "close"})


def is_json(content_type: str | None) -> bool:
    """Say whether a body is declared as JSON: a form of another site cannot declare that (CSRF)."""
    return (content_type or "").partition(";")[0].strip().lower() == JSON


def media_type_for(accept: str | None) -> str:
    """Return the form of answer that the caller likes best; plain JSON if they have no say."""
    return liked_best(accept, (GRAPHQL, JSON)) or JSON


def liked_best(accept: str | None, forms: Collection[str]) -> str | None:
    """Return which of some forms of answer the caller likes best; None when they like none."""
    best, liking = None, 0.0
    for listed in (accept or "").split(","):
        name, *parameters = (part.strip().lower() for part in listed.split(";"))
        quality = _quality(parameters)
        if name in forms and quality > liking:
            best, liking = name, quality
    return best


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0
