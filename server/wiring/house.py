"""The house of a `serve` process: the use cases that the API hands its requests to."""

from application.access import AccessUseCases
from application.artifacts import ArtifactUploads
from application.attachments import AttachmentLinks
from application.capture import CaptureUseCases
from application.dead_letters import DeadLetterUseCases
from application.errors import ErrorUseCases
from application.grouping_preview import PreviewUseCases
from application.grouping_rules import GroupingRuleUseCases
from application.headcount import Headcount
from application.limits import LimitUseCases
from application.merging import Merging
from application.notifications import NotificationUseCases
from application.people import People
from application.policies import Policies
from application.presence import Presence
from application.rates import ApiRates
from application.report_queue import ReportQueue
from application.report_writing import ReportWriting
from application.saved_views import SavedViewUseCases
from application.scrubbing import ScrubbingUseCases
from application.suppression_rules import SuppressionRuleUseCases
from application.tokens import TokenUseCases
from graph.context import House
from server.settings import Settings
from server.wiring.access import People as ComingIn
from server.wiring.asking import JobsOnDemand
from server.wiring.base import CLOCK, Base


def house_of(
    settings: Settings,
    own: Base,
    *,
    access: AccessUseCases,
    rates: ApiRates,
    people: ComingIn,
    presence: Presence,
    headcount: Headcount,
    capture: CaptureUseCases,
) -> House:
    """Build it; the parts that are handed in have a life of their own beside it."""
    database, hub = own.database, own.hub
    policies = Policies(database=database, clock=CLOCK)
    return House(
        database=database,
        hub=hub,
        access_bell=own.access_bell,
        live_limits=settings.live_limits,
        access=access,
        sign_ins=people.sign_ins,
        passwords=people.passwords,
        tokens=TokenUseCases(database=database, clock=CLOCK),
        rates=rates,
        invitations=people.invitations,
        errors=ErrorUseCases(database=database, hub=hub, clock=CLOCK),
        merging=Merging.of(database, hub, CLOCK),
        notifications=NotificationUseCases(database=database, hub=hub, clock=CLOCK),
        presence=presence,
        headcount=headcount,
        capture=capture,
        report_writing=ReportWriting(database=database, hub=hub, clock=CLOCK, policies=policies),
        report_queue=ReportQueue(database=database, hub=hub, clock=CLOCK, capture=capture),
        links=AttachmentLinks(database=database, clock=CLOCK, public_url=settings.public_url),
        limits=LimitUseCases(database=database, clock=CLOCK),
        saved_views=SavedViewUseCases(database=database, clock=CLOCK),
        suppression_rules=SuppressionRuleUseCases(database=database, clock=CLOCK),
        dead_letters=DeadLetterUseCases(
            database=database, bus=own.bus, clock=CLOCK, policies=policies
        ),
        artifacts=ArtifactUploads(database=database, clock=CLOCK, jobs=JobsOnDemand(database)),
        grouping_rules=GroupingRuleUseCases(database=database, clock=CLOCK),
        previews=PreviewUseCases(database=database, clock=CLOCK),
        scrubbing=ScrubbingUseCases(database=database, clock=CLOCK),
        people=People.of(database, hub, CLOCK),
        public_url=settings.public_url,
        provider=None if settings.oidc is None else settings.oidc.host,
        sends_mail=settings.smtp_url is not None,
    )
