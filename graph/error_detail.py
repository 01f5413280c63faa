"""What one error's page shows beside the error: its occurrences, tags, frequencies and grouping."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import groupby
from typing import Annotated
from zoneinfo import ZoneInfo

import strawberry
from strawberry.scalars import JSON

from domain.failures import Invalid
from domain.ids import ErrorId, OccurrenceId, OrganizationId
from graph.context import Info
from graph.event_parts import mapping, mappings, text
from graph.occurrences import Occurrence, occurrence_of
from graph.scalars import BigInt
from persistence import occurrence_details as details
from persistence.occurrence_details import FrequencyUnit
from persistence.pages import size_of

MAX_TAGS = 50
MAX_STEPS = 400
_CANDIDATES, _READ = 100, 5


@strawberry.type
class ErrorFrequency:
    """How often an error happened in one hour or day."""

    begins_at: datetime = strawberry.field(description="When it began.")
    count: BigInt = strawberry.field(description="How often it happened.")


@strawberry.type
class TagValueCount:
    """A value of a tag."""

    value: str = strawberry.field(description="The value.")
    count: int = strawberry.field(description="How many of the occurrences looked at have it.")


@strawberry.type
class TagDistribution:
    """Which values a tag has among the newest 2,000 occurrences."""

    key: str = strawberry.field(description="The tag.")
    total: int = strawberry.field(description="How many of the occurrences looked at have it.")
    different: int = strawberry.field(description="How many different values it has.")
    values: list[TagValueCount] = strawberry.field(
        description="The most frequent values, 10 at most."
    )


@strawberry.type
class GroupingHash:
    """One key by which events find the error."""

    kind: str = strawberry.field(description="What it is made of, such as app_stack.")
    value: str = strawberry.field(description="The hash, in hex digits.")
    because: str = strawberry.field(description="Why it leads here, in a sentence.")


@strawberry.type
class GroupingExplanation:
    """Why events are this error: what its first event was grouped by."""

    version: int | None = strawberry.field(description="Which way of grouping it was.")
    summary: str = strawberry.field(description="What decided, in a sentence.")
    hashes: list[GroupingHash] = strawberry.field(description="The keys, the strongest first.")
    fingerprint: list[str] = strawberry.field(description="The fingerprint, if one was said.")
    message: str | None = strawberry.field(
        description="The message without what differs each time, where that was grouped by."
    )
    exceptions: JSON = strawberry.field(
        description="Each exception with its frames, and whether and why each counted."
    )


@strawberry.type
class ErrorDetail:
    """What one error's page shows; it is a part of every error."""

    key: strawberry.Private[ErrorId]
    organization_key: strawberry.Private[OrganizationId]
    metadata: JSON

    @strawberry.field
    async def oldest_occurrence(self, info: Info) -> Occurrence | None:
        """Its oldest occurrence that is still kept."""
        async with info.context.house.database.reading(info.context.scope) as db:
            found = await details.oldest(db, (self.organization_key, self.key))
        return None if found is None else await occurrence_of(info, found)

    @strawberry.field
    async def recommended_occurrence(self, info: Info) -> Occurrence | None:
        """The one to look at: of the newest 100 that which says most, the newest of equal ones.

        It says who met it and what was asked for, and has frames that source maps made readable.
        """
        async with info.context.house.database.reading(info.context.scope) as db:
            own = self.organization_key, self.key
            best = await details.most_complete(db, own, _CANDIDATES, _READ)
        bodies = await info.context.loaders.bodies.load_many(best)
        if not best:
            return None
        told = {id_: _told(body) for id_, body in zip(best, bodies, strict=True)}
        chosen: OccurrenceId = max(best, key=lambda id_: (told[id_], -best.index(id_)))
        return await occurrence_of(info, chosen)

    @strawberry.field
    async def tag_distributions(
        self,
        info: Info,
        first: Annotated[int, strawberry.argument(description="How many tags, 1 to 50.")] = 20,
    ) -> list[TagDistribution]:
        """The tags that most of its newest 2,000 occurrences have, with their values."""
        most = size_of(first, default=0, maximum=MAX_TAGS, field="first")
        async with info.context.house.database.reading(info.context.scope) as db:
            found = await details.tags_of(db, (self.organization_key, self.key))
        shown = [
            TagDistribution(
                key=key,
                total=(own := list(rows))[0].total,
                different=own[0].different,
                values=[TagValueCount(value=each.value, count=each.quantity) for each in own],
            )
            for key, rows in groupby(found, key=lambda one: one.key)
        ]
        return shown[:most]

    @strawberry.field
    async def frequencies(
        self,
        info: Info,
        since: Annotated[datetime, strawberry.argument(description="From when on.")],
        until: Annotated[
            datetime | None, strawberry.argument(description="Until when; now when left out.")
        ] = None,
        unit: Annotated[
            FrequencyUnit, strawberry.argument(description="How long a step is.")
        ] = FrequencyUnit.DAY,
    ) -> list[ErrorFrequency]:
        """How often it happened in each step, oldest first, with zeros; 400 steps at most."""
        organization = await info.context.loaders.organizations.load(self.organization_key)
        zone = ZoneInfo(organization.timezone if organization else "UTC")
        steps = _steps(since, until or info.context.now, unit, zone)
        async with info.context.house.database.reading(info.context.scope) as db:
            own = self.organization_key, self.key
            counted = await details.counts_by(db, own, unit, zone.key, steps[0], steps[-1])
        return [
            ErrorFrequency(begins_at=step, count=BigInt(counted.get(step, 0)))
            for step in steps[:-1]
        ]

    @strawberry.field
    def grouping(self) -> GroupingExplanation | None:
        """Why its events are one error; null where that was not kept."""
        told = mapping(mapping(self.metadata).get("grouping"))
        if not told:
            return None
        version = told.get("version")
        return GroupingExplanation(
            version=version if isinstance(version, int) else None,
            summary=text(told.get("summary")) or text(told.get("sentence")) or "",
            hashes=[
                GroupingHash(
                    kind=text(each.get("kind")) or "",
                    value=text(each.get("value")) or "",
                    because=text(each.get("because")) or "",
                )
                for each in mappings(told.get("hashes"))
            ],
            fingerprint=[str(part) for part in told.get("fingerprint") or ()],
            message=text(told.get("message")),
            exceptions=JSON(list(mappings(told.get("exceptions")))),
        )


