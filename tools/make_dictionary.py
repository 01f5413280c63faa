"""Makes a dictionary for bodies out of recorded events: `python -m tools.make_dictionary FILE`.

The recordings that the benchmarks replay are left out, so that their figures are not flattered. A
dictionary that was released is never made anew: stored bodies need it as it was. Make another.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import orjson

from benchmarks.payloads import NAMES, RECORDED
from domain.events import normalise, parse
from domain.scrubbing import Scrubber
from ingest.sentry.envelope import split

BYTES = 48 * 1024


def main(target: Path) -> None:
    """Write the dictionary: the most telling bodies last, where references to them are shortest."""
    bodies: list[tuple[bool, int, bytes]] = []
    for path in sorted(RECORDED.rglob("*.envelope")):
        name = str(path.relative_to(RECORDED))
        if name in NAMES:
            continue
        for item in split(path.read_bytes()).items:
            if item.type == "event":
                body = _body(item.payload)
                bodies.append((name.startswith("sentry-python-2"), len(body), body))
    target.write_bytes(b"\n".join(body for _, _, body in sorted(bodies))[-BYTES:])


def _body(payload: bytes) -> bytes:
    event = normalise(
        parse(payload),
        event_id=UUID(int=0),
        received_at=datetime(2026, 11, 21, tzinfo=UTC),
        sent_at=None,
        scrubber=Scrubber(),
    )
    return orjson.dumps(event.body)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
