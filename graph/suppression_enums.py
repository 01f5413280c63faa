"""What the values of the closed enums of suppression mean."""

from collections.abc import Mapping
from enum import Enum

from domain.schedules import Weekday
from domain.suppression import SuppressionAction, SuppressionScope

SUPPRESSION_VALUES: Mapping[type[Enum], Mapping[str, str]] = {
    SuppressionScope: {
        "ERROR": "Events, as they are digested.",
        "ALERT": "Alerts, before they are raised.",
        "NOTIFICATION": "Notifications, before they are sent.",
    },
    SuppressionAction: {
        "DROP": "It is not stored, and only counted as suppressed.",
        "RATE_LIMIT": "So many of each window are stored; the others only count.",
        "STORE_ONLY": "It is stored and counts, and nobody is told.",
        "MUTE": "It is stored; an error that is new begins as ignored.",
        "DOWNGRADE": "It is stored; an error that is new matters less.",
    },
    Weekday: {day.name: f"{day.name.title()}." for day in Weekday},
}