def _told(body: Mapping[str, object]) -> int:
    """Return how much of what helps an event has."""
    values = mappings(mapping(body.get("exception")).get("values"))
    frames = [f for v in values for f in mappings(mapping(v.get("stacktrace")).get("frames"))]
    is_mapped = any(mapping(mapping(frame.get("data")).get("minified")) for frame in frames)
    has = ("user", "request", "breadcrumbs", "contexts")
    return sum(bool(body.get(name)) for name in has) + 3 * is_mapped + bool(frames)


def _steps(since: datetime, until: datetime, unit: FrequencyUnit, zone: ZoneInfo) -> list[datetime]:
    """Return when each step begins, and where the last one ends."""
    if since.tzinfo is None or until.tzinfo is None:
        raise Invalid("Say the offset of a moment, such as Z.", field="since")
    if until <= since:
        raise Invalid("It must be after `since`.", field="until")
    if until - since > timedelta(days=MAX_STEPS + 1):
        raise Invalid(f"At most {MAX_STEPS} steps are answered at once.", field="since")
    begins = since.astimezone(zone).replace(minute=0, second=0, microsecond=0)
    if unit is FrequencyUnit.DAY:
        begins = begins.replace(hour=0)
    steps = [begins]
    while steps[-1] < until:
        if len(steps) > MAX_STEPS:
            raise Invalid(f"At most {MAX_STEPS} steps are answered at once.", field="since")
        steps.append(_after(steps[-1], unit, zone))
    return steps


def _after(step: datetime, unit: FrequencyUnit, zone: ZoneInfo) -> datetime:
    if unit is FrequencyUnit.DAY:
        # On the clock of the zone: a day may have 23 or 25 hours.
        return step + timedelta(days=1)
    hour = step.astimezone(ZoneInfo("UTC")) + timedelta(hours=1)
    return hour.astimezone(zone)
