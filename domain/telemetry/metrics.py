"""Metrics: what programs measure under names of their own.

Two forms: ours, which the OpenTelemetry door hands over (`samples`), and that of the Sentry SDKs
(`items`, where each attribute is a mapping with a value).
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from domain.failures import Invalid
from domain.telemetry.reading import (
    ENDPOINT,
    LABEL,
    NAME,
    document_of,
    list_of,
    mapping_of,
    metadata_of,
    moment_of,
    number_of,
    text_of,
    trace_id_of,
    whole_of,
)
from domain.telemetry.samples import Origin, Sample, Telemetry
from domain.telemetry.units import type_of, unit_of

MAX_SAMPLES = 10_000
MAX_COUNT = 10**12

_RELEASE = ("sentry.release", "service.version")
_ENVIRONMENT = ("sentry.environment", "deployment.environment.name", "deployment.environment")
_USER = ("user.id", "enduser.id", "user.name", "user.email")
_ENDPOINT = ("http.route", "url.path")
_SESSION = ("session.id",)
# What says nothing about the sample, or stands in a column.
_LEFT_OUT = frozenset({*_RELEASE, *_ENVIRONMENT, *_USER, *_ENDPOINT, *_SESSION})
_ABOUT_THE_SDK = ("sentry.", "telemetry.", "process.", "user.")


def read_metrics(payload: bytes, *, received_at: datetime, sent_at: datetime | None) -> Telemetry:
    """Return the samples of a metric item, or raise Invalid when none of them can be one."""
    body = document_of(payload)
    ours = [mapping_of(one) for one in list_of(body.get("samples"))]
    theirs = [_neutral(mapping_of(one)) for one in list_of(body.get("items"))]
    said = [*ours, *theirs]
    found = tuple(_samples(said[:MAX_SAMPLES], received_at, sent_at))
    if not found:
        raise Invalid("There is no sample with a name and a finite value in it.", field="samples")
    return Telemetry(samples=found, unreadable=len(said) - len(found))


def _neutral(one: Mapping[str, Any]) -> dict[str, Any]:
    attributes = mapping_of(one.get("attributes"))
    return {
        **one,
        "at": one.get("timestamp"),
        "kind": one.get("type"),
        "attributes": {name: mapping_of(held).get("value") for name, held in attributes.items()},
    }


def _samples(
    said: list[dict[str, Any]], received_at: datetime, sent_at: datetime | None
) -> Iterator[Sample]:
    for number, one in enumerate(said):
        name = text_of(one.get("name"), NAME)
        unit, factor = unit_of(one.get("unit"))
        value = _times(one.get("value"), factor)
        if name is None or value is None:
            continue
        attributes = mapping_of(one.get("attributes"))
        yield Sample(
            key=str(number),
            origin=_origin(one, attributes),
            name=name,
            metric_type=type_of(name),
            value=value,
            unit=unit,
            measured_at=moment_of(one.get("at"), received_at, sent_at),
            count=whole_of(one.get("count"), least=1, most=MAX_COUNT),
            total=_times(one.get("sum"), factor),
            least=_times(one.get("min"), factor),
            most=_times(one.get("max"), factor),
            metadata=metadata_of({"kind": one.get("kind"), **_told(attributes)}),
        )


def _told(attributes: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for name, value in attributes.items()
        if name not in _LEFT_OUT and not name.startswith(_ABOUT_THE_SDK)
    }


def _times(value: Any, factor: float) -> float | None:
    number = number_of(value)
    return None if number is None else number_of(number * factor)


def _origin(one: Mapping[str, Any], attributes: Mapping[str, Any]) -> Origin:
    def first(names: tuple[str, ...], limit: int = LABEL) -> str | None:
        found = (text_of(attributes.get(name), limit) for name in names)
        return next((text for text in found if text is not None), None)

    return Origin(
        release=first(_RELEASE),
        environment=first(_ENVIRONMENT),
        trace_id=trace_id_of(one.get("trace_id")),
        session_id=first(_SESSION),
        user_ref=first(_USER),
        endpoint_path=first(_ENDPOINT, ENDPOINT),
    )
