"""What Vercel's log drain posts: to try an address and its secret before a drain is made.

TOCSIN_URL=… TOCSIN_KEY=<key> [TOCSIN_VERCEL_SECRET=<secret of the drain>] python vercel.py
"""

import hashlib
import hmac
import json
import os
import time
import urllib.request
import uuid

entry = {
    "id": uuid.uuid4().hex,
    "deploymentId": "dpl_1",
    "source": "lambda",
    "host": "shop.vercel.app",
    "path": "/api/pay",
    "entrypoint": "api/pay.js",
    "timestamp": int(time.time() * 1000),
    "projectId": "prj_1",
    "level": "error",
    "statusCode": 500,
    "message": "TypeError: cart is not iterable\n    at total (/var/task/api/pay.js:7:3)",
}
body = json.dumps([entry, {**entry, "id": "2", "level": "info", "statusCode": 200}]).encode()
secret = os.environ.get("TOCSIN_VERCEL_SECRET", "")
request = urllib.request.Request(
    f"{os.environ['TOCSIN_URL']}/ingest/webhook/vercel?key={os.environ['TOCSIN_KEY']}",
    data=body,
    headers={"x-vercel-signature": hmac.new(secret.encode(), body, hashlib.sha1).hexdigest()},
)
with urllib.request.urlopen(request) as answer:
    print(answer.read().decode())
