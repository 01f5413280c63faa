"""What the use cases need of the outside world, as shapes that `outbound` fits."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from domain.limits import Granted, Want
from domain.mails import Mail

BELL_FEED = "feed"
BELL_INBOX = "inbox"
BELL_PRESENCE = "presence"
BELL_ACCESS = "access"
BELL_HEADCOUNT = "headcount"
BELL_CALL = "call"


class Bus(Protocol):
    """Carries short messages between processes; it may lose them, and says when it may have."""

    async def publish(self, channel: str, message: str) -> None:
        """Send to every process that listens, this one too; a lost connection is not an error."""
        ...

    def on(self, channel: str, heard: Callable[[str | None], None]) -> None:
        """Call `heard` with each message; None says that messages may have been lost."""
        ...

    @property
    def is_up(self) -> bool:
        """Whether messages go out and come in at this moment, as far as is known."""
        ...


class Spool(Protocol):
    """Keeps accepted items on the local disk while the database is away."""

    async def append(self, records: Sequence[bytes]) -> bool:
        """Write and fsync; False when the spool is full."""
        ...

    async def drain(self, handle: Callable[[Sequence[bytes]], Awaitable[None]], batch: int) -> int:
        """Hand over what was kept, oldest first, and forget it once it was taken."""
        ...

    def set_aside(self, record: bytes) -> None:
        """Keep a record that nobody can take, for a person to look at."""
        ...

    @property
    def records(self) -> int:
        """How many records wait."""
        ...


class PasswordHasher(Protocol):
    """Keeps passwords so that who steals what is kept still has to guess, slowly."""

    async def hash(self, password: str) -> str:
        """Return what is kept of a password."""
        ...

    async def fits(self, kept: str | None, password: str) -> bool:
        """Say whether a password is the kept one; it takes as long when there is none."""
        ...

    def is_outdated(self, kept: str) -> bool:
        """Say whether what is kept was made by an older, weaker way."""
        ...


class Mailer(Protocol):
    """Sends e-mails."""

    async def send(self, mail: Mail) -> bool:
        """Send one; False when the server did not take it (the log says why)."""
        ...


class Limiter(Protocol):
    """Holds the token buckets of what may be sent in a minute."""

    async def take(self, wants: Sequence[Want], at: float) -> Sequence[Granted]:
        """Take what is wanted at a moment, in seconds; it always answers, and soon."""
        ...
