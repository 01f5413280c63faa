"""Grouping: the same failure is one error, another failure is another."""

import orjson
import pytest

from domain.grouping import DEFAULT, VERSION, GroupingConfig, HashKind, group
from tests.domain.recorded import (
    a_failure,
    a_frame,
    an_event,
    an_exception,
    normalised,
    recorded_events,
)

RECORDED = recorded_events()


def kinds(event):
    return [each.kind for each in group(event).hashes]


def same(one, other):
    return group(one).primary == group(other).primary


def related(one, other):
    return bool(set(group(one).hashes) & set(group(other).hashes)) or bool(
        {each.value for each in group(one).hashes} & {each.value for each in group(other).hashes}
    )


def test_a_hash_is_a_sha_256_of_a_version():
    primary = group(a_failure(a_frame())).primary

    assert len(primary.value) == 32
    assert primary.version == VERSION == 1
    assert primary.kind is HashKind.APP_STACK


def test_the_algorithm_gives_what_it_always_gave():
    # Whoever changes these splits every error of every user: raise VERSION instead.
    stack = group(a_failure(a_frame("main"), a_frame("pay"))).primary
    message = group(an_event(logentry={"message": "disk %s"}, logger="shop")).primary
    sender = group(an_event(fingerprint=["a", "{{ default }}"], message="m")).primary

    assert stack.value.hex() == ("087f764dbd1106bee2e3c35edbbe12cda290de89d95158277141e34fd841fe3a")
    assert message.value.hex() == (
        "0e9e3b89e8b78afa702219b5c99c84c0be63e364931c4f538679408cdf5adc8b"
    )
    assert sender.value.hex() == (
        "0db67cbc5c45ba16e02e083395e167aff515df345f04fe136c2ea1474508cda4"
    )


def test_another_version_gives_other_hashes():
    event = a_failure(a_frame())

    old, new = group(event), group(event, config=GroupingConfig(version=2))

    assert new.primary.version == 2
    assert new.primary.value != old.primary.value


@pytest.mark.parametrize(
    "names",
    [
        [
            "python-2/starlette-unhandled-1",
            "python-2/starlette-transaction-2",
            "python-2/sessions-2",
        ],
        ["python-2/flask-unhandled-1", "python-1/flask-unhandled-1"],
        ["python-2/excepthook-1", "python-1/excepthook-store-1"],
        ["python-2/chained-1", "python-1/chained-store-1"],
        ["python-2/chained-2", "python-1/chained-store-2"],
        ["python-2/logging-1", "python-1/logging-store-1"],
        ["javascript-11/error-3", "javascript-11/tracing-error-2", "javascript-10/error-5"],
        ["javascript-11/message-1", "javascript-7/message-1"],
        ["javascript-11/chained-aggregate-3", "javascript-7/chained-aggregate-3"],
        ["javascript-11/attachment-1", "javascript-10/attachment-1", "javascript-7/attachment-1"],
    ],
)
def test_the_same_failure_of_a_client_is_one_error_in_every_request(names):
    primaries = {group(normalised(RECORDED[f"sentry-{name}"])).primary for name in names}

    assert len(primaries) == 1


def test_different_failures_of_a_client_are_different_errors():
    names = [
        "python-2/starlette-unhandled-1",
        "python-2/flask-unhandled-1",
        "python-2/django-unhandled-1",
        "python-2/excepthook-1",
        "python-2/chained-1",
        "python-2/chained-2",
        "python-2/logging-1",
        "python-2/logging-2",
        "python-2/message-1",
        "python-2/recursion-1",
        "python-2/threading-asyncio-1",
        "python-2/threading-asyncio-2",
        "javascript-11/error-3",
        "javascript-11/unhandledrejection-3",
        "javascript-11/rejection-nonerror-1",
        "javascript-11/string-throw-2",
        "javascript-11/react-error-boundary-2",
        "javascript-11/sourcemap-3",
        "javascript-11/http-client-3",
        "javascript-11/message-1",
    ]

    values = [
        each.value
        for name in names
        for each in group(normalised(RECORDED[f"sentry-{name}"])).hashes
    ]

    assert len(set(values)) == len(values)


