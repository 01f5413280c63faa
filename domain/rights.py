"""Rights: what each role may do in its organization, all of it in one table (SEC-02).

The use cases ask here and refuse with a sentence; row-level security is the second wall behind it.
A system administrator may do everything everywhere.
"""

from collections.abc import Mapping
from enum import StrEnum

from domain.organizations import MembershipRole


class Right(StrEnum):
    """Something that a member of an organization may do, or not."""

    READ = "read"
    CAPTURE = "capture"
    TRIAGE = "triage"
    REPORT = "report"
    RESPOND = "respond"
    CONFIGURE = "configure"
    ALERT = "alert"
    MANAGE_PEOPLE = "manage_people"
    REMOVE = "remove"
    MANAGE_ORGANIZATION = "manage_organization"
    READ_AUDIT = "read_audit"


# How a refusal names what was refused.
WORDS: Mapping[Right, str] = {
    Right.READ: "see this",
    Right.CAPTURE: "send errors",
    Right.TRIAGE: "change errors",
    Right.REPORT: "work on user reports",
    Right.RESPOND: "work on incidents",
    Right.CONFIGURE: "change this",
    Right.ALERT: "change alert rules",
    Right.MANAGE_PEOPLE: "manage people, teams and tokens",
    Right.REMOVE: "delete services with all that is theirs",
    Right.MANAGE_ORGANIZATION: "change the organization",
    Right.READ_AUDIT: "read the audit log",
}

_EVERYBODY = frozenset({Right.READ})
_WORKS = _EVERYBODY | {Right.CAPTURE}
_LEADS = frozenset(Right) - {Right.MANAGE_ORGANIZATION}

MATRIX: Mapping[MembershipRole, frozenset[Right]] = {
    MembershipRole.OWNER: frozenset(Right),
    MembershipRole.ADMIN: _LEADS,
    MembershipRole.DEVOPS: _WORKS | {Right.TRIAGE, Right.REPORT, Right.CONFIGURE, Right.ALERT},
    MembershipRole.ON_CALL: _WORKS | {Right.RESPOND, Right.ALERT},
    MembershipRole.SUPPORT: _WORKS | {Right.TRIAGE, Right.REPORT, Right.RESPOND},
    MembershipRole.STAFF: _WORKS | {Right.REPORT},
    MembershipRole.VIEWER: _EVERYBODY,
}


def may(role: MembershipRole | None, right: Right) -> bool:
    """Say whether a role gives a right; who has no role has none."""
    return role is not None and right in MATRIX[role]
