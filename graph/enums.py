"""The closed enums of the domain, as the API names them; what their values mean is said here."""

from collections.abc import Mapping
from enum import Enum

import strawberry

from domain.activities import ActivityKind
from domain.artifacts import ArtifactKind, BundleState
from domain.audit import ActorKind
from domain.errors import ErrorStatus, Priority, ResolutionKind, StatusCategory
from domain.escalations import EscalationLevel
from domain.grouping.rules import RuleKind
from domain.levels import LogLevel, Severity
from domain.matching import Op
from domain.organizations import MembershipRole
from domain.outcomes import Outcome
from domain.removals import RemovalKind
from domain.report_queue import ReportActivityKind
from domain.resolutions import FixedIn
from domain.rights import WORDS, Right
from domain.schedules import Weekday
from domain.scrubbing.settings import BuiltIn
from domain.search.terms import ErrorTrait
from domain.services import KeyPurpose
from domain.sign_ins import SignInMethod
from domain.suppression import SuppressionAction, SuppressionScope
from domain.telemetry import Vital
from domain.telemetry.kinds import (
    CheckInStatus,
    DeviceType,
    MetricType,
    PerformanceRating,
    ScheduleKind,
)
from domain.tokens import TokenScope
from domain.user_reports import ReporterType, ReportPriority, ReportStatus, ReportType
from graph.notification_enums import NOTIFICATION_VALUES
from graph.suppression_enums import SUPPRESSION_VALUES
from graph.telemetry_enums import TELEMETRY_VALUES
from persistence.errors.lists import ErrorOrder
from persistence.errors.stats import Dimension
from persistence.occurrence_details import FrequencyUnit
from persistence.telemetry.series import MetricBucket
from persistence.telemetry.vitals import VitalsGrouping

# As statements: an assigned alias is no type to mypy.
strawberry.enum(ErrorStatus, name="ErrorStatus")
strawberry.enum(StatusCategory, name="StatusCategory")
strawberry.enum(Priority, name="Priority")
strawberry.enum(ErrorTrait, name="ErrorTrait")
strawberry.enum(ResolutionKind, name="ResolutionKind")
strawberry.enum(ActivityKind, name="ActivityKind")
strawberry.enum(FixedIn, name="FixedIn")
strawberry.enum(LogLevel, name="LogLevel")
strawberry.enum(EscalationLevel, name="EscalationLevel")
strawberry.enum(Severity, name="Severity")
strawberry.enum(MembershipRole, name="MembershipRole")
strawberry.enum(Outcome, name="Outcome")
strawberry.enum(KeyPurpose, name="KeyPurpose")
strawberry.enum(ArtifactKind, name="ArtifactKind")
strawberry.enum(BundleState)
strawberry.enum(TokenScope, name="TokenScope")
strawberry.enum(Right, name="Right")
strawberry.enum(SignInMethod, name="SignInMethod")
strawberry.enum(ErrorOrder, name="ErrorOrder")
strawberry.enum(CheckInStatus, name="CheckInStatus")
strawberry.enum(ScheduleKind, name="ScheduleKind")
strawberry.enum(PerformanceRating, name="PerformanceRating")
strawberry.enum(DeviceType, name="DeviceType")
strawberry.enum(MetricType, name="MetricType")
strawberry.enum(MetricBucket, name="MetricBucket")
strawberry.enum(FrequencyUnit, name="FrequencyUnit")
strawberry.enum(Dimension, name="ErrorDimension")
strawberry.enum(Vital, name="WebVital")
strawberry.enum(VitalsGrouping, name="WebVitalsGrouping")
strawberry.enum(ReportType, name="ReportType")
strawberry.enum(ReporterType, name="ReporterType")
strawberry.enum(ReportStatus, name="ReportStatus")
strawberry.enum(ReportPriority, name="ReportPriority")
strawberry.enum(ReportActivityKind, name="ReportActivityKind")
strawberry.enum(SuppressionScope, name="SuppressionScope")
strawberry.enum(SuppressionAction, name="SuppressionAction")
strawberry.enum(Weekday, name="Weekday")
strawberry.enum(Op, name="MatcherOp")
strawberry.enum(RuleKind, name="GroupingRuleKind")
strawberry.enum(BuiltIn, name="ScrubbingSet")
strawberry.enum(ActorKind)
strawberry.enum(RemovalKind, name="RemovalKind")

