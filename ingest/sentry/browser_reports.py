"""Browser reports: what a browser itself says of a page, as documents of events.

Content Security Policy in its two forms (`report-uri` and the Reporting API), and Network Error
Logging. Nothing here is ours to trust: a field is used as text of a bounded length or not at all.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

Document = dict[str, Any]

MAX_TEXT = 2_000
MAX_POLICY = 8_000
# The names of the Reporting API, by those of `report-uri`.
_CSP_FIELDS = {
    "document-uri": "documentURL",
    "referrer": "referrer",
    "blocked-uri": "blockedURL",
    "violated-directive": "violatedDirective",
    "effective-directive": "effectiveDirective",
    "original-policy": "originalPolicy",
    "disposition": "disposition",
    "status-code": "statusCode",
    "source-file": "sourceFile",
    "line-number": "lineNumber",
    "column-number": "columnNumber",
    "script-sample": "sample",
}
_NEL_FIELDS = (
    "type",
    "phase",
    "method",
    "protocol",
    "referrer",
    "status_code",
    "elapsed_time",
    "sampling_fraction",
    "server_ip",
)
_HOW = {
    "inline": "Blocked inline {kind!r}",
    "eval": "Blocked eval() of {kind!r}",
    "wasm-eval": "Blocked WebAssembly of {kind!r}",
    "self": "Blocked {kind!r} from the page's own host",
}


def csp_fields(report: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a CSP report under the names of `report-uri`, whichever form it has."""
    fields: dict[str, Any] = {}
    for name, modern in _CSP_FIELDS.items():
        value = report.get(name, report.get(modern))
        limit = MAX_POLICY if name == "original-policy" else MAX_TEXT
        if isinstance(value, str) and value:
            fields[name] = value[:limit]
        elif type(value) is int:
            fields[name] = value
    return fields


def csp_document(report: Mapping[str, Any]) -> Document | None:
    """Return the event of a CSP report; None where it does not say what was violated."""
    fields = csp_fields(report)
    directive = _directive(fields)
    if directive is None:
        return None
    blocked = _source(fields.get("blocked-uri", ""), fields.get("document-uri", ""))
    kind = directive.removesuffix("-elem").removesuffix("-attr").removesuffix("-src")
    said = _HOW.get(blocked, "Blocked {kind!r} from {blocked!r}")
    enforced = fields.get("disposition") != "report"
    return {
        "platform": "javascript",
        "logger": "csp",
        # What is only reported still works for the person.
        "level": "error" if enforced else "warning",
        "logentry": {"formatted": said.format(kind=kind, blocked=blocked)},
        "culprit": directive,
        "fingerprint": ["csp", directive, blocked],
        "tags": {"effective-directive": directive, "blocked-uri": blocked, "logger": "csp"},
        "contexts": {"csp": {"type": "csp", **_named(fields)}},
        "request": _request(fields.get("document-uri"), fields.get("referrer")),
    }


def nel_document(url: str, report: Mapping[str, Any]) -> Document | None:
    """Return the event of a report on the network; None for one that says that all went well."""
    kind = _text(report.get("type"))
    if kind in (None, "ok"):
        return None
    phase = _text(report.get("phase")) or "application"
    host = _host(url) or "unknown"
    context = {
        name: value[:MAX_TEXT] if isinstance(value, str) else value
        for name in _NEL_FIELDS
        if type(value := report.get(name)) in (str, int, float)
    }
    return {
        "platform": "javascript",
        "logger": "nel",
        "level": "error",
        "logentry": {"formatted": f"Network error {kind} in the {phase} phase of {host}"},
        "fingerprint": ["nel", kind, host],
        "tags": {"nel.type": kind, "nel.phase": phase, "nel.host": host, "logger": "nel"},
        "contexts": {"nel": {**context, "type": "nel", "error_type": kind}},
        "request": _request(url, _text(report.get("referrer"))),
    }


def _directive(fields: Mapping[str, Any]) -> str | None:
    # Old browsers send the whole rule that was violated; its first word is the directive.
    said = fields.get("effective-directive") or fields.get("violated-directive")
    words = said.split() if isinstance(said, str) else []
    return words[0].lower()[:100] if words else None


def _source(blocked: str, document: str) -> str:
    """Return what was blocked in a word: a host, a scheme, or how it stood in the page."""
    text = blocked.strip()
    if not text:
        return "self"
    if ":" not in text and "." not in text:
        return text.lower()[:100]
    host = _host(text)
    if host is None:
        return text.partition(":")[0].lower()[:100]
    return "self" if host == _host(document) else host


def _host(url: str) -> str | None:
    try:
        parts = urlsplit(url if "://" in url or ":" in url else f"//{url}")
    except ValueError:
        return None
    return parts.netloc.rpartition("@")[2].lower()[:200] or None


def _named(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name.replace("-", "_"): value for name, value in fields.items()}


def _request(url: object, referrer: object) -> dict[str, Any]:
    request: dict[str, Any] = {"url": url} if isinstance(url, str) and url else {}
    if isinstance(referrer, str) and referrer:
        request["headers"] = {"Referer": referrer}
    return request


def _text(value: object) -> str | None:
    return value[:200] if isinstance(value, str) and value else None
