"""The enums of notifications, and what their values mean."""

from collections.abc import Mapping
from enum import Enum

import strawberry

from domain.notifications import NotificationKind

strawberry.enum(NotificationKind, name="NotificationKind")

NOTIFICATION_VALUES: Mapping[type[Enum], Mapping[str, str]] = {
    NotificationKind: {
        "ESCALATED": "The viewer was called to an error.",
        "OVERDUE": "The viewer should be done with an error.",
        "ASSIGNED": "The viewer was given an error.",
        "MENTIONED": "The viewer was mentioned in a comment.",
        "TEAM_ASSIGNED": "A team of the viewer was given an error.",
        "DUE_SOON": "The viewer should be done with an error within a day.",
        "REGRESSED": "An error that the viewer follows came back.",
        "RESOLVED": "An error that the viewer follows was resolved.",
        "MERGED": "An error that the viewer follows was merged into another.",
        "COMMENTED": "Somebody commented on an error that the viewer follows.",
        "REPORT_ASSIGNED": "The viewer was given a user report.",
    },
}
