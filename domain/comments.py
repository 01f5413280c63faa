"""Comments: what people say to each other about an error, in Markdown."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from domain.failures import Conflict, Forbidden, Invalid
from domain.ids import CommentId, ErrorId, OrganizationId, UserId

MAX_BODY = 10_000
MAX_MENTIONS = 50

# An address, or a name of one word; what follows a sign of a word is an address of its own.
_MENTION = re.compile(r"(?<![\w@.])@([\w.+-]+@[\w-]+(?:\.[\w-]+)+|\w[\w.-]*)")
_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """What one person said about an error; a deleted one keeps its place and loses its text."""

    id: CommentId
    organization_id: OrganizationId
    error_id: ErrorId
    author_id: UserId
    body: str
    mentions: tuple[UserId, ...] = ()
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    created_at: datetime

    def edited(
        self, body: str, mentions: tuple[UserId, ...], *, at: datetime, by: UserId
    ) -> "Comment":
        """Say it differently; only its author may."""
        self._must_be_of(by)
        return replace(self, body=checked_body(body), mentions=mentions, edited_at=at)

    def deleted(self, *, at: datetime, by: UserId) -> "Comment":
        """Take it back; only its author may."""
        self._must_be_of(by)
        return replace(self, body="", mentions=(), deleted_at=at)

    def _must_be_of(self, user: UserId) -> None:
        if user != self.author_id:
            raise Forbidden("Only its author may change a comment.")
        if self.deleted_at is not None:
            raise Conflict("The comment was deleted.")


def checked_body(body: str) -> str:
    """Return the text of a comment, or refuse it."""
    if not body.strip():
        raise Invalid("A comment says something.", field="body")
    if len(body) > MAX_BODY:
        raise Invalid(f"At most {MAX_BODY} characters are taken.", field="body")
    return body


def mentioned_in(body: str) -> tuple[str, ...]:
    """Return the names and addresses after an @, lower-cased; code mentions nobody."""
    found = _MENTION.findall(_CODE.sub(" ", body))
    names = (name.rstrip(".-").lower() for name in found)
    return tuple(dict.fromkeys(name for name in names if name))[:MAX_MENTIONS]


def matching(names: Iterable[str], people: Iterable[tuple[UserId, str, str]]) -> tuple[UserId, ...]:
    """Return who is meant, of people by id, name and address.

    A name is an address, what stands before its @, or a person's name without its spaces. One that
    fits several means nobody.
    """
    known: dict[str, set[UserId]] = {}
    for id_, name, email in people:
        address = email.lower()
        for way in {address, address.partition("@")[0], "".join(name.lower().split())}:
            known.setdefault(way, set()).add(id_)
    meant = (known.get(name, set()) for name in names)
    return tuple(dict.fromkeys(next(iter(ids)) for ids in meant if len(ids) == 1))
