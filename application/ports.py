"""What the use cases need of the outside world, as shapes that `outbound` fits."""

from collections.abc import Callable
from typing import Protocol

BELL_FEED = "feed"
BELL_INBOX = "inbox"


class Bus(Protocol):
    """Carries short messages between processes; it may lose them, and says when it may have."""

    async def publish(self, channel: str, message: str) -> None:
        """Send to every process that listens, this one too; a lost connection is not an error."""
        ...

    def on(self, channel: str, heard: Callable[[str | None], None]) -> None:
        """Call `heard` with each message; None says that messages may have been lost."""
        ...
