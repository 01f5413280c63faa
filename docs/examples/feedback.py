"""What a person says about an event: the form of the crash-report dialog, posted by a program.

TOCSIN_URL=http://localhost:8700 TOCSIN_DSN=http://<key>@localhost:8700/1 python feedback.py
"""

import os
import urllib.parse
import urllib.request
import uuid

asked = {"dsn": os.environ["TOCSIN_DSN"], "eventId": uuid.uuid4().hex}
said = {"name": "Ana", "email": "ana@example.com", "comments": "It went blank when I paid."}
with urllib.request.urlopen(
    f"{os.environ['TOCSIN_URL']}/api/embed/error-page/?{urllib.parse.urlencode(asked)}",
    data=urllib.parse.urlencode(said).encode(),
) as answer:
    print(answer.status)
