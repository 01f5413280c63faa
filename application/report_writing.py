"""Writing reports: what members of an organization say of the program, with pictures (RPT-02)."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from application.auditing import Changed, record
from application.clock import Clock
from application.feed import Hub
from application.own_ids import must_be_key
from application.policies import Policies
from application.report_changes import change_of
from domain.attachments import IMAGES, Attachment, content_type_of, filename_of
from domain.failures import Invalid, NotFound
from domain.feed import FeedKind
from domain.ids import (
    AttachmentId,
    ErrorId,
    ReportActivityId,
    ServiceId,
    UserReportId,
    derived_uuid,
)
from domain.images import NotAnImage, cleaned
from domain.organizations import MembershipRole
from domain.report_queue import ReportActivity, ReportActivityKind
from domain.rights import Right
from domain.scrubbing import Scrubber
from domain.services import Service
from domain.user_reports import ReporterType, ReportPriority, ReportType, UserReport
from domain.users import User
from domain.viewers import Viewer
from persistence import attachments, feed, services, users
from persistence.attachments import File
from persistence.database import Database, Writing, raw_of, scope_of_viewer
from persistence.errors import rows as errors
from persistence.reach import reach_of
from persistence.user_reports import activities, digest, queue

MAX_PICTURES = 5
MAX_PICTURE_BYTES = 5 * 1024 * 1024
_SOURCE = "dashboard"
_OWNERS = (MembershipRole.OWNER, MembershipRole.ADMIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A screenshot as it was given."""

    filename: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReport:
    """What a member says."""

    service: ServiceId
    title: str
    description: str
    report_type: ReportType
    priority: ReportPriority
    steps_to_reproduce: str | None = None
    expected_behavior: str | None = None
    actual_behavior: str | None = None
    url: str | None = None
    environment: str | None = None
    release: str | None = None
    error: ErrorId | None = None
    pictures: Sequence[Picture] = ()

    def __post_init__(self) -> None:
        """Refuse a report that says nothing, and what is no picture."""
        for name in ("title", "description"):
            if not getattr(self, name).strip():
                raise Invalid("A report needs a title and a description.", field=name)
        if len(self.pictures) > MAX_PICTURES:
            raise Invalid(f"At most {MAX_PICTURES} pictures are taken.", field="screenshots")
        for picture in self.pictures:
            if len(picture.body) > MAX_PICTURE_BYTES:
                raise Invalid("A picture may have 5 MiB.", field="screenshots")
            if content_type_of(picture.body) not in IMAGES:
                raise Invalid("A screenshot is PNG, JPEG, GIF or WebP.", field="screenshots")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportWriting:
    """Takes the reports of members, each in one transaction."""

    database: Database
    hub: Hub
    clock: Clock
    policies: Policies

    async def create(self, new: NewReport, *, key: str | None, by: Viewer) -> UserReport:
        """Add a report; under one key it is added once."""
        must_be_key(key)
        at, reach = self.clock.now(), reach_of(scope_of_viewer(by))
        async with self.database.reading(scope_of_viewer(by)) as db:
            service = (await services.by_ids(db, [new.service])).get(new.service)
        if service is None:
            raise NotFound("No such service.")
        by.must(Right.CAPTURE, service.organization_id)
        policies = await self.policies.of({service.organization_id})
        async with self.database.writing(scope_of_viewer(by)) as db:
            await _must_be_there(db, new.error, service)
            person = (await users.by_ids(db, [by.user])).get(by.user)
            item = self._item_id(new.service, key, by)
            scrubber = policies[service.organization_id].scrubber
            report = _report(new, item, service, person, by, at, scrubber)
            raw = await raw_of(db)
            if not await digest.add(raw, [(item, report)]):
                before = await queue.by_id(db, report.id, reach)
                if before is None:
                    raise NotFound("The report of this key is gone.")
                return before
            files = [_file(one, n, report) for n, one in enumerate(new.pictures)]
            if files:
                await attachments.add(raw, files)
            await self._note(db, report, by)
            change = change_of(report, FeedKind.REPORT_NEW, at)
            entries = await feed.append(db, [change])
        await self.hub.publish(entries)
        return report

    def _item_id(self, service: ServiceId, key: str | None, by: Viewer) -> UUID:
        if key is None:
            return self.clock.new_id()
        return derived_uuid(b"graphql report", service.bytes, by.user.bytes, key.encode())

    async def _note(self, db: Writing, report: UserReport, by: Viewer) -> None:
        created = ReportActivity(
            id=ReportActivityId(self.clock.new_id()),
            organization_id=report.organization_id,
            user_report_id=report.id,
            kind=ReportActivityKind.CREATED,
            actor_id=by.user,
            created_at=report.created_at,
        )
        await activities.add(db, [created])
        told = Changed(
            organization_id=report.organization_id,
            action="user_report.created",
            object_kind="user_report",
            object_id=report.id,
            after={"report_type": report.report_type.value, "priority": report.priority.value},
        )
        await record(db, self.clock, by, told)


async def _must_be_there(db: Writing, error: ErrorId | None, service: Service) -> None:
    if error is None:
        return
    found = (await errors.by_ids(db, [error])).get(error)
    if found is None or found.organization_id != service.organization_id:
        raise NotFound("No such error.")


def _report(
    new: NewReport,
    item: UUID,
    service: Service,
    person: User | None,
    by: Viewer,
    at: datetime,
    scrubber: Scrubber,
) -> UserReport:
    def clean(text: str | None, limit: int = 10_000) -> str | None:
        return None if text is None else scrubber.scrub_text(text)[:limit]

    return UserReport(
        id=UserReportId(derived_uuid(item.bytes, b"report")),
        organization_id=service.organization_id,
        service_id=service.id,
        event_id=item,
        report_type=new.report_type,
        priority=new.priority,
        reporter_type=_reporter_type(by, service),
        reporter_id=by.user,
        reporter_email=None if person is None else person.email[:255],
        reporter_name=None if person is None else person.name[:255],
        title=clean(new.title, 500) or "",
        description=clean(new.description) or "",
        steps_to_reproduce=clean(new.steps_to_reproduce),
        expected_behavior=clean(new.expected_behavior),
        actual_behavior=clean(new.actual_behavior),
        url=clean(new.url, 2000),
        environment=new.environment,
        release=new.release,
        source=_SOURCE,
        associated_event_id=None,
        error_id=new.error,
        is_linked_by_hand=new.error is not None,
        created_at=at,
        updated_at=at,
    )


def _reporter_type(by: Viewer, service: Service) -> ReporterType:
    if by.is_system_admin:
        return ReporterType.SYSTEM_ADMIN
    role = by.roles.get(service.organization_id)
    return ReporterType.ORG_OWNER if role in _OWNERS else ReporterType.STAFF


def _file(picture: Picture, number: int, report: UserReport) -> File:
    content_type = content_type_of(picture.body)
    try:
        body = cleaned(picture.body, content_type)
    except NotAnImage as error:
        raise Invalid(str(error), field="screenshots") from error
    item = derived_uuid(report.id.bytes, b"picture", str(number).encode())
    attachment = Attachment(
        id=AttachmentId(item),
        organization_id=report.organization_id,
        service_id=report.service_id,
        event_id=report.event_id,
        filename=filename_of(picture.filename),
        content_type=content_type,
        attachment_type="event.attachment",
        size=len(body),
        sha256=hashlib.sha256(body).digest(),
        created_at=report.created_at,
    )
    return File(item_id=item, attachment=attachment, body=body)
