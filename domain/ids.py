"""Names of things: every id is a UUID that says whose it is."""

import hashlib
from typing import NewType
from uuid import UUID

OrganizationId = NewType("OrganizationId", UUID)
UserId = NewType("UserId", UUID)
ServiceId = NewType("ServiceId", UUID)
IngestKeyId = NewType("IngestKeyId", UUID)
ApiTokenId = NewType("ApiTokenId", UUID)
ErrorTypeId = NewType("ErrorTypeId", UUID)
ErrorId = NewType("ErrorId", UUID)
OccurrenceId = NewType("OccurrenceId", UUID)
AssignmentId = NewType("AssignmentId", UUID)
SavedViewId = NewType("SavedViewId", UUID)
SignInId = NewType("SignInId", UUID)
InvitationId = NewType("InvitationId", UUID)
AuditEntryId = NewType("AuditEntryId", UUID)
TeamId = NewType("TeamId", UUID)
RemovalId = NewType("RemovalId", UUID)
ActivityId = NewType("ActivityId", UUID)
ResolutionId = NewType("ResolutionId", UUID)
ResolutionTypeId = NewType("ResolutionTypeId", UUID)
CommentId = NewType("CommentId", UUID)
SuppressionRuleId = NewType("SuppressionRuleId", UUID)
DeadLetterId = NewType("DeadLetterId", UUID)
GroupingRuleId = NewType("GroupingRuleId", UUID)
MonitorId = NewType("MonitorId", UUID)
EscalationId = NewType("EscalationId", UUID)
MergeId = NewType("MergeId", UUID)
CheckInId = NewType("CheckInId", UUID)
UserReportId = NewType("UserReportId", UUID)
ReportActivityId = NewType("ReportActivityId", UUID)
AttachmentId = NewType("AttachmentId", UUID)
ReleaseId = NewType("ReleaseId", UUID)
NotificationId = NewType("NotificationId", UUID)
ArtifactBundleId = NewType("ArtifactBundleId", UUID)


def uuid7(milliseconds: int, randomness: bytes) -> UUID:
    """Return the time-ordered UUID (RFC 9562, version 7) of a Unix time and ten random bytes."""
    raw = bytearray(milliseconds.to_bytes(6, "big") + randomness)
    raw[6] = raw[6] & 0x0F | 0x70
    raw[8] = raw[8] & 0x3F | 0x80
    return UUID(bytes=bytes(raw))


def derived_uuid7(milliseconds: int, *parts: bytes) -> UUID:
    """Return the UUIDv7 that a time and parts always give, so that a retry makes the same row."""
    return uuid7(milliseconds, hashlib.sha256(b"\0".join(parts)).digest()[:10])


def derived_uuid(*parts: bytes) -> UUID:
    """Return the UUID (RFC 9562, version 8) that these parts always give, whenever they come."""
    # Each part with its length: "ab", "c" is not "a", "bc".
    told = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    raw = bytearray(hashlib.blake2b(told, digest_size=16).digest())
    raw[6] = raw[6] & 0x0F | 0x80
    raw[8] = raw[8] & 0x3F | 0x80
    return UUID(bytes=bytes(raw))


def uuid_in(value: object) -> UUID | None:
    """Return the UUID that a value writes, with or without dashes; None where it writes none."""
    if not isinstance(value, str):
        return None
    try:
        return UUID(value)
    except ValueError:
        return None
