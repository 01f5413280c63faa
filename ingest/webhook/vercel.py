"""Vercel's log drains: of all that is logged, errors and failed invocations.

https://vercel.com/docs/drains/reference/logs has the entries; a drain may be signed with
HMAC-SHA1 (`x-vercel-signature`).
"""

import hashlib
import hmac
from collections.abc import Sequence
from typing import Any

from ingest.webhook.entries import Failure, Ignored, Told, Unread, filled, mapping, text, told_text

_ERRORS = frozenset({"error", "fatal"})
_FUNCTIONS = frozenset({"lambda", "edge"})
_TAGS = {
    "source": "source",
    "projectName": "vercel.project",
    "branch": "vercel.branch",
    "deploymentId": "vercel.deployment",
    "executionRegion": "vercel.region",
    "requestId": "request_id",
    "entrypoint": "vercel.entrypoint",
}
_SERVER_FAILED = 500
# The function ended without an answer.
_NO_ANSWER = -1


def is_signed(body: bytes, signature: str, secrets: Sequence[str]) -> bool:
    """Say whether a body was signed with one of the secrets."""
    given = signature.strip().lower().encode()
    made = [hmac.new(secret.encode(), body, hashlib.sha1).hexdigest() for secret in secrets]
    return any(hmac.compare_digest(each.encode(), given) for each in made)


def told(entry: Any) -> Told:
    """Return what one entry of a drain says."""
    if not isinstance(entry, dict):
        return Unread("An entry must be a JSON object.")
    proxy = mapping(entry.get("proxy"))
    status = entry.get("statusCode", proxy.get("statusCode"))
    level = str(entry.get("level", "")).lower()
    if level not in _ERRORS and not _has_failed(entry, status):
        return Ignored("It is neither an error nor a failed invocation.")
    path = text(entry.get("path") or proxy.get("path"))
    method = text(proxy.get("method"))
    message = text(entry.get("message")).strip()
    host = text(entry.get("host") or proxy.get("host"))
    document = told_text(message or f"{method or 'The request to'} {path} failed: {status}")
    document |= filled(
        {
            "level": level if level in _ERRORS else "error",
            "timestamp": entry.get("timestamp"),
            "environment": entry.get("environment"),
            "release": entry.get("deploymentId"),
            "server_name": host,
            "transaction": path.partition("?")[0],
            "logger": f"vercel.{text(entry.get('source')) or 'log'}",
            "tags": _tags(entry, status),
            "request": _request(host, path, method, proxy),
            "user": filled({"ip_address": proxy.get("clientIp")}),
            "contexts": filled({"trace": _trace(entry)}),
        }
    )
    return Failure(document, text(entry.get("id")))


def _has_failed(entry: dict[str, Any], status: Any) -> bool:
    if not isinstance(status, int) or text(entry.get("source")) not in _FUNCTIONS:
        return False
    return status == _NO_ANSWER or status >= _SERVER_FAILED


def _tags(entry: dict[str, Any], status: Any) -> dict[str, str]:
    tags = {ours: text(entry[theirs]) for theirs, ours in _TAGS.items() if entry.get(theirs)}
    if status is not None:
        tags["status_code"] = text(status)
    return tags


def _request(host: str, path: str, method: str, proxy: dict[str, Any]) -> dict[str, Any]:
    agents = proxy.get("userAgent")
    agent = agents[0] if isinstance(agents, list) and agents else agents
    url = f"{text(proxy.get('scheme')) or 'https'}://{host}{path}" if host and path else ""
    headers = filled({"User-Agent": text(agent), "Referer": text(proxy.get("referer"))})
    return filled({"url": url, "method": method, "headers": headers})


def _trace(entry: dict[str, Any]) -> dict[str, Any]:
    return filled(
        {
            "trace_id": entry.get("traceId") or entry.get("trace.id"),
            "span_id": entry.get("spanId") or entry.get("span.id"),
        }
    )
