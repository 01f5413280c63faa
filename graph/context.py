"""What every resolver is handed: the viewer, the use cases, the feed and the loaders."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

import strawberry

from application.access import AccessUseCases
from application.access_bell import AccessBell
from application.artifacts import ArtifactUploads
from application.attachments import AttachmentLinks
from application.capture import CaptureUseCases
from application.dead_letters import DeadLetterUseCases
from application.errors import ErrorUseCases
from application.feed import Hub
from application.grouping_preview import PreviewUseCases
from application.grouping_rules import GroupingRuleUseCases
from application.headcount import Headcount
from application.invitations import InvitationUseCases
from application.limits import LimitUseCases
from application.merging import Merging
from application.notifications import NotificationUseCases
from application.passwords import PasswordUseCases
from application.people import People
from application.presence import Presence
from application.rates import ApiRates, Rate
from application.report_queue import ReportQueue
from application.report_writing import ReportWriting
from application.saved_views import SavedViewUseCases
from application.scrubbing import ScrubbingUseCases
from application.sign_ins import Browser, SignedIn, SignInUseCases
from application.suppression_rules import SuppressionRuleUseCases
from application.tokens import TokenUseCases
from domain.viewers import Viewer
from graph.answers import SharedAnswers
from graph.failures import signed_out
from graph.live.counts import LiveCounts
from graph.live.quotas import LiveLimits
from graph.loaders import Loaders
from persistence.database import Database, Scope, scope_of_viewer


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What lives as long as the process: wired once by `server`."""

    database: Database
    hub: Hub
    access: AccessUseCases
    errors: ErrorUseCases
    merging: Merging
    notifications: NotificationUseCases
    presence: Presence
    capture: CaptureUseCases
    report_queue: ReportQueue
    report_writing: ReportWriting
    sign_ins: SignInUseCases
    passwords: PasswordUseCases
    tokens: TokenUseCases
    rates: ApiRates
    invitations: InvitationUseCases
    links: AttachmentLinks
    limits: LimitUseCases
    suppression_rules: SuppressionRuleUseCases
    dead_letters: DeadLetterUseCases
    artifacts: ArtifactUploads
    grouping_rules: GroupingRuleUseCases
    previews: PreviewUseCases
    scrubbing: ScrubbingUseCases
    saved_views: SavedViewUseCases
    people: People
    public_url: str
    # The host of the provider that people may sign in at.
    provider: str | None = None
    sends_mail: bool = False
    answers: SharedAnswers = field(default_factory=SharedAnswers)
    access_bell: AccessBell = field(default_factory=AccessBell)
    headcount: Headcount = field(default_factory=Headcount)
    live_limits: LiveLimits = field(default_factory=LiveLimits)
    live: LiveCounts = field(default_factory=LiveCounts)


@dataclass(slots=True)
class Reply:
    """What a resolver may do to the browser that it answers: only over HTTP."""

    signed_in: SignedIn | None = None
    is_signed_out: bool = False
    # What the doorkeeper remembers of the sign-in is no longer true.
    is_changed: bool = False


@dataclass(slots=True, kw_only=True)
class Context:
    """What lives as long as one request, or one event of a subscription."""

    house: House
    viewer: Viewer
    request_id: str
    # Off: every field is resolved in Python. Only to compare the two ways to read.
    may_project: bool = True
    browser: Browser = field(default_factory=Browser)
    reply: Reply | None = None
    # What is left of the requests of who asks.
    rate: Rate | None = None
    # What the operation was counted as, before it was run.
    cost: int | None = None
    # Who is asking now: a live feed asks again before each event.
    recheck: Callable[[], Awaitable[Viewer | None]] | None = None
    loaders: Loaders = field(init=False)

    def __post_init__(self) -> None:
        """Start with empty loaders: they cache for one request only."""
        self.loaders = Loaders(self.house.database, self.scope)

    def act_as(self, viewer: Viewer) -> None:
        """Go on as somebody else: who has just signed in, or nobody."""
        self.viewer = viewer
        self.loaders = Loaders(self.house.database, self.scope)

    async def renew(self) -> None:
        """Begin an event: with the viewer as they are now, and loaders that know nothing yet."""
        if self.recheck is not None:
            viewer = await self.recheck()
            if viewer is None:
                raise signed_out()
            self.viewer = viewer
        self.loaders = Loaders(self.house.database, self.scope)

    @property
    def scope(self) -> Scope:
        """What row-level security shows this viewer."""
        return scope_of_viewer(self.viewer)

    @property
    def now(self) -> datetime:
        """The moment, by the clock of the house."""
        return self.house.errors.clock.now()


Info = strawberry.Info[Context, None]