@pytest.mark.parametrize(
    "changes",
    [
        {"lineno": 99},
        {"colno": 7},
        {"context_line": "return   100 /  total  "},
        {"abs_path": "/srv/other/shop/payments.py"},
        {"filename": "elsewhere/payments.py"},
        {"vars": {"total": "1"}},
        {"module": "Shop.Payments"},
        {"function": "Checkout.pay"},
    ],
)
def test_a_frame_is_the_same_wherever_its_line_stands(changes):
    assert same(a_failure(a_frame()), a_failure(a_frame(**changes)))


@pytest.mark.parametrize(
    "changes",
    [{"function": "refund"}, {"module": "shop.refunds"}, {"context_line": "return total / 100"}],
)
def test_another_function_module_or_line_is_another_error(changes):
    assert not related(a_failure(a_frame()), a_failure(a_frame(**changes)))


def test_the_type_always_counts_and_the_value_only_without_a_stack():
    frame = a_frame()

    assert not same(a_failure(frame), a_failure(frame, type="ValueError"))
    assert same(a_failure(frame), a_failure(frame, value="something else"))
    assert not same(a_failure(), a_failure(value="something else"))
    assert not same(a_failure(), a_failure(type="ValueError"))


def test_frames_of_libraries_count_only_in_the_second_hash():
    library = {"module": "starlette.routing", "in_app": False}
    before = a_failure(a_frame("app", **library), a_frame("pay"))
    after = a_failure(a_frame("handle", **library), a_frame("pay"))

    assert kinds(before) == [HashKind.APP_STACK, HashKind.FULL_STACK]
    assert group(before).primary == group(after).primary
    assert group(before).hashes[1] != group(after).hashes[1]


def test_an_event_without_flags_meets_the_same_event_with_flags():
    before = a_failure(a_frame("app", module="lib", in_app=None), a_frame("pay", in_app=None))
    after = a_failure(a_frame("app", module="lib", in_app=False), a_frame("pay", in_app=True))

    assert kinds(before) == [HashKind.APP_STACK]
    assert not same(before, after)
    assert related(before, after)


def test_code_in_a_library_folder_is_not_our_own_even_where_nobody_says_so():
    library = a_frame("get", filename="/venv/lib/python3.11/site-packages/x.py", in_app=None)
    event = a_failure(library, a_frame("pay", in_app=None))

    assert kinds(event) == [HashKind.APP_STACK, HashKind.FULL_STACK]


def test_a_stack_of_libraries_alone_is_a_full_stack():
    assert kinds(a_failure(a_frame(in_app=False))) == [HashKind.FULL_STACK]


def test_an_organization_says_what_is_its_own():
    event = a_failure(a_frame("pay"), a_frame("get", module="shoplib.http", in_app=False))
    config = GroupingConfig(in_app=("shoplib.",), not_in_app=("shop.",))

    ours = group(event, config=config).explanation["exceptions"][0]["frames"]

    assert [frame["because"] for frame in ours] == [
        "It counts only among all frames: it is not in-app.",
        "It counts by module or file, function, text of the line.",
    ]
    other = group(a_failure(a_frame(module=None, filename="x.py")), config=config)
    assert other.primary.kind is HashKind.APP_STACK


def test_an_organization_may_leave_the_lines_out():
    config = GroupingConfig(uses_context_lines=False)
    one, other = a_failure(a_frame()), a_failure(a_frame(context_line="other"))

    assert group(one, config=config).primary == group(other, config=config).primary


def test_a_recursion_is_the_same_at_every_depth():
    start, inner, other = a_frame("main"), a_frame("walk"), a_frame("visit")
    simple = [a_failure(start, *[inner] * depth) for depth in (2, 3, 900)]
    mutual = [a_failure(start, *[inner, other] * depth) for depth in (2, 3, 120)]

    assert len({group(event).primary for event in simple}) == 1
    assert len({group(event).primary for event in mutual}) == 1


def test_a_chain_counts_as_a_whole():
    outer = an_exception(a_frame("run"), type="JobFailed")
    one = an_event(platform="python", exception=[an_exception(a_frame("pay")), outer])
    other = an_event(platform="python", exception=[an_exception(a_frame("ship")), outer])
    alone = an_event(platform="python", exception=[outer])

    assert kinds(one) == [HashKind.CHAIN]
    assert not related(one, other)
    assert not related(one, alone)


def test_a_group_of_equal_exceptions_is_the_same_at_every_size():
    outer = an_exception(a_frame("run"), type="ExceptionGroup")
    events = [an_event(exception=[an_exception(a_frame())] * n + [outer]) for n in (1, 2, 7)]

    assert len({group(event).primary for event in events}) == 1


