"""The doors of browsers: reports of a page's security policy and of the network.

https://docs.sentry.io/security-legal-pii/security/security-policy-reporting/ — the key stands in
the query, for a header with a policy has room for nothing else.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import orjson

from domain.categories import SECURITY
from domain.inbox import InboxItem
from domain.outcomes import Outcome
from ingest.answers import Receive, Refused, Send, answer
from ingest.bodies import decoded, read_body
from ingest.reception import Reception, Sending
from ingest.routes import Request, Route
from ingest.sentry.browser_reports import Document, csp_document, nel_document
from ingest.sentry.credentials import agreed, named_keys

_SECURITY = re.compile(r".*/api/(?P<project>[^/]+)/(?:security|csp-report)/?")
_NEL = re.compile(r".*/api/(?P<project>[^/]+)/nel/?")
MAX_BYTES = 1024 * 1024
MAX_REPORTS = 100
_MAX_AGE = timedelta(days=2)
# Policies of the past, and how their reports are told from others.
_COUNTED = {
    "expect-ct-report": "expect_ct",
    "expect-staple-report": "expect_staple",
    "known-pins": "hpkp",
    "noted-hostname": "hpkp",
}
Report = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityDoor:
    """Takes what browsers report, and makes events of it."""

    reception: Reception

    def routes(self) -> tuple[Route, ...]:
        """Return the paths of this door."""
        return (
            Route("security", _SECURITY, self.reports),
            Route("nel", _NEL, self.reports),
        )

    async def reports(self, request: Request, receive: Receive, send: Send) -> None:
        """Take one report, or a list of them; what is none of these is counted by its name."""
        named, client = named_keys(request.query, request.headers)
        key = await self.reception.key(agreed(named), request.path["project"])
        sending = self.reception.sending(request, key, client=client)
        body = await read_body(receive, request.headers.get(b"content-length"), MAX_BYTES)
        body = await decoded(body, request.header(b"content-encoding"), MAX_BYTES)
        items = list(self._items(request, sending, self._parsed(sending, body)))
        headers = await self.reception.hand_over(items)
        await answer(send, 200, b"{}", headers)

    def _parsed(self, sending: Sending, body: bytes) -> list[Report]:
        try:
            said = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise self._no(sending, "not_json", "The report is not JSON.") from error
        found = said if isinstance(said, list) else [said]
        if not found or not all(isinstance(report, dict) for report in found):
            raise self._no(sending, "not_a_report", "A report is a JSON object, or a list of them.")
        if len(found) > MAX_REPORTS:
            left = len(found) - MAX_REPORTS
            self.reception.tally.count(sending.key, Outcome.INVALID, SECURITY, "too_many", left)
        return found[:MAX_REPORTS]

    def _items(
        self, request: Request, sending: Sending, reports: list[Report]
    ) -> Iterator[InboxItem]:
        taken = 0
        for report in reports:
            document = self._document(sending, report)
            if document is None:
                continue
            taken += 1
            about = _about(request, sending, report)
            headers = {**document["request"].get("headers", {}), **about.pop("headers")}
            document["request"] = {**document["request"], "headers": headers}
            payload = orjson.dumps({**document, **about})
            yield self.reception.event(sending, payload, self.reception.clock.new_id())

    def _document(self, sending: Sending, report: Report) -> Document | None:
        """Return the event of a report, or None for one that was counted instead."""
        kind, body = report.get("type"), report.get("body")
        if isinstance(report.get("csp-report"), dict):
            document = csp_document(report["csp-report"])
        elif kind == "csp-violation" and isinstance(body, dict):
            document = csp_document(body)
        elif kind == "network-error" and isinstance(body, dict):
            url = report.get("url")
            document = nel_document(url if isinstance(url, str) else "", body)
            if document is None:
                self._count(sending, Outcome.UNSUPPORTED, "nel_ok")
                return None
        else:
            self._count(sending, Outcome.UNSUPPORTED, _kind_of(report))
            return None
        if document is None:
            self._count(sending, Outcome.INVALID, "no_directive")
        return document

    def _count(self, sending: Sending, outcome: Outcome, reason: str) -> None:
        self.reception.tally.count(sending.key, outcome, SECURITY, reason)

    def _no(self, sending: Sending, reason: str, detail: str) -> Refused:
        self._count(sending, Outcome.INVALID, reason)
        return Refused(400, detail)


def _about(request: Request, sending: Sending, report: Report) -> dict[str, Any]:
    """Return what the sending says about a report: which browser, which release, when."""
    asked = parse_qs(request.query.decode("latin-1"))
    agent = report.get("user_agent")
    header = agent if isinstance(agent, str) else request.header(b"user-agent")
    about: dict[str, Any] = {"headers": {"User-Agent": header[:1_000]} if header else {}}
    for name in ("environment", "release"):
        if value := asked.get(f"sentry_{name}"):
            about[name] = value[0]
    age = report.get("age")
    if isinstance(age, int | float) and 0 <= age <= _MAX_AGE.total_seconds() * 1000:
        about["timestamp"] = (sending.received_at - timedelta(milliseconds=age)).isoformat()
    return about


def _kind_of(report: Report) -> str:
    for field, policy in _COUNTED.items():
        if field in report:
            return policy
    said: object = report.get("type")
    return said if isinstance(said, str) and said else "unknown"
