"""Columns: what of an event's body can be listed and searched, as plain fields."""

import re
from ipaddress import ip_address
from typing import Any

from domain.events import limits
from domain.events.shapes import clipped

NAMELESS = "(no message)"

_TRACE_ID = re.compile(r"[0-9a-f]{32}")
_SPAN_ID = re.compile(r"[0-9a-f]{16}")
_REACT_COMPONENT = re.compile(r"^\s*(?:at|in) ([\w$.]{1,100})")
_ROUTE = re.compile(r"^(?:[A-Z]{3,7} )?(/.*)", re.DOTALL)
_FILTERED = "[Filtered"
_REQUEST_ID_HEADERS = ("x-request-id", "x-correlation-id", "request-id")
_REQUEST_ID_TAGS = ("request_id", "requestId", "request.id", "correlation_id")
_SESSION_TAGS = ("session_id", "sessionId", "session.id", "session")


def known(value: Any, limit: int) -> str | None:
    """Return a text that fits its column, or None when it is empty, odd or was scrubbed."""
    if type(value) is not str or not value or value.startswith(_FILTERED):
        return None
    return clipped(value, limit)


def first_line(text: str) -> str:
    """Return the first line of a text that says anything."""
    return text.strip().split("\n", 1)[0].rstrip()


def title_of(type_name: str, value: str, message: str) -> str:
    """Return what an error is listed as."""
    if type_name or value:
        said = first_line(value)
        title = f"{type_name}: {said}" if type_name and said else type_name or said
    else:
        title = first_line(message)
    return clipped(title, limits.TITLE) or NAMELESS


def culprit_of(transaction: str | None, frame: dict[str, Any] | None) -> str:
    """Return where it happened: the transaction, else the function that failed."""
    if transaction or not frame:
        return transaction or ""
    place = frame.get("module") or frame.get("filename") or frame.get("abs_path") or ""
    function = frame.get("function") or ""
    return clipped(
        f"{place} in {function}" if place and function else place or function, limits.CULPRIT
    )


def headers_of(request: dict[str, Any]) -> dict[str, str]:
    """Return the headers of a request under names in lower case."""
    headers = request.get("headers") or {}
    return {
        name.lower(): value if type(value) is str else ", ".join(map(str, value))
        for name, value in headers.items()
        if type(value) in (str, list)
    }


def request_id_of(headers: dict[str, str], tags: dict[str, str]) -> str | None:
    """Return the id that the sender's own system gave to the request."""
    found = [headers[name] for name in _REQUEST_ID_HEADERS if name in headers]
    found += [tags[name] for name in _REQUEST_ID_TAGS if name in tags]
    return known(found[0], limits.REQUEST_ID) if found else None


def session_id_of(tags: dict[str, str], contexts: dict[str, Any]) -> str | None:
    """Return the session that the sender says it was in."""
    for name in _SESSION_TAGS:
        if name in tags:
            return known(tags[name], limits.NAME)
    session = contexts.get("session") or {}
    return known(session.get("id") or session.get("sid"), limits.NAME)


def user_ref_of(user: dict[str, Any]) -> str | None:
    """Return what tells one user from another: the id, else a name, else an address."""
    for name in ("id", "username", "email", "ip_address"):
        found = known(user.get(name), limits.NAME)
        if found and found != "{{auto}}":
            return found
    return None


def address_of(user: dict[str, Any], request: dict[str, Any]) -> str | None:
    """Return the user's address; None where there is none or the sender leaves it to us."""
    environment = request.get("env") or {}
    claimed = user.get("ip_address") or environment.get("REMOTE_ADDR")
    if type(claimed) is not str:
        return None
    try:
        # PostgreSQL knows no zones ("fe80::1%eth0").
        return str(ip_address(claimed.partition("%")[0]))
    except ValueError:
        return None


def endpoint_of(transaction: str | None, url: str | None) -> str | None:
    """Return the path that was called: the route, else the path of the URL."""
    if transaction and (route := _ROUTE.match(transaction)):
        return route[1]
    if not url:
        return None
    rest = url.partition("://")[2] or url
    path = rest[rest.find("/") :] if "/" in rest else ""
    return path.partition("?")[0].partition("#")[0] or None


def component_of(tags: dict[str, str], contexts: dict[str, Any], logger: str | None) -> str | None:
    """Return the part of the sender's program: as tagged, as rendered, or as it logs."""
    if "component" in tags:
        return known(tags["component"], limits.NAME)
    react, vue = contexts.get("react") or {}, contexts.get("vue") or {}
    stack = react.get("componentStack")
    if type(stack) is str and (named := _REACT_COMPONENT.match(stack)):
        return named[1]
    return known(vue.get("componentName"), limits.NAME) or logger


def trace_ids_of(contexts: dict[str, Any]) -> tuple[str | None, str | None]:
    """Return the ids of the trace and the span that it happened in."""
    trace = contexts.get("trace") or {}
    trace_id, span_id = trace.get("trace_id"), trace.get("span_id")
    trace_id = trace_id.replace("-", "").lower() if type(trace_id) is str else ""
    span_id = span_id.lower() if type(span_id) is str else ""
    return (
        trace_id if _TRACE_ID.fullmatch(trace_id) else None,
        span_id if _SPAN_ID.fullmatch(span_id) else None,
    )


def sdk_of(body: dict[str, Any], client: str | None) -> str | None:
    """Return the sender's library as `name/version`."""
    sdk = body.get("sdk") or {}
    name, version = known(sdk.get("name"), limits.NAME), known(sdk.get("version"), limits.NAME)
    if not name:
        return known(client, limits.NAME)
    return clipped(f"{name}/{version}" if version else name, limits.NAME)


def handled_of(exceptions: list[dict[str, Any]]) -> bool | None:
    """Say whether the sender's program caught it; one that it did not catch decides."""
    said = [(exception.get("mechanism") or {}).get("handled") for exception in exceptions]
    if False in said:
        return False
    return True if True in said else None
