"""The bell of access: rung when somebody may do or see something else, heard by all doors.

It says that, not what: who hears it asks the database, for all that it has let in at once. A lost
message is made good by those who ask now and then without being told.
"""

import asyncio
from collections.abc import Callable

from application.ports import BELL_ACCESS, Bus


class AccessBell:
    """Rings in every process; without a bus in this one only."""

    def __init__(self, bus: Bus | None = None) -> None:
        self.rung = 0
        self._bus = bus
        self._listeners: list[Callable[[], None]] = []
        self._ringing: set[asyncio.Task[None]] = set()
        if bus is not None:
            bus.on(BELL_ACCESS, lambda _: self._tell())

    def on(self, heard: Callable[[], None]) -> None:
        """Call `heard` whenever somebody's rights may be others."""
        self._listeners.append(heard)

    def ring(self) -> None:
        """Tell everybody; to be called after the commit, from the loop."""
        self.rung += 1
        self._tell()
        if self._bus is not None:
            task = asyncio.create_task(self._bus.publish(BELL_ACCESS, "changed"), name="bell")
            self._ringing.add(task)
            task.add_done_callback(self._ringing.discard)

    def _tell(self) -> None:
        for heard in self._listeners:
            heard()
