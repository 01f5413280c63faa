"""What hubs tell each other over the bus: positions, and the entries too when they are small."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import orjson

from domain.feed import FeedEntry, FeedKind
from domain.ids import OrganizationId

# No entry is told in fewer: of thousands that is known without writing them down.
_LEAST_BYTES = 80


class Bell:
    """Says that an organization's feed now holds the positions from `first` to `last`."""

    __slots__ = ("_raw_entries", "first", "last", "organization_id")

    def __init__(self, message: str) -> None:
        """Read a message; ValueError when it is none of ours."""
        try:
            said = orjson.loads(message)
            self.organization_id = OrganizationId(UUID(said["o"]))
            self.first = int(said["a"])
            self.last = int(said["z"])
            self._raw_entries = said.get("e", ())
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError("not a message of the feed") from error

    def entries(self) -> Sequence[FeedEntry]:
        """Return the entries; none when the message is without them or cannot be understood."""
        try:
            entries = [self._entry(*raw) for raw in self._raw_entries]
        except (TypeError, ValueError):  # a newer version of us knows kinds that we do not
            return ()
        if [entry.position for entry in entries] != list(range(self.first, self.last + 1)):
            return ()
        return entries

    def _entry(
        self, position: int, kind: str, subject: str, at: str, payload: dict[str, object]
    ) -> FeedEntry:
        return FeedEntry(
            organization_id=self.organization_id,
            position=position,
            kind=FeedKind(kind),
            subject_id=UUID(subject),
            at=datetime.fromisoformat(at),
            payload=payload,
        )


def message_of(entries: Sequence[FeedEntry], limit_bytes: int) -> str:
    """Return the message for one organization's entries; without them if it is too long."""
    said: dict[str, object] = {
        "o": entries[0].organization_id,
        "a": entries[0].position,
        "z": entries[-1].position,
    }
    if len(entries) * _LEAST_BYTES > limit_bytes:
        return orjson.dumps(said, default=str).decode()
    told = [
        (entry.position, entry.kind.value, entry.subject_id, entry.at, entry.payload)
        for entry in entries
    ]
    message = orjson.dumps({**said, "e": told}, default=str)
    if len(message) > limit_bytes:
        message = orjson.dumps(said, default=str)
    return message.decode()
