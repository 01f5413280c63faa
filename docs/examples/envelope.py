"""The Sentry protocol without an SDK: one envelope with one event, by the standard library alone.

TOCSIN_URL=http://localhost:8700 TOCSIN_KEY=<key> python envelope.py
"""

import json
import os
import traceback
import urllib.request
import uuid


def send(error: BaseException) -> str:
    """Send an exception; return the id of its event."""
    event = {
        "event_id": uuid.uuid4().hex,
        "platform": "python",
        "level": "error",
        # The text of a stack is read into frames, causes included.
        "exception": {"values": [{"stacktrace": "".join(traceback.format_exception(error))}]},
    }
    lines = [{"event_id": event["event_id"]}, {"type": "event"}, event]
    request = urllib.request.Request(
        os.environ["TOCSIN_URL"] + "/api/envelope/",
        data="\n".join(map(json.dumps, lines)).encode(),
        headers={"X-Sentry-Auth": f"Sentry sentry_key={os.environ['TOCSIN_KEY']}"},
    )
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)["id"]


try:
    {}["address"]
except KeyError as error:
    print("event", send(error))
