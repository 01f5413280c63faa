"""Grouping: the same failure is one error, another failure is another."""

import pytest

from domain.grouping import DEFAULT, VERSION, GroupingConfig, HashKind, group
from tests.domain.recorded import (
    a_failure,
    a_frame,
    an_event,
    an_exception,
    kinds,
    normalised,
    recorded_events,
    related,
    same,
)

RECORDED = recorded_events()


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


def test_the_default_rules_are_the_first_version():
    assert GroupingConfig(version=VERSION) == DEFAULT
