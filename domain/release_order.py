"""Releases: which of two is the newer one, by their versions, else by when each was met first.

A release is whatever text a program says: `shop@1.2.3+55`, `v1.2`, `2024.05.1`, a build number, a
commit. Two are compared as versions where both are versions of the same package and the same form;
everything else is ordered by first sight. A version that cannot be told is None, never a guess.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

MAX_RELEASE = 255

_PACKAGE = re.compile(r"(?P<package>\S{1,200})@(?P<version>[^@]+)", re.DOTALL)
_VERSION = re.compile(
    r"(?:(?P<epoch>[0-9]{1,9})[!:])?[vV]?"
    r"(?P<numbers>[0-9]{1,18}(?:\.[0-9]{1,18}){0,5})"
    r"(?P<rest>.*)",
    re.DOTALL,
)
_DAY = re.compile(r"(?P<year>[0-9]{4})[-/](?P<month>[0-9]{1,2})[-/](?P<day>[0-9]{1,2})")
_DESCRIBED = re.compile(r"-(?P<commits>[0-9]{1,9})-g[0-9a-f]{4,40}(?:-dirty)?")
_BEFORE = re.compile(
    r"(?:-|[._]?(?=[A-Za-z]))(?P<before>[0-9A-Za-z-]{1,100}(?:\.[0-9A-Za-z-]{1,100}){0,9})"
    r"(?:\+(?P<build>[0-9A-Za-z.-]{1,200}))?"
)
_BUILD = re.compile(r"\+(?P<build>[0-9A-Za-z.-]{1,200})")
_NUMBERED_WORD = re.compile(r"([A-Za-z]+)([0-9]{1,18})")
# What comes after its version, although semantic versioning would have it come before.
_AFTERWARDS = re.compile(r"(post|patch|hotfix|sp|rev|r|p|pl)[0-9]*\b.*", re.IGNORECASE)

# Of pieces at the same place, numbers stand before words; each piece is (is_word, number, word).
Piece = tuple[int, int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A release that is a version: what it is of, in which form, and where it stands in order."""

    package: str
    form: str
    numbers: tuple[int, ...]
    # Empty for what is final; commits after a tag count more than the tag.
    commits: int = 0
    before: tuple[Piece, ...] = ()
    build: str = ""


def version_of(release: str) -> Version | None:
    """Return the version that a release is, None where it is something else, such as a commit."""
    text = release.strip()
    if not text or len(text) > MAX_RELEASE or not text.isascii():
        return None
    package = ""
    if found := _PACKAGE.fullmatch(text):
        package, text = found["package"].lower(), found["version"]
    if day := _DAY.fullmatch(text):
        numbers = (int(day["year"]), int(day["month"]), int(day["day"]))
        return Version(package=package, form="day", numbers=numbers)
    found = _VERSION.fullmatch(text)
    if found is None or _is_commit(text):
        return None
    return _finished(package, found)


def compared(one: str, other: str) -> int | None:
    """Return -1, 0 or 1 as one release is older than, the same as or newer than another.

    None says that their names do not tell.
    """
    if one == other:
        return 0
    left, right = version_of(one), version_of(other)
    if left is None or right is None or (left.package, left.form) != (right.package, right.form):
        return None
    mine, theirs = _place(left), _place(right)
    if mine != theirs:
        return 1 if mine > theirs else -1
    return _by_build(left.build, right.build)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedIn:
    """The release that a resolution goes by, as it was decided when the error was resolved.

    With `is_fixed` the release itself has the fix; else it is the last one without it.
    """

    release: str
    first_seen_at: datetime
    is_fixed: bool

    def has_the_fix(self, release: str | None, first_seen_at: datetime | None) -> bool:
        """Say whether a release ought to have the fix, so that an occurrence in it is a regression.

        Nobody knows the age of an occurrence without a release: it brings nothing back.
        """
        if not release:
            return False
        order = compared(release, self.release)
        if order is None:
            # What nobody has met before is newer than what was known then.
            return first_seen_at is None or first_seen_at > self.first_seen_at
        return order > 0 or (order == 0 and self.is_fixed)

    def as_json(self) -> dict[str, object]:
        """Return it as it is kept."""
        return {
            "release": self.release,
            "first_seen_at": self.first_seen_at.isoformat(),
            "is_fixed": self.is_fixed,
        }

    @classmethod
    def of_json(cls, kept: Mapping[str, object]) -> "ResolvedIn":
        """Return it as it was kept."""
        return cls(
            release=str(kept["release"]),
            first_seen_at=datetime.fromisoformat(str(kept["first_seen_at"])),
            is_fixed=bool(kept["is_fixed"]),
        )


def newest(sightings: Mapping[str, datetime]) -> str | None:
    """Return the newest of releases: the one met last, or a higher version of the same package."""
    if not sightings:
        return None
    # The order of first sight finds the package that is in use; its highest version counts.
    found = max(sightings, key=lambda release: (sightings[release], release))
    for release in sightings:
        if compared(release, found) == 1:
            found = release
    return found


def _finished(package: str, found: re.Match[str]) -> Version | None:
    numbers = tuple(int(number) for number in found["numbers"].split("."))
    is_build = len(numbers) == 1 and not found["rest"] and found["epoch"] is None
    version = {
        "package": package,
        "form": "build" if is_build else "version",
        "numbers": (int(found["epoch"] or 0), *_trimmed(numbers)),
    }
    rest = found["rest"]
    if not rest:
        return Version(**version)  # type: ignore[arg-type]
    if described := _DESCRIBED.fullmatch(rest):
        return Version(**version, commits=int(described["commits"]))  # type: ignore[arg-type]
    if built := _BUILD.fullmatch(rest):
        return Version(**version, build=built["build"])  # type: ignore[arg-type]
    early = _BEFORE.fullmatch(rest)
    if early is None or _AFTERWARDS.fullmatch(early["before"]):
        return None
    before = tuple(_piece(piece) for part in early["before"].split(".") for piece in _split(part))
    return Version(**version, before=before, build=early["build"] or "")  # type: ignore[arg-type]


def _is_commit(text: str) -> bool:
    return bool(re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", text)) or (
        bool(re.fullmatch(r"[0-9a-f]{7,12}", text)) and not text.isdigit()
    )


def _trimmed(numbers: tuple[int, ...]) -> tuple[int, ...]:
    while numbers and numbers[-1] == 0:
        numbers = numbers[:-1]
    return numbers


def _split(part: str) -> tuple[str, ...]:
    # rc10 comes after rc9, as people mean it.
    found = _NUMBERED_WORD.fullmatch(part)
    return (part,) if found is None else (found[1], found[2])


def _piece(text: str) -> Piece:
    return (0, int(text), "") if text.isdigit() and len(text) <= 18 else (1, 0, text.lower())


def _place(version: Version) -> tuple[object, ...]:
    is_final = not version.before
    return (version.numbers, is_final, version.before, version.commits)


def _by_build(one: str, other: str) -> int | None:
    if one == other:
        return 0
    if one.isdigit() and other.isdigit() and len(one) <= 18 and len(other) <= 18:
        return (int(one) > int(other)) - (int(one) < int(other))
    return None
