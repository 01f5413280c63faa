"""User reports as they come in: feedback of SDKs and of our widget, and the older user report.

All become one document, which is mended and scrubbed like any event.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

import orjson

from application.attachments import Attachments
from application.clock import Clock
from application.digest.kinds import Handler, Sent, Written, outcome_key
from application.digest.prepare import read_event, task_of
from application.policies import Policies
from application.report_changes import change_of
from domain.categories import CATEGORIES
from domain.events import Event, parse
from domain.failures import Invalid
from domain.feed import FeedKind
from domain.ids import UserReportId, derived_uuid7
from domain.inbox import InboxItem, ItemKind
from domain.outcomes import Outcome
from domain.user_reports import ReporterType, ReportPriority, ReportType, UserReport
from persistence.database import RawConnection
from persistence.user_reports import digest as rows

MAX_TEXT = 10_000
MAX_JSON_BYTES = 16 * 1024
# What our widget says beside the fields of a report.
_OF_BROWSER = ("viewport", "dpr", "language", "timezone", "screen")
# What keeps programs from filling in the form.
_OF_GUARD = ("trap", "filled_ms")
_FIELDS = ("title", "type", "priority", "reporter", "steps", "expected", "actual")
# What tags repeat of a report's own fields, and of the browser.
_TOLD = ("report.", "browser", "os.", "device")
_CONTEXTS = ("browser", "os", "device", "culture")
Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class UserReports:
    """Digests what people wrote, in either form."""

    policies: Policies
    clock: Clock

    def read(self, sent: Sent) -> bytes:
        """Return the document of a report, or raise Invalid."""
        document = parse(sent.payload).data
        if sent.item.kind is ItemKind.USER_REPORT:
            document = _document_of(document, sent.headers)
        feedback = _mapping(_mapping(document.get("contexts")).get("feedback"))
        report = _mapping(_mapping(document.get("contexts")).get("report"))
        if not _text(feedback.get("message")) and not _text(report.get("title")):
            raise Invalid("The report says nothing.", field="message")
        return orjson.dumps(document)

    async def write(self, db: RawConnection, read: Sequence[tuple[InboxItem, bytes]]) -> Written:
        """Add the reports, and tell those who watch."""
        policies = await self.policies.of({item.organization_id for item, _ in read})
        new = {}
        for item, document in read:
            task = task_of(item, 0, may_resolve=False)
            event = read_event(task, document, policies[item.organization_id])
            new[item.service_id, item.event_id] = (item.event_id, _report(item, event))
        added = await rows.add(db, list(new.values()))
        written, at = Written(), self.clock.now()
        for item, _ in read:
            # The same item may stand twice in a batch, too.
            _, report = new.pop((item.service_id, item.event_id), (None, None))
            is_new = report is not None and report.id in added
            outcome = Outcome.ACCEPTED if is_new else Outcome.DEDUPLICATED
            written.outcomes[outcome_key(item, outcome, CATEGORIES[item.kind])] += 1
            if report is not None and is_new:
                written.changes.append(change_of(report, FeedKind.REPORT_NEW, at))
        return written


def report_handlers(
    policies: Policies, bytes_per_day: int, clock: Clock
) -> dict[ItemKind, Handler]:
    """Return the handlers of reports and their attachments, by the kind of item each is for."""
    return {
        ItemKind.USER_REPORT: UserReports(policies=policies, clock=clock),
        ItemKind.FEEDBACK: UserReports(policies=policies, clock=clock),
        ItemKind.ATTACHMENT: Attachments(policies=policies, bytes_per_day=bytes_per_day),
    }


def _document_of(report: Mapping[str, Any], headers: Mapping[str, Any]) -> dict[str, Any]:
    """Return an old user report as the feedback that it would be today."""
    feedback = {
        "message": report.get("comments"),
        "name": report.get("name"),
        "contact_email": report.get("email"),
        "associated_event_id": report.get("event_id") or headers.get("event_id"),
        "source": headers.get("source") or "user_report",
    }
    return {"type": "feedback", "level": "info", "contexts": {"feedback": feedback}}


def _report(item: InboxItem, event: Event) -> UserReport:
    contexts = _mapping(event.body.get("contexts"))
    feedback, form = _mapping(contexts.get("feedback")), _mapping(contexts.get("report"))
    tags, user = dict(event.tags), _mapping(event.body.get("user"))
    message = _text(feedback.get("message")) or _text(form.get("title")) or ""
    associated = _uuid(feedback.get("associated_event_id"))
    is_old = item.kind is ItemKind.USER_REPORT
    default = ReportType.BUG if is_old or associated else ReportType.FEEDBACK
    milliseconds = int(item.received_at.timestamp() * 1000)
    id_ = derived_uuid7(milliseconds, item.service_id.bytes, item.event_id.bytes, b"report")
    said = {name: tags.get(f"report.{name}") or form.get(name) for name in _FIELDS}
    return UserReport(
        id=UserReportId(id_),
        organization_id=item.organization_id,
        service_id=item.service_id,
        # What an old report was sent with belongs to the event that it is about.
        event_id=associated if is_old else item.event_id,
        report_type=_choice(ReportType, said["type"], default),
        priority=_choice(ReportPriority, said["priority"], ReportPriority.MEDIUM),
        reporter_type=_choice(ReporterType, said["reporter"], ReporterType.CUSTOMER),
        reporter_email=_text(feedback.get("contact_email") or user.get("email"), 255),
        reporter_name=_text(feedback.get("name") or user.get("name") or user.get("username"), 255),
        title=_text(said["title"], 500) or message.strip().splitlines()[0][:500],
        description=message,
        steps_to_reproduce=_text(said["steps"]),
        expected_behavior=_text(said["expected"]),
        actual_behavior=_text(said["actual"]),
        url=_text(feedback.get("url") or event.url, 2000),
        environment=event.environment,
        release=event.release,
        source=_text(feedback.get("source"), 100),
        browser_info=_bounded(_browser_info(event, contexts, form)),
        context=_bounded(_context(feedback, form, tags)),
        associated_event_id=associated,
        created_at=item.received_at,
        updated_at=item.received_at,
    )


def _browser_info(
    event: Event, contexts: Mapping[str, Any], form: Mapping[str, Any]
) -> dict[str, Any]:
    info: dict[str, Any] = {name: contexts[name] for name in _CONTEXTS if name in contexts}
    info |= {name: form[name] for name in _OF_BROWSER if name in form}
    return info | ({"user_agent": event.user_agent} if event.user_agent else {})


def _context(
    feedback: Mapping[str, Any], form: Mapping[str, Any], tags: Mapping[str, str]
) -> dict[str, Any]:
    """Return what else was said: of our widget, such as the step of a booking, and by tags."""
    known = (*_FIELDS, *_OF_BROWSER, *_OF_GUARD)
    context = {name: value for name, value in form.items() if name not in known}
    others = {name: value for name, value in tags.items() if not name.startswith(_TOLD)}
    if others:
        context["tags"] = others
    if replay := _text(feedback.get("replay_id"), 64):
        context["replay_id"] = replay
    return context


def _bounded(said: dict[str, Any]) -> dict[str, Any]:
    return said if len(orjson.dumps(said)) <= MAX_JSON_BYTES else {"omitted": "too large"}


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object, limit: int = MAX_TEXT) -> str | None:
    return value[:limit] if isinstance(value, str) and value.strip() else None


def _choice(kinds: type[Choice], said: object, default: Choice) -> Choice:
    try:
        return kinds(str(said).lower())
    except ValueError:
        return default


def _uuid(value: object) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None
