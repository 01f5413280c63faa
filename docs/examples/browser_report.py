"""A report of a browser: what Content-Security-Policy forbade on a page.

TOCSIN_URL=http://localhost:8700 TOCSIN_PROJECT=1 TOCSIN_KEY=<key> python browser_report.py
"""

import json
import os
import urllib.request

report = {
    "csp-report": {
        "document-uri": "https://shop.example/",
        "effective-directive": "img-src",
        "blocked-uri": "https://evil.example/x.png",
    }
}
request = urllib.request.Request(
    "{TOCSIN_URL}/api/{TOCSIN_PROJECT}/security/?sentry_key={TOCSIN_KEY}".format(**os.environ),
    data=json.dumps(report).encode(),
    headers={"Content-Type": "application/csp-report"},
)
with urllib.request.urlopen(request) as answer:
    print(answer.status)
