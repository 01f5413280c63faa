"""Columns: what of an event can be listed and searched."""

import pytest

from domain.events.error_types import error_type_of
from tests.domain.recorded import SCRUBBER, a_failure, a_frame, an_event, an_exception, normalised


@pytest.mark.parametrize(
    ("attributes", "title"),
    [
        ({"exception": [an_exception()]}, "ZeroDivisionError: division by zero"),
        ({"exception": [an_exception(value=None)]}, "ZeroDivisionError"),
        ({"exception": [an_exception(value="\n first \n second")]}, "ZeroDivisionError: first"),
        ({"exception": [{"value": "just a text"}]}, "just a text"),
        ({"message": "first\nsecond"}, "first"),
        ({"message": "x" * 600}, "x" * 497 + "..."),
        ({}, "(no message)"),
        ({"message": "  \n "}, "(no message)"),
    ],
)
def test_the_title_is_the_type_and_the_first_line(attributes, title):
    assert an_event(**attributes).title == title


@pytest.mark.parametrize(
    ("frames", "attributes", "culprit"),
    [
        ([a_frame("outer"), a_frame("pay")], {}, "shop.payments in pay"),
        ([a_frame("pay"), a_frame("get", in_app=False)], {}, "shop.payments in pay"),
        ([a_frame("get", in_app=False)], {}, "shop.payments in get"),
        ([a_frame("pay", module=None)], {}, "shop/payments.py in pay"),
        ([a_frame(None)], {}, "shop.payments"),
        ([a_frame("pay", module=None, filename=None)], {}, "pay"),
        ([a_frame("pay"), a_frame("eval", filename="<anonymous>")], {}, "shop.payments in pay"),
        ([a_frame("pay")], {"transaction": "/orders/{id}"}, "/orders/{id}"),
        ([], {}, ""),
    ],
)
def test_the_culprit_is_the_transaction_or_the_function_that_failed(frames, attributes, culprit):
    event = an_event(exception=[an_exception(*frames)], **attributes)

    assert event.culprit == culprit


def test_the_place_is_that_of_the_innermost_frame_of_our_own():
    event = a_failure(
        a_frame("pay", filename="shop/pay.py", lineno=13, colno=5),
        a_frame("get", filename="lib/http.py", lineno=99, in_app=False),
    )

    assert (event.file_path, event.line_number, event.column_number) == ("shop/pay.py", 13, 5)


@pytest.mark.parametrize(
    ("transaction", "url", "path"),
    [
        ("/orders/{id}", "https://shop.example/orders/7", "/orders/{id}"),
        ("GET /orders/{id}", None, "/orders/{id}"),
        ("order", "https://shop.example/orders/7?a=1#b", "/orders/7"),
        (None, "https://shop.example", None),
        (None, "/orders/7?a=/b", "/orders/7"),
        ("order", None, None),
    ],
)
def test_the_endpoint_is_the_route_or_the_path(transaction, url, path):
    event = an_event(transaction=transaction, request={"url": url})

    assert event.endpoint_path == path


@pytest.mark.parametrize(
    ("handled", "said"),
    [
        ([True], True),
        ([False], False),
        ([None], None),
        ([False, True], False),
        ([None, True], True),
        ([], None),
    ],
)
def test_one_exception_that_nobody_caught_makes_the_event_unhandled(handled, said):
    exceptions = [an_exception(mechanism={"type": "x", "handled": each}) for each in handled]

    assert an_event(exception=exceptions).handled is said


@pytest.mark.parametrize(
    ("attributes", "component"),
    [
        ({"tags": {"component": "checkout"}, "logger": "shop.pay"}, "checkout"),
        ({"contexts": {"react": {"componentStack": "\n    at Price (a.js)\n at div"}}}, "Price"),
        ({"contexts": {"react": {"componentStack": 7}}, "logger": "shop.pay"}, "shop.pay"),
        ({"contexts": {"vue": {"componentName": "Cart"}}}, "Cart"),
        ({"logger": "shop.pay"}, "shop.pay"),
        ({}, None),
    ],
)
def test_the_component_is_as_tagged_as_rendered_or_as_it_logs(attributes, component):
    assert an_event(**attributes).component == component


@pytest.mark.parametrize(
    ("trace", "ids"),
    [
        (
            {"trace_id": "C5FA0521-43CC4A4A84A74B2E867F925C", "span_id": "872AF87D09C94D78"},
            ("c5fa052143cc4a4a84a74b2e867f925c", "872af87d09c94d78"),
        ),
        ({"trace_id": "short", "span_id": 7}, (None, None)),
        ({"trace_id": None}, (None, None)),
        ({}, (None, None)),
    ],
)
def test_trace_ids_are_right_or_none(trace, ids):
    event = an_event(contexts={"trace": trace})

    assert (event.trace_id, event.span_id) == ids


@pytest.mark.parametrize(
    ("attributes", "session"),
    [
        ({"tags": {"session_id": "s1"}}, "s1"),
        ({"contexts": {"session": {"sid": "s2"}}}, "s2"),
        ({"contexts": {"session": {"id": "s3", "sid": "s2"}}}, "s3"),
        ({}, None),
    ],
)
def test_the_session_is_what_the_sender_says(attributes, session):
    assert an_event(**attributes).session_id == session


def test_the_request_id_may_be_a_tag():
    assert an_event(tags={"request_id": "r1"}).request_id == "r1"


