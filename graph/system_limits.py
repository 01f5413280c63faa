"""System limits: every number that binds a client, read from where it is enforced."""

from dataclasses import asdict
from datetime import timedelta

import strawberry

from application.capture import MAX_CAPTURES, MAX_EVENT_BYTES
from application.triage.selection import MAX_FITTING, MAX_IDS
from domain import comments, merges, report_queue
from domain.saved_views import MAX_VIEWS
from domain.search.completing import MAX_SUGGESTIONS
from domain.search.terms import LONGEST_SEARCH, MAX_TERMS, MAX_VALUES
from graph import (
    audit,
    capture,
    choices,
    error_filters,
    feed_filters,
    limits,
    metrics,
    nodes,
    outcomes,
    pacing,
    report_filters,
    transport_limits,
    windows,
)
from graph.context import Info
from graph.cost import INTROSPECTION_COST, MAXIMUM_COST
from graph.live.patience import Patience
from graph.organizations import MAX_ORGANIZATIONS
from graph.saved_views import MOST_COUNTED
from graph.services import MAX_SERVICES
from persistence.idempotency import MAX_KEY
from persistence.pages import DEFAULT_SIZE, MAX_SIZE


@strawberry.type
class RequestLimits:
    """What one request may be; beyond it the request is refused before anything is run."""

    depth: int = strawberry.field(
        default=limits.MAXIMUM_DEPTH,
        description="How many levels of fields; else DEPTH_EXCEEDED. The introspection is free.",
    )
    cost: int = strawberry.field(
        default=MAXIMUM_COST,
        description=(
            "How much it may cost; else COST_EXCEEDED. A field costs 1, and what is below a list "
            "as often as items are asked for."
        ),
    )
    introspection_cost: int = strawberry.field(
        default=INTROSPECTION_COST, description="What __schema or __type costs."
    )
    aliases: int = strawberry.field(
        default=limits.MAXIMUM_ALIASES, description="How many aliases; else ALIASES_EXCEEDED."
    )
    root_fields: int = strawberry.field(
        default=limits.MAXIMUM_ROOT_FIELDS,
        description="How many fields on the first level; else ROOT_FIELDS_EXCEEDED.",
    )
    tokens: int = strawberry.field(
        default=limits.MAXIMUM_TOKENS,
        description="How many tokens its document may have; else TOKENS_EXCEEDED.",
    )
    body_bytes: int = strawberry.field(
        default=transport_limits.MAXIMUM_BODY_BYTES,
        description="How long the body of a POST may be; else BODY_TOO_LARGE.",
    )
    body_bytes_before_sign_in: int = strawberry.field(
        default=transport_limits.MAXIMUM_STRANGERS_BYTES,
        description="How long it may be of who has not signed in.",
    )


@strawberry.type
class SocketLimits:
    """What one WebSocket may carry."""

    operations: int = strawberry.field(
        default=transport_limits.MAXIMUM_OPERATIONS_OF_A_SOCKET,
        description="How many operations at once, subscriptions too; else TOO_MANY_OPERATIONS.",
    )
    frame_bytes: int = strawberry.field(
        default=transport_limits.MAXIMUM_FRAME_BYTES,
        description="How long a client's message may be.",
    )
    init_seconds: int = strawberry.field(
        default=transport_limits.INIT_SECONDS,
        description="How soon connection_init must come; else the socket is closed with 4408.",
    )
    batch_gap_ms: int = strawberry.field(
        default=round(pacing.GAP_SECONDS * 1000),
        description="How far apart the batches of a busy feed are, in milliseconds.",
    )
    batch_entries: int = strawberry.field(
        default=pacing.FULL_ENTRIES,
        description="With so many changes a batch is sent before that.",
    )


@strawberry.type
class LiveFeedLimits:
    """What may be open at once, in all processes of the server together."""

    connections_per_token: int = strawberry.field(
        description="Sockets and event streams of a token or a sign-in; else closed with 4430."
    )
    connections_per_organization: int = strawberry.field(
        description="Those of all its members together."
    )
    subscriptions_per_token: int = strawberry.field(
        description="Subscriptions of a token or a sign-in; else TOO_MANY_SUBSCRIPTIONS."
    )
    subscriptions_per_organization: int = strawberry.field(
        description="Those of all its members together."
    )
    slow_batch_gap_ms: int = strawberry.field(
        default=round(Patience().gap_seconds * 1000),
        description="How far apart the batches are of who does not keep up, in milliseconds.",
    )
    unread_seconds: int = strawberry.field(
        default=round(Patience().cut_seconds),
        description="Who takes nothing for so long is closed with 4008.",
    )


@strawberry.type
class ListLimits:
    """How long lists may be: those that are asked for, and those that are sent."""

    page_size: int = strawberry.field(
        default=MAX_SIZE,
        description="What `first` and `last` of a connection may be; else PAGE_EXCEEDED.",
    )
    default_page_size: int = strawberry.field(
        default=DEFAULT_SIZE, description="How many items a page has when nothing was said."
    )
    node_ids: int = strawberry.field(
        default=nodes.MAX_NODES, description="How many ids `nodes` takes."
    )
    filter_values: int = strawberry.field(
        default=min(
            choices.MAX_CHOICES,
            feed_filters.LONGEST_LIST,
            report_filters.LONGEST_LIST,
            audit.MAX_WANTED,
        ),
        description="How many values one field of a filter (`where`) takes.",
    )
    filter_text_length: int = strawberry.field(
        default=error_filters.MAX_TEXT,
        description="How many characters a text in the filter of errors may have.",
    )
    organizations: int = strawberry.field(
        default=MAX_ORGANIZATIONS,
        description="How many organizations are listed.",
    )
    services: int = strawberry.field(
        default=MAX_SERVICES, description="How many services are listed."
    )
    ingest_outcomes: int = strawberry.field(
        default=outcomes.MAX_LIMIT, description="How many counters `ingestOutcomes` returns."
    )


