"""A scheduled job says that it began and how it ended; its monitor is made by the first word.

TOCSIN_URL=http://localhost:8700 TOCSIN_PROJECT=1 TOCSIN_KEY=<key> python check_in.py
"""

import json
import os
import urllib.parse
import urllib.request

BASE = "{TOCSIN_URL}/api/{TOCSIN_PROJECT}/cron/nightly-invoices/{TOCSIN_KEY}/".format(**os.environ)


def say(**words: str) -> dict:
    """Tell where the job stands."""
    with urllib.request.urlopen(f"{BASE}?{urllib.parse.urlencode(words)}") as answer:
        return json.loads(answer.read() or b"{}")


begun = say(status="in_progress")
print("invoices are written ...", begun)
say(status="ok", check_in_id=begun["id"])