@pytest.mark.parametrize(
    ("sdk", "client", "said"),
    [
        ({"name": "sentry.python", "version": "2.75.0"}, "x/1", "sentry.python/2.75.0"),
        ({"name": "sentry.python"}, None, "sentry.python"),
        (None, "raven-js/3.27", "raven-js/3.27"),
        (None, None, None),
        ({"name": 7}, "x/1", "x/1"),
    ],
)
def test_the_library_is_what_the_event_says_or_what_the_door_saw(sdk, client, said):
    payload = an_event(sdk=sdk)

    event = normalised(b"{}", client=client) if sdk is None else payload

    if sdk == {"name": 7}:
        assert event.sdk is None
    else:
        assert event.sdk == said


def test_names_are_clipped_to_their_columns_and_say_so():
    event = an_event(
        release="r" * 300, environment=7, server_name="  ", transaction="t" * 501, platform=None
    )

    assert event.release == event.body["release"] == "r" * 255
    assert event.environment == "7"
    assert event.server_name is None
    assert len(event.transaction) == 500
    assert event.platform == "other"
    assert event.body["_meta"]["release"] == {"": {"rem": [["!limit", "x", 255, 300]], "len": 300}}


def test_the_note_on_a_name_that_is_clipped_is_added_to_that_of_the_sdk():
    event = an_event(release="r" * 300, _meta={"release": {"": {"rem": [["!x", "s"]]}}})

    assert event.body["_meta"]["release"][""]["rem"] == [["!x", "s"], ["!limit", "x", 255, 300]]


def test_what_was_scrubbed_names_nobody():
    event = an_event(
        user={"id": "[Filtered]", "email": "ana@example.com"}, sdk={"name": "[Filtered]"}
    )

    assert event.user_ref == "ana@example.com"
    assert event.sdk is None


@pytest.mark.parametrize(
    ("type_name", "module", "platform", "handled", "code"),
    [
        ("OperationalError", "psycopg2", "python", None, "database"),
        ("IntegrityError", "django.db.utils", "python", None, "database"),
        ("TimeoutError", "sqlalchemy.exc", "python", None, "database"),
        ("TimeoutError", None, "python", None, "network"),
        ("ConnectionResetError", None, "python", False, "network"),
        ("CardError", "stripe", "python", None, "payment"),
        ("PaymentDeclined", "shop", "python", None, "payment"),
        ("WebhookDeliveryFailed", "shop", "python", None, "webhook"),
        ("WidgetError", None, "javascript", False, "widget"),
        ("AuthenticationFailed", "rest_framework.exceptions", "python", None, "auth"),
        ("PermissionDenied", "django.core.exceptions", "python", None, "auth"),
        ("AuthorNotFound", "books", "python", None, "unknown"),
        ("ValidationError", "pydantic_core", "python", None, "validation"),
        ("ZodError", None, "node", None, "validation"),
        ("HTTPException", "starlette.exceptions", "python", None, "api"),
        ("ZeroDivisionError", None, "python", False, "runtime"),
        ("TypeError", None, "javascript", False, "javascript"),
        ("TypeError", None, "javascript", True, "runtime"),
        ("TypeError", None, "node", False, "runtime"),
        ("NullPointerException", "java.lang", "java", False, "runtime"),
        ("OutOfMemoryError", "java.lang", "java", False, "crash"),
        ("SIGSEGV", None, "native", False, "crash"),
        ("Shop", None, "python", None, "unknown"),
        ("Error", None, "javascript", True, "javascript"),
        ("", None, "javascript", None, "unknown"),
    ],
)
def test_the_error_type_is_told_from_the_name(type_name, module, platform, handled, code):
    event = a_failure(
        type=type_name, module=module, platform=platform, mechanism={"handled": handled}
    )

    assert event.error_type == code


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"mechanism": "minidump"}, "crash"),
        ({"mechanism": "auto.http.client.fetch"}, "network"),
        ({"mechanism": "auto.browser.browserapierrors.setTimeout"}, "javascript"),
        ({"value": "Failed to fetch"}, "network"),
        ({"place": "/api/webhooks/stripe"}, "webhook"),
        ({"place": "/embed/calendar"}, "widget"),
        ({"type_name": "ZodError", "place": "/webhooks"}, "validation"),
    ],
)
def test_the_error_type_is_told_from_the_circumstances(changes, code):
    circumstances = {
        "platform": "javascript",
        "type_name": "TypeError",
        "module": "",
        "mechanism": "",
        "handled": False,
        "value": "x is undefined",
        "place": "",
    }

    assert error_type_of(**(circumstances | changes)) == code


def test_secrets_are_out_of_the_columns_as_well():
    event = normalised(
        b'{"exception": [{"type": "Error", "value": "card 4242 4242 4242 4242 refused"}],'
        b' "request": {"url": "https://ana:hunter2@shop.example/pay?token=abc"}}',
        scrubber=SCRUBBER,
    )

    assert event.title == "Error: card [Filtered:card] refused"
    assert event.value == event.message == "card [Filtered:card] refused"
    assert event.url == "https://ana:[Filtered]@shop.example/pay?token=[Filtered]"


def test_what_grew_by_being_scrubbed_still_fits_its_column():
    event = an_event(release="v " + "4222222222222 " * 18, platform="4222222222222 " * 4)

    assert event.release == "v " + "[Filtered:card] " * 15 + "[Filtered:..."
    assert event.platform == "other"
