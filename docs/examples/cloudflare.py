"""What Cloudflare's Logpush delivers of Workers: lines of JSON, packed with gzip.

TOCSIN_URL=http://localhost:8700 TOCSIN_KEY=<key> python cloudflare.py
"""

import gzip
import json
import os
import time
import urllib.request

now = int(time.time() * 1000)
invocation = {
    "ScriptName": "shop",
    "Outcome": "exception",
    "EventTimestampMs": now,
    "EventType": "fetch",
    "Event": {"RayID": "8f2c", "Request": {"URL": "https://shop.example/", "Method": "GET"}},
    "Exceptions": [{"Name": "RangeError", "Message": "stock is negative", "TimestampMs": now}],
    "Logs": [],
}
request = urllib.request.Request(
    f"{os.environ['TOCSIN_URL']}/ingest/webhook/cloudflare?key={os.environ['TOCSIN_KEY']}",
    data=gzip.compress(json.dumps(invocation).encode() + b"\n"),
    headers={"Content-Encoding": "gzip"},
)
with urllib.request.urlopen(request) as answer:
    print(answer.read().decode())
