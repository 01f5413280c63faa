"""An import of a file with a bad number in it: another one each time, the same failure."""

import logging
import os

import sentry_sdk

sentry_sdk.init(auto_enabling_integrations=False)
turn = int(os.environ["DEMO_TURN"])
log = logging.getLogger("importer")


def parse_line(line: str) -> tuple[str, int]:
    """Return a product and its stock."""
    name, stock = line.split(";")
    return name, int(stock)


for line in ("bolt;120", f"nut;{turn}x{turn}", "washer;80"):
    try:
        parse_line(line)
    except ValueError:
        log.exception("line could not be imported", extra={"line": line})
