"""Error types: what kind of thing failed, with the severity that it usually deserves (ERR-03)."""

import re
from dataclasses import dataclass
from datetime import datetime

from domain.failures import Invalid
from domain.ids import ErrorTypeId, OrganizationId
from domain.levels import Severity

MAX_HINT = 2000
_CODE = re.compile(r"[a-z][a-z0-9_.-]{0,99}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorType:
    """A kind of failure as one organization knows it, with what to do about it."""

    id: ErrorTypeId
    organization_id: OrganizationId
    code: str
    name: str
    description: str | None = None
    response_hint: str | None = None
    default_severity: Severity
    auto_capture: bool = True
    is_builtin: bool = False
    is_active: bool = True
    created_at: datetime


def checked_code(code: str) -> str:
    """Return the code of an error type, or refuse it."""
    if not _CODE.fullmatch(code):
        raise Invalid(
            "A code begins with a small letter and has small letters, digits, _, . and -.",
            field="code",
        )
    return code


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltinErrorType:
    """An error type that every organization starts with."""

    code: str
    name: str
    description: str
    default_severity: Severity


BUILTIN_ERROR_TYPES: tuple[BuiltinErrorType, ...] = tuple(
    BuiltinErrorType(code=code, name=name, description=description, default_severity=severity)
    for code, name, description, severity in (
        ("javascript", "JavaScript", "Unhandled exceptions in a browser.", Severity.HIGH),
        ("network", "Network", "Failed HTTP requests.", Severity.MEDIUM),
        ("api", "API", "Function and endpoint errors.", Severity.HIGH),
        ("database", "Database", "Failed queries and lost connections.", Severity.CRITICAL),
        ("payment", "Payment", "Payment failures.", Severity.CRITICAL),
        ("webhook", "Webhook", "Deliveries that fail.", Severity.HIGH),
        ("widget", "Widget", "Loading errors of widgets and embeds.", Severity.MEDIUM),
        ("auth", "Authentication", "Sign-in and permission failures.", Severity.HIGH),
        ("validation", "Validation", "Input that was refused.", Severity.LOW),
        ("runtime", "Runtime", "Type and reference errors.", Severity.MEDIUM),
        ("crash", "Crash", "Crashes and blank screens.", Severity.CRITICAL),
        ("unknown", "Unknown", "Anything else.", Severity.HIGH),
    )
)