@strawberry.type
class SearchLimits:
    """What a search of errors may say."""

    length: int = strawberry.field(
        default=LONGEST_SEARCH, description="How many characters it may have."
    )
    terms: int = strawberry.field(default=MAX_TERMS, description="How many terms it may have.")
    values: int = strawberry.field(
        default=MAX_VALUES, description="How many values one term may name."
    )
    suggestions: int = strawberry.field(
        default=MAX_SUGGESTIONS, description="How many completions are offered."
    )
    saved_views: int = strawberry.field(
        default=MAX_VIEWS, description="How many views a person may keep in an organization."
    )
    counted: int = strawberry.field(
        default=MOST_COUNTED,
        description="How far the errors of a saved view are counted.",
    )


@strawberry.type
class SeriesLimits:
    """How far back figures over time may be asked for at once."""

    days: int = strawberry.field(
        default=windows.MAX_SPAN // timedelta(days=1),
        description="Of samples, sessions, web vitals and endpoints: so many days.",
    )
    rollup_days: int = strawberry.field(
        default=metrics.MAX_ROLLUP_SPAN // timedelta(days=1),
        description="Of metrics in steps of an hour or more: so many days.",
    )
    outcome_days: int = strawberry.field(
        default=outcomes.MAX_SPAN // timedelta(days=1),
        description="Of ingest outcomes: so many days.",
    )
    points: int = strawberry.field(
        default=metrics.MAX_POINTS, description="How many points a series may have."
    )


@strawberry.type
class CaptureLimits:
    """What `captureErrors` takes."""

    errors: int = strawberry.field(
        default=MAX_CAPTURES, description="How many errors in one mutation."
    )
    error_bytes: int = strawberry.field(
        default=MAX_EVENT_BYTES, description="How long one of them may be, as JSON."
    )
    stack_length: int = strawberry.field(
        default=capture.MAX_STACK, description="How many characters a stack's text may have."
    )
    frames: int = strawberry.field(
        default=capture.MAX_FRAMES, description="How many frames a stack may have."
    )
    message_length: int = strawberry.field(
        default=capture.MAX_MESSAGE, description="How many characters a message may have."
    )
    tags: int = strawberry.field(
        default=capture.MAX_TAGS, description="How many tags an error may have."
    )


@strawberry.type
class DecisionLimits:
    """What one decision may be about, and how much may be said with it."""

    error_ids: int = strawberry.field(
        default=MAX_IDS, description="How many errors by their ids, as in `resolveErrors`."
    )
    errors_that_fit: int = strawberry.field(
        default=MAX_FITTING, description="How many errors by a filter."
    )
    merged_at_once: int = strawberry.field(
        default=merges.MAX_AT_ONCE, description="How many errors are merged at once."
    )
    merged: int = strawberry.field(
        default=merges.MAX_MERGED, description="How many errors one error may be the merge of."
    )
    reports: int = strawberry.field(
        default=report_queue.MAX_AT_ONCE, description="How many user reports at once."
    )
    comment_length: int = strawberry.field(
        default=comments.MAX_BODY, description="How many characters a comment may have."
    )
    mentions: int = strawberry.field(
        default=comments.MAX_MENTIONS, description="How many people a comment may mention."
    )
    idempotency_key_length: int = strawberry.field(
        default=MAX_KEY, description="How many characters an `idempotencyKey` may have."
    )


@strawberry.type
class SystemLimits:
    """Every limit that binds a client; they are the same for everybody."""

    request: RequestLimits = strawberry.field(
        default_factory=RequestLimits, description="Of one request."
    )
    socket: SocketLimits = strawberry.field(
        default_factory=SocketLimits, description="Of one WebSocket."
    )
    live: LiveFeedLimits = strawberry.field(
        description="Of what is watched, by all of a token or an organization."
    )
    lists: ListLimits = strawberry.field(
        default_factory=ListLimits, description="Of pages, filters and lists."
    )
    search: SearchLimits = strawberry.field(
        default_factory=SearchLimits, description="Of the search of errors."
    )
    series: SeriesLimits = strawberry.field(
        default_factory=SeriesLimits, description="Of figures over time."
    )
    decisions: DecisionLimits = strawberry.field(
        default_factory=DecisionLimits, description="Of mutations about errors and reports."
    )
    capture: CaptureLimits = strawberry.field(
        default_factory=CaptureLimits, description="Of errors that are sent by `captureErrors`."
    )


@strawberry.type
class SystemLimitQueries:
    """What can be asked about limits."""

    @strawberry.field
    def system_limits(self, info: Info) -> SystemLimits:
        """Every limit that binds a client, as this server enforces it."""
        return SystemLimits(live=LiveFeedLimits(**asdict(info.context.house.live_limits)))
