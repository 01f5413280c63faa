"""Samples and vitals: what is kept of what was measured, whatever form it was sent in."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from domain.events.shapes import clipped
from domain.scrubbing import Scrubber
from domain.telemetry.kinds import ConnectionType, DeviceType, MetricType, PerformanceRating
from domain.telemetry.ratings import Vital, worst_of
from domain.telemetry.reading import ENDPOINT, LABEL, NAME, PAGE, URL, USER_AGENT

Metadata = Mapping[str, str | float | bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where something was measured: in which version of what, and for whom."""

    release: str | None = None
    environment: str | None = None
    trace_id: str | None = None
    session_id: str | None = None
    user_ref: str | None = None
    page_url: str | None = None
    endpoint_path: str | None = None
    user_agent: str | None = None
    device_type: DeviceType = DeviceType.UNKNOWN
    connection_type: ConnectionType | None = None

    @property
    def is_personal(self) -> bool:
        """Whether it speaks of one user, and so is kept for less long (RET-04)."""
        return self.user_ref is not None or self.session_id is not None

    def cleaned(self, scrubber: Scrubber) -> "Origin":
        """Return it without secrets in what a sender wrote freely."""
        return replace(
            self,
            user_ref=_cleaned(self.user_ref, LABEL, scrubber),
            page_url=_cleaned(self.page_url, URL, scrubber),
            endpoint_path=_cleaned(self.endpoint_path, ENDPOINT, scrubber),
            user_agent=_cleaned(self.user_agent, USER_AGENT, scrubber),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One measured value, or several summed up: then `value` is their mean.

    `key` tells it from the other samples of its item, and is the same when the item comes again.
    """

    key: str
    origin: Origin
    name: str
    metric_type: MetricType
    value: float
    unit: str
    measured_at: datetime
    count: int | None = None
    total: float | None = None
    least: float | None = None
    most: float | None = None
    op: str | None = None
    status: str | None = None
    metadata: Metadata = field(default_factory=dict)

    def cleaned(self, scrubber: Scrubber) -> "Sample":
        """Return it without secrets in what a sender wrote freely."""
        return replace(
            self,
            origin=self.origin.cleaned(scrubber),
            op=_cleaned(self.op, NAME, scrubber),
            metadata=_scrubbed(self.metadata, scrubber),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Vitals:
    """The web vitals that were measured together on one view of a page.

    `page` is None where the sender leaves it out: it is then taken from the same session.
    """

    key: str
    origin: Origin
    page: str | None
    measured_at: datetime
    values: Mapping[Vital, float]
    viewport: tuple[int, int] | None = None

    @property
    def rating(self) -> PerformanceRating | None:
        """What the page view is worth: as much as its worst measure."""
        return worst_of(self.values.items())

    def cleaned(self, scrubber: Scrubber) -> "Vitals":
        """Return them without secrets in what a sender wrote freely."""
        return replace(
            self, origin=self.origin.cleaned(scrubber), page=_cleaned(self.page, PAGE, scrubber)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Telemetry:
    """What one item says: samples and vitals to keep, and how many spans it spoke of.

    `unreadable` are the parts of a container that nothing could be made of.
    """

    samples: tuple[Sample, ...] = ()
    vitals: tuple[Vitals, ...] = ()
    transactions: int = 0
    spans: int = 0
    unreadable: int = 0

    def cleaned(self, scrubber: Scrubber) -> "Telemetry":
        """Return it without secrets in what a sender wrote freely."""
        return replace(
            self,
            samples=tuple(sample.cleaned(scrubber) for sample in self.samples),
            vitals=tuple(vitals.cleaned(scrubber) for vitals in self.vitals),
        )


def _cleaned(text: str | None, limit: int, scrubber: Scrubber) -> str | None:
    # What stands in the place of a secret may be longer than the secret.
    return None if text is None else clipped(scrubber.scrub_text(text), limit)


def _scrubbed(metadata: Metadata, scrubber: Scrubber) -> Metadata:
    """Return metadata without secrets, told by their names as well as by their looks."""
    document = scrubber.scrub(dict(metadata))
    document.pop("_meta", None)
    return document
