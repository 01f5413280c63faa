"""Error types: what kind of thing failed, with the severity that it usually deserves (ERR-03)."""

from dataclasses import dataclass

from domain.levels import Severity


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
