"""Last use: when tokens and sign-ins were used, written now and then and never by a request."""

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import datetime

from domain.ids import ApiTokenId, SignInId
from domain.viewers import Viewer
from persistence import sign_ins, tokens
from persistence.database import SYSTEM, Database, is_passing

log = logging.getLogger(__name__)

WRITE_EVERY_SECONDS = 60.0


@dataclass(slots=True)
class LastUsed:
    """What this process saw since it was last written."""

    tokens: dict[ApiTokenId, datetime] = field(default_factory=dict)
    sign_ins: dict[SignInId, datetime] = field(default_factory=dict)

    def note(self, viewer: Viewer, at: datetime) -> None:
        """Note that a viewer came."""
        if viewer.token is not None:
            self.tokens[viewer.token] = at
        if viewer.sign_in is not None:
            self.sign_ins[viewer.sign_in] = at


@dataclass(slots=True, kw_only=True)
class LastUsedWriter:
    """Writes it once a minute, and when the process ends."""

    database: Database
    used: LastUsed
    every_seconds: float = WRITE_EVERY_SECONDS
    _task: "asyncio.Task[None] | None" = None

    async def start(self) -> None:
        """Start writing."""
        self._task = asyncio.create_task(self._write_forever(), name="last use")

    async def stop(self) -> None:
        """Write what is left, then stop."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self.write()

    async def write(self) -> None:
        """Write what was noted."""
        used = self.used
        of_tokens, used.tokens = used.tokens, {}
        of_sign_ins, used.sign_ins = used.sign_ins, {}
        try:
            async with self.database.raw_writing(SYSTEM) as db:
                if of_tokens:
                    await tokens.note_use(db, of_tokens)
                if of_sign_ins:
                    await sign_ins.note_use(db, of_sign_ins)
        except Exception as error:  # outermost line: it is noted again at the next use
            if not is_passing(error):
                log.exception("last uses could not be written")

    async def _write_forever(self) -> None:
        while True:
            await asyncio.sleep(self.every_seconds)
            if self.used.tokens or self.used.sign_ins:
                await self.write()