def test_a_cause_without_a_stack_counts_by_its_type():
    outer = an_exception(a_frame("run"), type="JobFailed")
    events = [an_event(exception=[an_exception(value=value), outer]) for value in ("a", "b")]

    assert same(*events)
    assert not same(events[0], an_event(exception=[an_exception(type="KeyError"), outer]))


def test_exceptions_without_a_stack_count_by_their_types_and_values():
    event = an_event(exception=[an_exception(value="id 7"), an_exception(type="Outer")])
    again = an_event(exception=[an_exception(value="id 8"), an_exception(type="Outer")])

    assert kinds(event) == [HashKind.MESSAGE]
    assert same(event, again)
    assert not same(event, an_event(exception=[an_exception(type="Outer")]))


def test_a_message_counts_by_its_template_and_by_who_wrote_it():
    sent = {"message": "payment %s failed", "params": [7], "formatted": "payment 7 failed"}
    one = an_event(logentry=sent, logger="shop.pay")
    again = an_event(
        logentry=sent | {"params": ["x y"], "formatted": "payment x y failed"}, logger="shop.pay"
    )

    assert kinds(one) == [HashKind.MESSAGE]
    assert same(one, again)
    assert not same(one, an_event(logentry=sent, logger="shop.ship"))
    assert not same(one, an_event(logentry=sent | {"message": "payment %s"}, logger="shop.pay"))


def test_a_message_with_a_stack_counts_by_its_template():
    plain = an_event(message="disk full")
    with_thread = an_event(message="disk full", threads=[{"stacktrace": {"frames": [a_frame()]}}])
    with_exception = an_event(
        message="disk full", exception=[{"value": "disk full", "stacktrace": [a_frame()]}]
    )

    assert group(plain).primary == group(with_thread).primary == group(with_exception).primary


def test_a_bare_stack_counts():
    event = an_event(platform="python", threads=[{"crashed": True, "stacktrace": [a_frame("run")]}])
    other = an_event(platform="python", threads=[{"crashed": True, "stacktrace": [a_frame("go")]}])

    assert kinds(event) == [HashKind.APP_STACK]
    assert not same(event, other)


def test_an_event_that_says_nothing_counts_by_its_place():
    assert same(an_event(), an_event())
    assert not same(an_event(), an_event(transaction="/pay"))
    assert not same(an_event(), an_event(platform="python"))


@pytest.mark.parametrize(
    ("fingerprint", "same_as_default"),
    [
        ([], True),
        (["{{ default }}"], True),
        (["{{default}}"], True),
        (["{{ message }}"], True),
        (["a"], False),
        (["{{ default }}", "a"], False),
    ],
)
def test_a_fingerprint_of_the_sender_takes_the_place_of_the_stack(fingerprint, same_as_default):
    failure = {"platform": "python", "exception": [an_exception(a_frame(), value="")]}

    event = an_event(fingerprint=fingerprint, **failure)

    assert same(event, an_event(**failure)) is same_as_default
    assert (kinds(event)[0] is HashKind.FINGERPRINT) is not same_as_default


def test_a_fingerprint_alone_unites_what_is_different():
    one = an_event(fingerprint=["disk"], message="a")
    other = an_event(fingerprint=["disk"], exception=[an_exception(a_frame())])

    assert group(one).hashes == group(other).hashes
    assert len(group(one).hashes) == 1


