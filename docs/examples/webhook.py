"""The webhook for anything: each log record from ERROR up is posted, with its stack.

TOCSIN_URL=http://localhost:8700 TOCSIN_KEY=<key> python webhook.py
"""

import json
import logging
import os
import traceback
import urllib.request


class TocsinHandler(logging.Handler):
    """Posts log records."""

    def emit(self, record: logging.LogRecord) -> None:
        """Post one record."""
        error = record.exc_info and record.exc_info[1]
        said = {"message": str(error) if error else record.getMessage()}
        if error:
            said["type"] = type(error).__name__
            said["stack"] = "".join(traceback.format_exception(error))
        body = {
            "source": "shop",
            "level": record.levelname.lower(),
            "logger": record.name,
            "environment": "production",
            "timestamp": record.created,
            "error": {**said, "metadata": {"logged": record.getMessage()}},
        }
        request = urllib.request.Request(
            os.environ["TOCSIN_URL"] + "/ingest/webhook/custom",
            data=json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {os.environ['TOCSIN_KEY']}"},
        )
        with urllib.request.urlopen(request, timeout=5) as answer:
            print(json.load(answer)["items"])


log = logging.getLogger("shop.checkout")
log.addHandler(TocsinHandler(level=logging.ERROR))

try:
    round("seven")
except TypeError:
    log.exception("the total cannot be told")
