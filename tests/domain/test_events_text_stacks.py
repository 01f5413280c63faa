"""Stacks sent as text: after normalising they are frames, whoever sent them and wherever."""

from typing import Any

import orjson
import pytest

from domain.grouping import group
from tests.domain.recorded import an_event, recorded_events, related

PYTHON = """Traceback (most recent call last):
  File "/srv/shop/pay.py", line 7, in pay
    charge(card)
  File "/usr/lib/python3.11/site-packages/bank/client.py", line 3, in charge
    raise Refused("no money")
bank.errors.Refused: no money
"""
CHAIN = PYTHON + (
    "\nThe above exception was the direct cause of the following exception:\n\n"
    'Traceback (most recent call last):\n  File "/srv/shop/pay.py", line 9, in pay\n'
    "    raise CannotPay from e\nCannotPay\n"
)


@pytest.mark.parametrize(
    "fields",
    [
        {"exception": [{"stacktrace": PYTHON}]},
        {"exception": {"values": [{"stacktrace": {"text": PYTHON}}]}},
        {"exception": {"stack": PYTHON}},
        {"exception": PYTHON},
        {"stacktrace": PYTHON},
    ],
    ids=["stacktrace", "text", "stack", "the exception itself", "the event's"],
)
def test_a_text_becomes_frames_wherever_it_stands(fields: dict[str, Any]):
    event = an_event(**fields)

    assert (event.type, event.value, event.platform) == ("Refused", "no money", "python")
    assert [
        (f.module, f.function, f.line_number, f.in_app, f.context_line) for f in event.frames
    ] == [
        (None, "pay", 7, True, "charge(card)"),
        ("bank.client", "charge", 3, False, 'raise Refused("no money")'),
    ]
    assert event.file_path == "/srv/shop/pay.py"


@pytest.mark.parametrize(
    ("text", "message"),
    [(PYTHON, None), ("ERROR payment failed\n" + PYTHON, "ERROR payment failed"), ("a\nb", "a\nb")],
)
def test_a_logged_text_with_a_stack_is_told_once(text: str, message: str | None):
    event = an_event(message=text, stacktrace=text)

    assert (event.body.get("logentry") or {}).get("formatted") == message
    assert bool(event.frames) == (text != "a\nb")


def test_what_the_sender_says_is_believed_and_causes_come_first():
    event = an_event(exception=[{"type": "PaymentFailed", "value": "card 1", "stacktrace": CHAIN}])

    values = event.body["exception"]["values"]
    assert [(each["type"], each.get("value")) for each in values] == [
        ("Refused", "no money"),
        ("PaymentFailed", "card 1"),
    ]


def test_notes_of_the_sdk_stay_with_their_exception():
    event = an_event(
        exception=[{"type": "CannotPay", "value": "[Filtered]", "stacktrace": CHAIN}],
        _meta={"exception": {"0": {"value": {"": {"rem": [["@password", "s"]]}}}}},
    )

    notes = event.body["_meta"]["exception"]["values"]
    assert list(notes) == ["1"]
    assert "value" in notes["1"]


def test_a_text_that_cannot_be_read_is_kept_and_told():
    event = an_event(exception=[{"type": "X", "value": "y", "stacktrace": "somewhere\nelse"}])

    assert event.body["exception"]["values"] == [
        {"type": "X", "value": "y", "stack_text": "somewhere\nelse"}
    ]
    assert [error["name"] for error in event.body["errors"]] == ["exception.values.0.stacktrace"]


def test_a_text_groups_like_the_frames_of_an_sdk():
    text = an_event(
        platform="javascript",
        exception=[
            {
                "type": "TypeError",
                "value": "x is 1",
                "stacktrace": "TypeError: x is 1\n"
                "    at payCard (https://shop.example/app.js:2:3)\n"
                "    at https://shop.example/app.js:9:1",
            }
        ],
    )
    sdk = an_event(
        platform="javascript",
        exception={
            "values": [
                {
                    "type": "TypeError",
                    "value": "x is 2",
                    "stacktrace": {
                        "frames": [
                            _frame("?", 9, 1),
                            _frame("payCard", 2, 3),
                        ]
                    },
                }
            ]
        },
    )

    assert group(text).hashes == group(sdk).hashes


def _frame(function: str, lineno: int, colno: int) -> dict[str, Any]:
    return {
        "filename": "https://shop.example/app.js",
        "function": function,
        "in_app": True,
        "lineno": lineno,
        "colno": colno,
    }


def _as_printed(exception: dict[str, Any]) -> str:
    """What V8 prints of an exception that an SDK has read."""
    lines = [f"{exception['type']}: {exception['value']}"]
    for frame in reversed(exception["stacktrace"]["frames"]):
        place = frame["filename"] or "<anonymous>"
        place += f":{frame['lineno']}:{frame['colno']}" if "lineno" in frame else ""
        function = frame.get("function", "?")
        lines.append(f"    at {place}" if function == "?" else f"    at {function} ({place})")
    return "\n".join(lines)


def _browser_failures() -> dict[str, dict[str, Any]]:
    found = {}
    for name, payload in recorded_events().items():
        event = orjson.loads(payload)
        values = (event.get("exception") or {}).get("values") or []
        is_browser = name.startswith("sentry-javascript")
        raised = [each for each in values if each.get("type") and each.get("stacktrace")]
        if is_browser and len(raised) == len(values) == 1:
            found[name] = event
    return found


@pytest.mark.parametrize("name", sorted(_browser_failures()))
def test_the_text_of_a_recorded_failure_finds_the_sdks_error(name: str):
    sent = _browser_failures()[name]
    [exception] = sent["exception"]["values"]
    told = {**sent, "exception": [{"stacktrace": _as_printed(exception)}]}

    assert related(an_event(**told), an_event(**sent))


def test_of_endless_exceptions_only_those_that_stay_are_read():
    event = an_event(exception=[{"type": "X", "value": str(n), "stack": PYTHON} for n in range(99)])

    values = event.body["exception"]["values"]
    assert [each["value"] for each in values] == [str(n) for n in [*range(25), *range(74, 99)]]
    assert all(len(each["stacktrace"]["frames"]) == 2 for each in values)
