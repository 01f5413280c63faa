"""Resolutions: how an error came to be resolved, in which version, and what is still to be done.

An error may be resolved many times; each time is a row of its own. One of a type that requires a
test may be resolved, but not closed, before somebody says that the test went well.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from domain.failures import Conflict, Invalid
from domain.ids import ErrorId, OrganizationId, ResolutionId, ResolutionTypeId, UserId
from domain.names import must_be_one_line

MAX_NAME = 50
MAX_DESCRIPTION = 500
MAX_TEXT = 2000

UNSPECIFIED = "unspecified"
AUTO_RECOVERED = "auto_recovered"

BUILTIN_RESOLUTION_TYPES: Mapping[str, str] = {
    "code_fix": "The code was changed.",
    "configuration_change": "A setting was changed.",
    "rollback": "An earlier version was put back.",
    "dependency_update": "A library or service that it depends on was updated.",
    "infrastructure": "Machines, networks or databases were mended.",
    "data_correction": "Wrong data was put right.",
    "third_party": "Somebody else had to mend it.",
    "duplicate": "It is the same as another error.",
    "not_reproducible": "Nobody could make it happen again.",
    "wont_fix": "It was decided to live with it.",
    AUTO_RECOVERED: "It went away by itself.",
    UNSPECIFIED: "Nobody said how.",
}


class FixedIn(StrEnum):
    """Which occurrences bring a resolved error back: of any release, or only of newer ones."""

    NOW = "now"
    THIS_RELEASE = "this_release"
    NEXT_RELEASE = "next_release"
    COMMIT = "commit"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolutionType:
    """A way in which errors come to be resolved; each organization has its own list."""

    id: ResolutionTypeId
    organization_id: OrganizationId
    name: str
    description: str
    requires_testing: bool = False
    is_builtin: bool = False
    is_active: bool = True
    created_by: UserId | None = None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """One time that an error was resolved; without a person Tocsin did it by itself."""

    id: ResolutionId
    organization_id: OrganizationId
    error_id: ErrorId
    resolution_type_id: ResolutionTypeId
    resolved_by: UserId | None
    resolved_at: datetime
    resolution_description: str = ""
    steps_taken: str | None = None
    prevention_measures: str | None = None
    requires_code_change: bool = False
    requires_documentation: bool = False
    requires_testing: bool = False
    fixed_in: FixedIn = FixedIn.NOW
    release: str | None = None
    commit_sha: str | None = None
    tested_at: datetime | None = None
    tested_by: UserId | None = None
    verified: bool | None = None
    followed_up_at: datetime | None = None
    followed_up_by: UserId | None = None
    reverted_at: datetime | None = None

    @property
    def is_test_open(self) -> bool:
        """Whether a test is still owed, so that the error may not be closed."""
        return self.requires_testing and self.verified is not True

    @property
    def is_follow_up_open(self) -> bool:
        """Whether the code or the documentation is still to be changed."""
        wanted = self.requires_code_change or self.requires_documentation
        return wanted and self.followed_up_at is None

    def tested(self, *, has_passed: bool, at: datetime, by: UserId) -> "Resolution":
        """Note that somebody tested it, and how that went."""
        self._must_stand()
        return replace(self, tested_at=at, tested_by=by, verified=has_passed)

    def followed_up(self, *, at: datetime, by: UserId) -> "Resolution":
        """Note that what its flags asked for is done."""
        self._must_stand()
        if not self.is_follow_up_open:
            raise Conflict("Nothing is left to be followed up.")
        return replace(self, followed_up_at=at, followed_up_by=by)

    def _must_stand(self) -> None:
        if self.reverted_at is not None:
            raise Conflict("The error came back after this resolution: it no longer stands.")


def checked_name(name: str) -> str:
    """Return the name of a type, or refuse it."""
    name = name.strip()
    if not 1 <= len(name) <= MAX_NAME:
        raise Invalid(f"A name has 1 to {MAX_NAME} characters.", field="name")
    return must_be_one_line(name)