def test_a_fingerprint_with_the_default_divides_what_is_the_same():
    frames = [a_frame("app", in_app=False), a_frame()]
    events = [
        an_event(fingerprint=["{{ default }}", plan], exception=[an_exception(*frames)])
        for plan in ("pro", "free")
    ]

    assert kinds(events[0]) == [HashKind.FINGERPRINT] * 2
    assert not related(*events)


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("{{ type }}", "ZeroDivisionError"),
        ("{{error.type}}", "ZeroDivisionError"),
        ("{{ value }}", "division by zero"),
        ("{{ error.value }}", "division by zero"),
        ("{{ message }}", "could not pay"),
        ("{{ title }}", "ZeroDivisionError: division by zero"),
        ("{{ culprit }}", "/pay"),
        ("{{ transaction }}", "/pay"),
        ("{{ level }}", "warning"),
        ("{{ logger }}", "shop.pay"),
        ("{{ platform }}", "python"),
        ("{{ environment }}", "test"),
        ("{{ release }}", "shop@1"),
        ("{{ component }}", "shop.pay"),
        ("{{ server_name }}", "web-1"),
        ("{{ function }}", "pay"),
        ("{{ stack.function }}", "pay"),
        ("{{ module }}", "shop.payments"),
        ("{{ stack.module }}", "shop.payments"),
        ("{{ package }}", "shop.payments"),
        ("{{ filename }}", "shop/payments.py"),
        ("{{ stack.filename }}", "shop/payments.py"),
        ("{{ stack.abs_path }}", "/srv/shop/payments.py"),
        ("{{ tags.plan }}", "pro"),
        ("{{ tags.none }}!", "!"),
        ("a {{ type }} of {{ tags.plan }}", "a ZeroDivisionError of pro"),
        ("{{ unheard.of }}", "{{ unheard.of }}"),
    ],
)
def test_a_fingerprint_has_variables(part, value):
    attributes = {
        "platform": "python",
        "message": "could not pay",
        "exception": [an_exception(a_frame(abs_path="/srv/shop/payments.py"))],
        "transaction": "/pay",
        "level": "warning",
        "logger": "shop.pay",
        "environment": "test",
        "release": "shop@1",
        "server_name": "web-1",
        "tags": {"plan": "pro"},
    }

    assert same(an_event(fingerprint=[part, "x"], **attributes), an_event(fingerprint=[value, "x"]))


def test_variables_of_frames_are_empty_without_a_stack():
    assert same(
        an_event(fingerprint=["{{ function }}", "x"]), an_event(fingerprint=["{{ module }}", "x"])
    )


def test_the_explanation_says_what_counted_and_why_the_rest_did_not():
    event = an_event(
        platform="javascript",
        exception=[
            an_exception(
                {"filename": "https://shop.example/app.js", "function": "boot", "in_app": True},
                {"filename": "<anonymous>", "function": "Array.map", "in_app": True},
                {"filename": "https://shop.example/app.js", "function": "boot", "in_app": True},
                {"filename": "https://shop.example/app.js", "function": "$e", "in_app": True},
                {"filename": "https://shop.example/lib.js", "function": "wrap", "in_app": False},
                {"filename": "https://shop.example/app.js", "function": "pay", "in_app": True},
                type="TypeError",
            )
        ],
    )

    explanation = group(event).explanation

    assert explanation == {
        "version": 1,
        "summary": "The type and the in-app frames decide.",
        "hashes": [
            {
                "kind": "app_stack",
                "value": group(event).hashes[0].value.hex(),
                "because": "The type and the in-app frames decide.",
            },
            {
                "kind": "full_stack",
                "value": group(event).hashes[1].value.hex(),
                "because": "The types and all frames decide.",
            },
        ],
        "exceptions": [
            {
                "type": "TypeError",
                "value": "It is ignored, because the stack says more.",
                "frames": [
                    {
                        "frame": "https://shop.example/app.js in boot",
                        "because": "It counts by module or file, function.",
                    },
                    {
                        "frame": "<anonymous> in Array.map",
                        "because": "It is ignored: a function of the engine has no place.",
                    },
                    {
                        "frame": "https://shop.example/app.js in boot",
                        "because": "It is ignored: the same frame counted already.",
                    },
                    {
                        "frame": "https://shop.example/app.js in $e",
                        "because": "It is ignored: a minified name changes with each build.",
                    },
                    {
                        "frame": "https://shop.example/lib.js in wrap",
                        "because": "It counts only among all frames: it is not in-app.",
                    },
                    {
                        "frame": "https://shop.example/app.js in pay",
                        "because": "It counts by module or file, function.",
                    },
                ],
            }
        ],
    }
    orjson.dumps(explanation)


def test_the_explanation_of_a_message_shows_what_stays_of_it():
    by_template = group(an_event(logentry={"message": "order 7 of %s"})).explanation
    by_value = group(a_failure(value="order 7")).explanation

    assert by_template["message"] == "order <int> of %s"
    assert by_value["summary"] == (
        "No stack says where it happened, so the type and the message decide."
    )
    assert by_value["exceptions"][0]["value"] == "It counts as “order <int>”."


def test_the_explanation_shows_the_fingerprint_that_decided():
    explanation = group(an_event(fingerprint=["disk"])).explanation

    assert explanation["summary"] == "The sender's own fingerprint decides."
    assert explanation["fingerprint"] == ["disk"]


def test_the_default_rules_are_the_first_version():
    assert GroupingConfig(version=VERSION) == DEFAULT
