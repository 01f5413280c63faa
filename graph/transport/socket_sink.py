"""A live feed's way into a socket: frames of graphql-transport-ws around JSON that many share."""

from collections.abc import Callable

import orjson

from graph.live.frames import End, Ending, Frame
from graph.transport.wire import Wire


class SocketSink:
    """One subscription of one socket."""

    __slots__ = ("_before", "_ended", "_has_begun", "_id", "_wire")

    def __init__(self, wire: Wire, id_: str, ended: Callable[[str, Ending], None]) -> None:
        self._wire = wire
        self._id = id_
        self._before = f'{{"id":{orjson.dumps(id_).decode()},"type":"next","payload":'
        self._ended = ended
        self._has_begun = False

    def offer(self, frame: Frame) -> bool:
        """Send a frame if that needs no waiting; else send nothing and return False."""
        self._has_begun = True
        return self._wire.offer_shared(self._before, frame.payload)

    async def send(self, frame: Frame) -> None:
        """Send a frame, however long it takes."""
        self._has_begun = True
        await self._wire.send(f"{self._before}{frame.payload}}}")

    def end(self, ending: Ending) -> None:
        """Say why nothing more comes."""
        self._ended(self._id, ending)

    def last_words(self, ending: Ending) -> list[str]:
        """Return the frames that tell of an end, which the socket outlives."""
        errors = [error.formatted for error in ending.errors]
        complete: dict[str, object] = {"id": self._id, "type": "complete"}
        if ending.why is End.COMPLETE:
            told = [complete]
        elif self._has_begun:
            refused = {"data": None, "errors": errors}
            told = [{"id": self._id, "type": "next", "payload": refused}, complete]
        else:
            told = [{"id": self._id, "type": "error", "payload": errors}]
        return [orjson.dumps(message).decode() for message in told]