ENUM_VALUES: Mapping[type[Enum], Mapping[str, str]] = {
    Right: {right.name: f"To {WORDS[right]}." for right in Right},
    SignInMethod: {
        "PASSWORD": "With the password.",
        "LINK": "By a link that is good once.",
        "INVITATION": "By accepting an invitation.",
        "OIDC": "At the organization's own provider.",
    },
    ErrorStatus: {
        "NEW": "Nobody has looked at it.",
        "OPEN": "Somebody has seen that it needs work.",
        "INVESTIGATING": "Somebody looks for the cause.",
        "IDENTIFIED": "The cause is known.",
        "FIXING": "A fix is on its way.",
        "RESOLVED": "It is said to be fixed.",
        "AUTO_RESOLVED": "It went away by itself, or a recovery mended it.",
        "IGNORED": "It may happen without anybody being told.",
        "RECURRING": "It came back after it was resolved.",
        "CLOSED": "It is resolved and out of sight.",
    },
    ErrorTrait: {
        "ASSIGNEE": "A person has it.",
        "TEAM": "A team has it.",
        "RELEASE": "It happened in a release.",
        "REPORT": "People reported it.",
        "COMMENT": "Somebody said something about it.",
        "DUPLICATE": "Another is said to be the same.",
        "ESCALATION": "Somebody was called to it who has not answered yet.",
        "OVERDUE": "It is unresolved, and the day is past by which who has it should be done.",
        "BREACH": "A response or a solution came too late, or is overdue.",
    },
    EscalationLevel: {
        "L1": "The first line of support.",
        "L2": "The second line: who knows the service.",
        "L3": "The third line: who has written it.",
        "MANAGEMENT": "Who answers for the service.",
        "EXECUTIVE": "The top of the organization.",
    },
    FrequencyUnit: {
        "HOUR": "An hour.",
        "DAY": "A day of the organization's time zone.",
    },
    Dimension: {
        "SEVERITY": "How much their error mattered when they came.",
        "LEVEL": "How loudly they were reported.",
        "ERROR_TYPE": "The type of their error, by code.",
        "SERVICE": "The service that they happened in.",
        "ENVIRONMENT": "The environment that they happened in.",
        "ORGANIZATION": "The organization whose service they happened in.",
    },
    StatusCategory: {
        "UNRESOLVED": "It needs a person.",
        "RESOLVED": "It is done.",
        "MUTED": "It is ignored.",
    },
    Priority: {
        "P0": "Drop everything.",
        "P1": "Next.",
        "P2": "Soon.",
        "P3": "Some day.",
        "P4": "When nothing else is left.",
    },
    ResolutionKind: {
        "MANUAL": "A person said so.",
        "AUTO": "It stayed quiet, or a recovery mended it.",
        "RELEASE": "A release was said to contain the fix.",
        "API": "A program said so.",
    },
    FixedIn: {
        "NOW": "Any occurrence from now on.",
        "THIS_RELEASE": "Those in the named release, or the newest one, and in newer ones.",
        "NEXT_RELEASE": "Only those in releases newer than the newest one.",
        "COMMIT": "Only those in releases newer than the newest one: the commit will be in them.",
    },
    ActivityKind: {
        "STATUS_CHANGED": "It was moved on by hand.",
        "RESOLVED": "It was resolved by hand.",
        "AUTO_RESOLVED": "It was quiet for long enough.",
        "REOPENED": "It was opened again by hand.",
        "REGRESSED": "It came back after it was resolved.",
        "IGNORED": "It was ignored, for good or until a condition is met.",
        "IGNORE_ENDED": "The condition of ignoring it was met.",
        "ASSIGNED": "Somebody was given it.",
        "UNASSIGNED": "Somebody has it no more.",
        "DUE_SOON": "Who has it should be done with it within a day.",
        "OVERDUE": "Who has it should be done with it.",
        "SEVERITY_CHANGED": "It matters more or less.",
        "TYPE_CHANGED": "It was said to be of another type.",
        "PRIORITY_CHANGED": "It is worked on sooner or later.",
        "COMMENTED": "Somebody said something about it.",
        "COMMENT_EDITED": "Somebody said something differently.",
        "COMMENT_DELETED": "Somebody took back what they had said.",
        "RESOLUTION_TESTED": "Its resolution was tested.",
        "FOLLOW_UP_OPENED": "Its resolution left work on code or documentation.",
        "FOLLOW_UP_DONE": "That work is done.",
        "MERGED": "Others became a part of it.",
        "MERGED_INTO": "It became a part of another.",
        "UNMERGED": "Others are errors of their own again.",
        "UNMERGED_FROM": "It is an error of its own again.",
        "MARKED_DUPLICATE": "It was said to be the same as another.",
        "UNMARKED_DUPLICATE": "It is no longer said to be the same as another.",
        "ESCALATED": "Somebody was called in.",
        "ESCALATION_ACKNOWLEDGED": "Who was called in has seen it.",
        "UNDONE": "Who decided something about it last took that back.",
    },
    LogLevel: {
        "DEBUG": "Of use to its developers only.",
        "INFO": "Normal operation.",
        "WARNING": "Something is not as it should be.",
        "ERROR": "Something failed.",
        "CRITICAL": "The source cannot go on.",
    },
    Severity: {
        "LOW": "Minor or cosmetic.",
        "MEDIUM": "Degraded; there is a way around it.",
        "HIGH": "A feature is broken.",
        "CRITICAL": "The system is down, or data is being lost.",
        "EMERGENCY": "Escalate at once.",
    },
    MembershipRole: {
        "OWNER": "May do everything, and hand the organization on.",
        "ADMIN": "May do everything but hand the organization on.",
        "DEVOPS": "Runs the services and triages their errors.",
        "ON_CALL": "Is called when something breaks.",
        "SUPPORT": "Triages errors and talks to those who met them.",
        "STAFF": "Reads, and takes what is assigned.",
        "VIEWER": "Reads.",
    },
    Outcome: {
        "ACCEPTED": "It was stored.",
        "DEDUPLICATED": "The same event had been stored before.",
        "RATE_LIMITED": "There was too much of it.",
        "SUPPRESSED": "A rule keeps it out.",
        "INVALID": "Nothing could be made of it.",
        "CONSENT_REFUSED": "The person it is about did not agree.",
        "UNSUPPORTED": "It is of a kind that is not stored.",
        "CLIENT_DISCARDED": "The SDK threw it away before it was sent; the reason is the SDK's.",
    },
    ArtifactKind: {
        "MINIFIED_SOURCE": "The code that ran.",
        "SOURCE_MAP": "Says what people had written.",
    },
    BundleState: {
        "CREATED": "It is uploaded and will be unpacked.",
        "OK": "It can be used.",
        "ERROR": "It cannot be used; the detail says why.",
    },
    KeyPurpose: {
        "INGEST": "Sends events.",
        "REPORT": "Sends the reports of users.",
    },
    TokenScope: {
        "READ": "May read.",
        "WRITE": "May change things.",
        "ARTIFACTS": "May upload the artifacts of builds; without READ, nothing else.",
    },
    Op: {
        "EQUAL": "The whole text, without regard to case; `*` stands for anything.",
        "NOT_EQUAL": "Not the whole text, without regard to case; `*` stands for anything.",
        "MATCHES": "A regular expression (RE2) is found anywhere in the text.",
        "MATCHES_NOT": "A regular expression (RE2) is found nowhere in the text.",
    },
    RuleKind: {
        "FINGERPRINT": "It says what events are known by.",
        "IN_APP": "It says which frames are the sender's own code.",
    },
    BuiltIn: {
        "NAMES": "Values whose name gives them away, such as `password` or `cookie`.",
        "PASSWORDS": "Passwords and session ids in texts, and in addresses.",
        "TOKENS": "Private keys, tokens and the keys of well-known services.",
        "CARDS": "Numbers of payment cards with a right check sum.",
        "IBANS": "Bank account numbers with a right check sum.",
    },
    ErrorOrder: {
        "LAST_SEEN_DESC": (
            "What happened last first. A busy error moves up in steps of some seconds, so that the"
            " list stands still for a moment."
        ),
        "LAST_SEEN_ASC": "What has not happened for longest, first.",
        "FIRST_SEEN_DESC": "What happened first most recently, first.",
        "FIRST_SEEN_ASC": "What has been known for longest, first.",
        "OCCURRENCES_DESC": "What happened most often, first.",
        "USERS_DESC": "What the most users have met, first.",
        "SEVERITY_DESC": "What matters most, first; of those, what happened last.",
    },
    **TELEMETRY_VALUES,
    ReportType: {
        "BUG": "Something does not work as it should.",
        "FEATURE_REQUEST": "Something is wished for.",
        "PERFORMANCE": "Something is slow.",
        "UI_ISSUE": "Something looks wrong.",
        "DATA_ISSUE": "Something shown or stored is not true.",
        "FEEDBACK": "Somebody wanted to say something.",
        "OTHER": "None of these.",
    },
    ReporterType: {
        "SYSTEM_ADMIN": "Administers the whole installation.",
        "ORG_OWNER": "Owns the organization.",
        "STAFF": "Works there.",
        "CUSTOMER": "Uses what it offers.",
    },
    ReportStatus: {
        "OPEN": "Nobody has taken it up.",
        "IN_PROGRESS": "Somebody works on it.",
        "PENDING_INFO": "The reporter was asked something.",
        "RESOLVED": "What it asked for is done.",
        "CLOSED": "Nothing more will be done.",
        "DUPLICATE": "Another report says the same.",
    },
    ReportPriority: {
        "LOW": "It can wait.",
        "MEDIUM": "It has its turn.",
        "HIGH": "It should be soon.",
        "CRITICAL": "It should be now.",
    },
    ReportActivityKind: {
        "CREATED": "A member wrote the report.",
        "STATUS_CHANGED": "It was moved to another status.",
        "REOPENED": "It was finished and needs work again.",
        "ASSIGNED": "It was given to somebody.",
        "UNASSIGNED": "It was taken from who had it.",
        "PRIORITY_CHANGED": "It presses more or less.",
        "TYPE_CHANGED": "It is about something else.",
        "LINKED": "Somebody said which error it belongs to.",
        "UNLINKED": "Somebody said that it belongs to no error.",
        "MARKED_DUPLICATE": "Another report says the same.",
        "CONVERTED": "An error was made of it.",
        "COMMENTED": "Somebody noted something.",
    },
    **NOTIFICATION_VALUES,
    **SUPPRESSION_VALUES,
    ActorKind: {
        "USER": "A person, signed in.",
        "PROGRAM": "A program, with a person's API token.",
        "SYSTEM": "Tocsin itself, or whoever stands inside the house: the command line.",
    },
    RemovalKind: {
        "ORGANIZATION": "An organization with everything in it.",
        "SERVICE": "A service with all that was sent for it.",
    },
}
