"""Samples and web vitals: written many at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import orjson

from domain.ids import OrganizationId, ServiceId
from domain.telemetry import Sample, Vital, Vitals
from persistence.database import RawConnection

_ADD_SAMPLES = """
INSERT INTO metric_samples (
    organization_id, id, measured_at, is_personal, service_id, name, metric_type, value, unit,
    sample_count, sample_sum, sample_min, sample_max, endpoint_path, op, status, release,
    environment, trace_id, page_url, session_id, user_ref, device_type, connection_type, metadata
)
SELECT o, i, at, personal, s, name, type, value, unit, count, sum, min, max, endpoint, op, status,
    release, environment, trace, page, session, u, device, connection, metadata::jsonb
FROM unnest(
    $1::uuid[], $2::uuid[], $3::timestamptz[], $4::boolean[], $5::uuid[], $6::text[], $7::text[],
    $8::float8[], $9::text[], $10::bigint[], $11::float8[], $12::float8[], $13::float8[],
    $14::text[], $15::text[], $16::text[], $17::text[], $18::text[], $19::text[], $20::text[],
    $21::text[], $22::text[], $23::text[], $24::text[], $25::text[]
) AS x (
    o, i, at, personal, s, name, type, value, unit, count, sum, min, max, endpoint, op, status,
    release, environment, trace, page, session, u, device, connection, metadata
)
ON CONFLICT DO NOTHING RETURNING id
"""

# What is measured when a page is left does not say which page it was: its session tells.
_ADD_VITALS = """
INSERT INTO web_vitals (
    organization_id, id, measured_at, service_id, page, page_url, session_id, user_ref, release,
    environment, lcp_value, fid_value, cls_value, fcp_value, ttfb_value, inp_value, fp_value,
    device_type, connection_type, viewport_width, viewport_height, user_agent, performance_rating
)
SELECT o, i, at, s, coalesce(x.page, known.page, ''), coalesce(x.url, known.page_url, x.page, ''),
    session, u, release, environment, lcp, fid, cls, fcp, ttfb, inp, fp, device, connection,
    width, height, agent, rating
FROM unnest(
    $1::uuid[], $2::uuid[], $3::timestamptz[], $4::uuid[], $5::text[], $6::text[], $7::text[],
    $8::text[], $9::text[], $10::text[], $11::float8[], $12::float8[], $13::float8[],
    $14::float8[], $15::float8[], $16::float8[], $17::float8[], $18::text[], $19::text[],
    $20::integer[], $21::integer[], $22::text[], $23::text[]
) AS x (
    o, i, at, s, page, url, session, u, release, environment, lcp, fid, cls, fcp, ttfb, inp, fp,
    device, connection, width, height, agent, rating
)
LEFT JOIN LATERAL (
    SELECT w.page, w.page_url FROM web_vitals w
    WHERE x.page IS NULL AND x.session <> ''
        AND w.organization_id = x.o AND w.service_id = x.s AND w.session_id = x.session
        AND w.measured_at BETWEEN x.at - interval '1 day' AND x.at + interval '1 hour'
        AND w.page <> ''
    LIMIT 1
) known ON true
ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSample:
    """A sample with the id that it always gets."""

    id: UUID
    organization_id: OrganizationId
    service_id: ServiceId
    sample: Sample


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVitals:
    """Vitals with the id that they always get."""

    id: UUID
    organization_id: OrganizationId
    service_id: ServiceId
    vitals: Vitals


async def add(db: RawConnection, new: Sequence[NewSample]) -> list[NewSample]:
    """Add samples, and return those that were not there; their days' partitions must be."""
    once = {one.id: one for one in new}
    rows = [_sample_row(one) for one in once.values()]
    if not rows:
        return []
    added = await db.fetch(_ADD_SAMPLES, *map(list, zip(*rows, strict=True)))
    return [once[row["id"]] for row in added]


async def add_vitals(db: RawConnection, new: Sequence[NewVitals]) -> None:
    """Add web vitals; their days' partitions must be there.

    Those that name their page come first, so that the others may learn it from them.
    """
    for is_named in (True, False):
        rows = [_vitals_row(one) for one in new if (one.vitals.page is not None) is is_named]
        if rows:
            await db.execute(_ADD_VITALS, *map(list, zip(*rows, strict=True)))


def _sample_row(new: NewSample) -> tuple[object, ...]:
    sample, origin = new.sample, new.sample.origin
    return (
        new.organization_id,
        new.id,
        sample.measured_at,
        origin.is_personal,
        new.service_id,
        sample.name,
        sample.metric_type.value,
        sample.value,
        sample.unit,
        sample.count,
        sample.total,
        sample.least,
        sample.most,
        origin.endpoint_path,
        sample.op,
        sample.status,
        origin.release,
        origin.environment,
        origin.trace_id,
        origin.page_url,
        origin.session_id,
        origin.user_ref,
        origin.device_type.value if origin.user_agent else None,
        origin.connection_type.value if origin.connection_type else None,
        orjson.dumps(sample.metadata).decode() if sample.metadata else None,
    )


def _vitals_row(new: NewVitals) -> tuple[object, ...]:
    vitals, origin = new.vitals, new.vitals.origin
    width, height = vitals.viewport or (None, None)
    value = vitals.values.get
    return (
        new.organization_id,
        new.id,
        vitals.measured_at,
        new.service_id,
        vitals.page,
        origin.page_url,
        origin.session_id or origin.trace_id or "",
        origin.user_ref,
        origin.release,
        origin.environment,
        value(Vital.LCP),
        value(Vital.FID),
        value(Vital.CLS),
        value(Vital.FCP),
        value(Vital.TTFB),
        value(Vital.INP),
        value(Vital.FP),
        origin.device_type.value,
        origin.connection_type.value if origin.connection_type else None,
        width,
        height,
        origin.user_agent,
        vitals.rating.value if vitals.rating else None,
    )
