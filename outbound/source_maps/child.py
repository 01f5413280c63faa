"""The process that reads source maps: asked on its standard input, it answers on its output.

Parsing somebody else's JavaScript recurses as deeply as that is nested, in native code: a file of
200 kB of brackets overflows any stack (measured). So it happens here, with bounds on memory, and
the parent starts another one. It is run as a script of its own and imports nothing of ours.
"""

import json
import resource
import signal
import sys
import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any, BinaryIO

from symbolic.sourcemapcache import SourceMapCache

_STACK_BYTES = 512 * 1024 * 1024
_CONTEXT_LINES = 5
# What a map becomes in memory, as a multiple of its size; generous.
_GROWTH = 3
_LINE = 300


class Held:
    """The maps that were handed over, the least used first; bounded in bytes."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._size = 0
        self._maps: OrderedDict[str, tuple[int, SourceMapCache]] = OrderedDict()

    def get(self, key: str) -> SourceMapCache | None:
        """Return a map that is held."""
        if (held := self._maps.get(key)) is None:
            return None
        self._maps.move_to_end(key)
        return held[1]

    def put(self, key: str, size: int, opened: SourceMapCache) -> None:
        """Hold a map, and let go of others for it."""
        self._size -= self._maps.pop(key, (0, None))[0]
        self._maps[key] = (size, opened)
        self._size += size
        while self._size > self._limit and len(self._maps) > 1:
            _, (freed, _gone) = self._maps.popitem(last=False)
            self._size -= freed


def _originals(opened: SourceMapCache, positions: Sequence[tuple[int, int]]) -> list[Any]:
    found: list[Any] = []
    for line, column in positions:
        token = opened.lookup(line, column, _CONTEXT_LINES)
        if token is None or not token.src or not token.line:
            found.append(None)
            continue
        found.append(
            (
                token.src,
                token.line,
                max(token.col, 1),
                token.function_name,
                token.name,
                None if token.context_line is None else _clipped(token.context_line),
                [_clipped(text) for text in token.pre_context],
                [_clipped(text) for text in token.post_context],
            )
        )
    return found


def _clipped(line: str) -> str:
    """Return the beginning of a line: one of a megabyte is not for reading."""
    return line[:_LINE].rstrip("\r\n")


def _answer(asked: dict[str, Any], given: BinaryIO, held: Held) -> dict[str, Any]:
    key = asked["key"]
    if "map" in asked:
        source = given.read(asked["source"])
        told = given.read(asked["map"])
        try:
            opened = SourceMapCache.from_bytes(source, told)
        except Exception as error:  # each kind of fault has a class of its own there
            return {"broken": str(error)[:300]}
        held.put(key, len(source) + _GROWTH * len(told), opened)
    elif (known := held.get(key)) is None:
        return {"unknown": True}
    else:
        opened = known
    return {"found": _originals(opened, asked["positions"])}


def _serve(limit: int) -> None:
    held = Held(limit)
    given, taken = sys.stdin.buffer, sys.stdout.buffer
    while len(head := given.read(4)) == 4:
        asked = json.loads(given.read(int.from_bytes(head, "big")))
        told = json.dumps(_answer(asked, given, held)).encode()
        taken.write(len(told).to_bytes(4, "big") + told)
        taken.flush()


def main() -> None:
    """Answer until the parent closes our input."""
    held_bytes, memory_bytes = int(sys.argv[1]), int(sys.argv[2])
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    threading.stack_size(_STACK_BYTES)
    worker = threading.Thread(target=_serve, args=(held_bytes,), daemon=True)
    worker.start()
    worker.join()


if __name__ == "__main__":
    main()
