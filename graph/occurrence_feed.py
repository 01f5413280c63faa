"""The live tail of occurrences: samples of what happens, and how much more there was."""

from collections.abc import AsyncGenerator, Callable
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

import strawberry

from domain.failures import Invalid
from domain.feed import FeedEntry, FeedKind
from domain.ids import OccurrenceId
from domain.levels import LogLevel
from domain.occurrences import Occurrence as Known
from graph.context import Context, Info
from graph.cursors import FeedCursor
from graph.error_feed import error_shown, occurrence_shown
from graph.errors import Error
from graph.feed import AfterPlace, Batch, WhoseFeed, batches_of, place_of, watched
from graph.feed_filters import KINDS, LONGEST_LIST, ErrorChangeKind, taken
from graph.ids import error_id, service_id
from graph.occurrences import Occurrence
from graph.texts import text_of

_KINDS = frozenset({FeedKind.ERROR_NEW, FeedKind.ERROR_AGAIN, FeedKind.ERROR_REGRESSED})
_MAX_TEXT = 200


@strawberry.input
class TagFilter:
    """A tag that an occurrence must have."""

    key: str = strawberry.field(description="The tag.")
    value: str | None = strawberry.field(default=None, description="Its value; any when left out.")


@strawberry.input
class OccurrenceFeedFilter:
    """Which occurrences: all fields together, any of the values of each.

    Of each field 100 values are taken at most.
    """

    service: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Only of these services."
    )
    error: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Only of these errors."
    )
    level: list[LogLevel] | None = strawberry.field(
        default=None, description="Only those that the source reported so loudly."
    )
    environment: list[str] | None = strawberry.field(
        default=None, description="Only those of one of these environments."
    )
    release: list[str] | None = strawberry.field(
        default=None, description="Only those of one of these releases."
    )
    tags: list[TagFilter] | None = strawberry.field(
        default=None, description="Only those with all of these tags."
    )
    text: str | None = strawberry.field(
        default=None, description="Only those with this text in the message, in any case."
    )

    def wanted(self) -> Callable[[FeedEntry], bool]:
        """Return what an entry alone can tell."""
        services = taken(self.service, "service", service_id)
        errors = taken(self.error, "error", error_id)
        levels = taken(self.level, "level")
        environments = taken(self.environment, "environment")

        def fits(entry: FeedEntry) -> bool:
            said = entry.payload
            environment = said.get("occurrence_environment", said.get("environment"))
            return (
                is_of_occurrences(entry)
                and (services is None or UUID(str(said["service_id"])) in services)
                and (errors is None or entry.subject_id in errors)
                and (levels is None or said.get("level") in levels)
                and (environments is None or environment in environments)
            )

        return fits

    def looks_inside(self) -> Callable[[Known], bool] | None:
        """Return what only the occurrence can tell, None when nothing of it is asked."""
        releases, tags = taken(self.release, "release"), self.tags or []
        if len(tags) > LONGEST_LIST:
            raise Invalid(f"At most {LONGEST_LIST} values are taken.", field="tags")
        text = None
        if self.text:
            text = text_of(self.text, field="text", maximum=_MAX_TEXT).casefold()
        if releases is None and not tags and text is None:
            return None

        def fits(one: Known) -> bool:
            return (
                (releases is None or one.release in releases)
                and all(
                    one.tags.get(tag.key) == tag.value if tag.value else tag.key in one.tags
                    for tag in tags
                )
                and (text is None or text in one.message.casefold())
            )

        return fits


@strawberry.type
class OccurrenceSample:
    """An occurrence, and how many of its error it stands for."""

    entry: strawberry.Private[FeedEntry]
    cursor: FeedCursor = strawberry.field(description="The place right after this sample.")
    kind: ErrorChangeKind = strawberry.field(
        description="What it was for its error: NEW, AGAIN or REGRESSED."
    )
    at: datetime = strawberry.field(description="When it was taken in.")
    count: int = strawberry.field(
        description="How many occurrences of the error came at once; the latest is shown."
    )

    @strawberry.field
    async def occurrence(self, info: Info) -> Occurrence | None:
        """The occurrence; null when it is gone or no longer for the viewer to see."""
        return await occurrence_shown(info, self.entry)

    @strawberry.field
    async def error(self, info: Info) -> Error | None:
        """The error that happened, as it is now."""
        return await error_shown(info, self.entry.subject_id)

    @classmethod
    def of(cls, entry: FeedEntry) -> Self:
        """Show an entry of the feed."""
        return cls(
            entry=entry,
            kind=KINDS[entry.kind],
            cursor=place_of(entry),
            at=entry.at,
            count=count_in(entry),
        )


@strawberry.type
class OccurrenceFeedBatch(Batch):
    """What happened since the batch before; the first is empty and says where the tail begins."""

    omitted: int = strawberry.field(
        description=(
            "How many occurrences there were at least beside those shown: of one error that happens"
            " often in a moment the latest is shown, and under a flood the latest of the latest."
        )
    )

    @strawberry.field
    def occurrences(self) -> list[OccurrenceSample]:
        """The samples, in the order in which they were taken in."""
        return [OccurrenceSample.of(entry) for entry in self.entries]


@strawberry.type
class OccurrenceSubscriptions:
    """What can be watched of occurrences."""

    @strawberry.subscription
    async def occurrence_feed(
        self,
        info: Info,
        where: Annotated[
            OccurrenceFeedFilter | None,
            strawberry.argument(description="Only occurrences that fit."),
        ] = None,
        after: AfterPlace = None,
        organization: WhoseFeed = None,
    ) -> AsyncGenerator[OccurrenceFeedBatch]:
        """A tail of what happens, in samples: every occurrence while it is quiet."""
        chosen = watched(info.context.viewer, organization, after)
        wanted = is_of_occurrences if where is None else where.wanted()
        inside = None if where is None else where.looks_inside()

        async def sampled(
            context: Context, batch: OccurrenceFeedBatch
        ) -> OccurrenceFeedBatch | None:
            return await _sampled(context, batch, inside)

        show = OccurrenceFeedBatch.showing
        return batches_of(info.context, chosen, after, wanted, show, refine=sampled)


async def _sampled(
    context: Context, batch: OccurrenceFeedBatch, inside: Callable[[Known], bool] | None
) -> OccurrenceFeedBatch | None:
    """Return a batch with what is shown of it, and a count of what is not."""
    entries = [entry for entry in batch.entries if "occurrence_id" in entry.payload]
    if inside is not None and entries:
        ids = [OccurrenceId(UUID(str(e.payload["occurrence_id"]))) for e in entries]
        found = await context.loaders.occurrences.load_many(ids)
        entries = [
            entry
            for entry, one in zip(entries, found, strict=True)
            if one is not None and inside(one)
        ]
    counted = batch.entries if inside is None else entries
    more = sum(map(count_in, counted)) - len(entries)
    if not entries and not more and batch.entries:
        return None
    return replace(batch, entries=tuple(entries), omitted=batch.omitted + more)


def is_of_occurrences(entry: FeedEntry) -> bool:
    """Say whether an entry is of something that happened."""
    return entry.kind in _KINDS


def count_in(entry: FeedEntry) -> int:
    """Return how many occurrences an entry tells of."""
    count = entry.payload.get("count")
    return count if isinstance(count, int) else 0
