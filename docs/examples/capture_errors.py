"""GraphQL: errors told over the API, with an API token instead of an ingest key.

TOCSIN_URL=http://localhost:8700 TOCSIN_TOKEN=<token> python capture_errors.py
"""

import json
import os
import traceback
import urllib.request

SERVICES = "{ services { id name } }"
CAPTURE = """mutation ($errors: [CaptureErrorInput!]!) {
  captureErrors(errors: $errors) {
    __typename
    ... on CaptureErrorsSuccess {
      outcomes { __typename ... on CapturedError { eventId } ... on Failure { message } }
    }
    ... on Failure { message }
  }
}"""


def ask(query: str, **variables: object) -> dict:
    """Ask the API."""
    request = urllib.request.Request(
        os.environ["TOCSIN_URL"] + "/graphql",
        data=json.dumps({"query": query, "variables": variables}).encode(),
        headers={
            "Content-Type": "application/json",
            "Authorization": f"Bearer {os.environ['TOCSIN_TOKEN']}",
        },
    )
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)["data"]


service = ask(SERVICES)["services"][0]
try:
    int("seven")
except ValueError as error:
    told = {
        "serviceId": service["id"],
        "type": "ValueError",
        "message": str(error),
        "stack": traceback.format_exc(),
        "environment": "production",
        "tags": [{"key": "job", "value": "import"}],
    }
    print(ask(CAPTURE, errors=[told])["captureErrors"])
