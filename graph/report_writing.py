"""Writing reports: how members of an organization say what does not work (RPT-02)."""

import base64
import binascii
from typing import Annotated

import strawberry

from application.report_writing import MAX_PICTURES, NewReport, Picture
from domain import failures
from domain.user_reports import ReportPriority, ReportType
from graph.context import Info
from graph.failures import Conflict, Forbidden, Invalid, NotFound
from graph.ids import error_id, service_id
from graph.texts import text_of
from graph.user_reports import UserReport

MAX_TEXT = 10_000


@strawberry.input
class ScreenshotInput:
    """A picture in the request itself, which may have 1 MiB in all."""

    filename: str = strawberry.field(description="What the file is called.")
    base64: str = strawberry.field(description="The file: PNG, JPEG, GIF or WebP, in base64.")


@strawberry.input
class CreateUserReportInput:
    """What a member says of the program."""

    service_id: strawberry.ID = strawberry.field(description="The service that it is about.")
    title: str = strawberry.field(description="What it is called, 1 to 500 characters.")
    description: str = strawberry.field(description="What is to be said, 1 to 10,000 characters.")
    report_type: ReportType = strawberry.field(
        default=ReportType.BUG, description="What it is about."
    )
    priority: ReportPriority = strawberry.field(
        default=ReportPriority.MEDIUM, description="How much it presses."
    )
    steps_to_reproduce: str | None = strawberry.field(
        default=None, description="How it can be seen again."
    )
    expected_behavior: str | None = strawberry.field(
        default=None, description="What should have happened."
    )
    actual_behavior: str | None = strawberry.field(
        default=None, description="What happened instead."
    )
    url: str | None = strawberry.field(default=None, description="The page that it is about.")
    environment: str | None = strawberry.field(
        default=None, description="Where it was, such as production."
    )
    release: str | None = strawberry.field(default=None, description="The version of the program.")
    error_id: strawberry.ID | None = strawberry.field(
        default=None, description="The error that it belongs to, if that is known."
    )
    screenshots: list[ScreenshotInput] | None = strawberry.field(
        default=None,
        description=(
            "Pictures, 5 at most. Larger ones can be sent as attachments to the ingest door, with"
            " the report's `eventId`."
        ),
    )

    def report(self) -> NewReport:
        """Return it for the use case, or refuse what cannot be stored."""
        return NewReport(
            service=service_id(self.service_id, field="serviceId"),
            title=text_of(self.title, field="title", maximum=500),
            description=text_of(self.description, field="description", maximum=MAX_TEXT),
            report_type=self.report_type,
            priority=self.priority,
            steps_to_reproduce=_text(self.steps_to_reproduce, "stepsToReproduce"),
            expected_behavior=_text(self.expected_behavior, "expectedBehavior"),
            actual_behavior=_text(self.actual_behavior, "actualBehavior"),
            url=_text(self.url, "url", 2000),
            environment=_text(self.environment, "environment", 255),
            release=_text(self.release, "release", 255),
            error=None if self.error_id is None else error_id(self.error_id, field="errorId"),
            pictures=_pictures(self.screenshots or []),
        )


@strawberry.type
class CreateUserReportSuccess:
    """The report is in the queue."""

    report: UserReport = strawberry.field(description="The new report.")


CreateUserReportResult = Annotated[
    CreateUserReportSuccess | NotFound | Invalid | Conflict | Forbidden,
    strawberry.union("CreateUserReportResult", description="The new report, or why there is none."),
]


@strawberry.type
class ReportWritingMutations:
    """What members can report."""

    @strawberry.mutation
    async def create_user_report(
        self,
        info: Info,
        report: Annotated[
            CreateUserReportInput, strawberry.argument(description="What is reported.")
        ],
        idempotency_key: Annotated[
            str | None,
            strawberry.argument(description="A text of your own: under one key it is added once."),
        ] = None,
    ) -> CreateUserReportResult:
        """Report something as a member; who the reporter is is known then."""
        written = await info.context.house.report_writing.create(
            report.report(), key=idempotency_key, by=info.context.viewer
        )
        return CreateUserReportSuccess(report=UserReport.of(written))


def _text(text: str | None, field: str, maximum: int = MAX_TEXT) -> str | None:
    return None if text is None else text_of(text, field=field, maximum=maximum)


def _pictures(given: list[ScreenshotInput]) -> list[Picture]:
    if len(given) > MAX_PICTURES:
        raise failures.Invalid(f"At most {MAX_PICTURES} pictures are taken.", field="screenshots")
    try:
        return [
            Picture(
                filename=text_of(one.filename, field="screenshots", maximum=255),
                body=base64.b64decode(one.base64, validate=True),
            )
            for one in given
        ]
    except (binascii.Error, ValueError) as error:
        raise failures.Invalid("A screenshot is given in base64.", field="screenshots") from error
