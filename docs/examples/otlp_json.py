"""OTLP without an SDK: one log record as JSON, by the standard library alone.

TOCSIN_URL=http://localhost:8700 TOCSIN_KEY=<key> python otlp_json.py
"""

import json
import os
import time
import urllib.request


def pairs(values: dict[str, str]) -> list[dict[str, object]]:
    """Return attributes as OTLP writes them."""
    return [{"key": key, "value": {"stringValue": value}} for key, value in values.items()]


record = {
    "timeUnixNano": str(time.time_ns()),
    "severityNumber": 17,
    "body": {"stringValue": "the shelf is empty"},
    "attributes": pairs({"exception.type": "EmptyShelf", "exception.message": "shelf 7"}),
}
body = {
    "resourceLogs": [
        {
            "resource": {"attributes": pairs({"service.name": "warehouse"})},
            "scopeLogs": [{"scope": {"name": "robot"}, "logRecords": [record]}],
        }
    ]
}
request = urllib.request.Request(
    os.environ["TOCSIN_URL"] + "/v1/logs",
    data=json.dumps(body).encode(),
    headers={
        "Content-Type": "application/json",
        "Authorization": f"Bearer {os.environ['TOCSIN_KEY']}",
    },
)
with urllib.request.urlopen(request) as answer:
    print(answer.read().decode())
