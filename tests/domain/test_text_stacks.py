"""Text stacks: what runtimes print becomes the frames that an SDK would have sent."""

import shutil
import subprocess
import time
import traceback
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.text_stacks import parse_stack, read_stack

STACKS = Path(__file__).parent / "stacks"


def told(name: str) -> list[dict[str, Any]]:
    """The exceptions of one of the texts."""
    return parse_stack((STACKS / f"{name}.txt").read_text())


def said(exceptions: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [(each.get("module"), each.get("type"), each.get("value")) for each in exceptions]


def frames(exception: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [
        (frame.get("module"), frame.get("function"), frame.get("filename"), frame.get("lineno"))
        for frame in exception["stacktrace"]["frames"]
    ]


def own(exception: dict[str, Any]) -> list[Any]:
    return [frame.get("function") for frame in exception["stacktrace"]["frames"] if frame["in_app"]]


@pytest.mark.parametrize("path", sorted(STACKS.glob("*.txt")), ids=lambda path: path.stem)
def test_the_language_is_told_from_the_text(path: Path):
    names = {
        **dict.fromkeys(("chrome", "firefox", "safari", "node"), "javascript"),
        "dotnet": "csharp",
    }
    language = path.stem.partition("_")[0]

    assert read_stack(path.read_text()).language == names.get(language, language)


def _fails(depth: int) -> None:
    if depth:
        _fails(depth - 1)
    int("x")


def test_a_real_python_failure_reads_like_what_was_raised():
    try:
        try:
            _fails(2)
        except ValueError as cause:
            raise KeyError("no card") from cause
    except KeyError as error:
        text, raised = traceback.format_exc(), error

    inner, outer = parse_stack(text)

    assert [(each["type"], each["value"]) for each in (inner, outer)] == [
        ("ValueError", "invalid literal for int() with base 10: 'x'"),
        ("KeyError", "'no card'"),
    ]
    for exception, read in ((raised.__cause__, inner), (raised, outer)):
        assert [
            (frame["abs_path"], frame["lineno"], frame["function"], frame["context_line"])
            for frame in read["stacktrace"]["frames"]
        ] == [
            (frame.filename, frame.lineno, frame.name, frame.line)
            for frame in traceback.extract_tb(exception.__traceback__)
        ]
    assert inner["mechanism"]["source"] == "__cause__"


def test_a_python_group_keeps_its_tree():
    exceptions = told("python_group")

    assert [
        (each["type"], each["value"], each["mechanism"].get("parent_id")) for each in exceptions
    ] == [
        ("FileNotFoundError", "[Errno 2] no", 4),
        ("TypeError", "t", 4),
        ("ExceptionGroup", "in", 0),
        ("ValueError", "1", 0),
        ("JSONDecodeError", exceptions[4]["value"], 1),
        ("KeyError", "'bad\\nmore'", 0),
        ("ExceptionGroup", "several", None),
    ]
    assert [each["mechanism"]["exception_id"] for each in exceptions] == [6, 5, 4, 3, 2, 1, 0]
    assert frames(exceptions[4])[-1] == ("json.decoder", "raw_decode", "json/decoder.py", 353)
    assert own(exceptions[4]) == ["a", "inner"]


def test_a_real_node_failure_is_read_with_its_cause():
    if not (node := shutil.which("node")):
        pytest.skip("no node on this machine")
    program = (
        'function inner() { throw new RangeError("no card") }\n'
        "function pay() { try { inner() } catch (cause) {"
        ' throw new TypeError("cannot pay: x", { cause }) } }\n'
        "pay()"
    )
    ran = subprocess.run([node, "-e", program], capture_output=True, text=True)

    inner, outer = parse_stack(ran.stderr)

    assert said([inner, outer]) == [
        (None, "RangeError", "no card"),
        (None, "TypeError", "cannot pay: x"),
    ]
    assert [(f.get("function"), f.get("lineno")) for f in inner["stacktrace"]["frames"]][-2:] == [
        ("pay", 2),
        ("inner", 1),
    ]
    assert outer["stacktrace"]["frames"][-1]["colno"] > 1


def test_the_stack_of_chrome():
    [exception] = told("chrome")

    assert said([exception]) == [
        (None, "TypeError", "Cannot read properties of undefined (reading 'total')")
    ]
    assert [(f["function"], f["filename"], f.get("lineno")) for f in _frames(exception)] == [
        ("?", "<anonymous>", None),
        ("process.processTicksAndRejections", "node:internal/process/task_queues", 95),
        ("?", "https://shop.example/static/app.js", 99),
        ("Object.next", "https://shop.example/node_modules/kit/index.js", 3),
        ("?", "https://shop.example/static/app.js", 7),
        ("Array.map", "<anonymous>", None),
        ("Promise.all", "<anonymous>", None),
        ("new Cart", "https://shop.example/static/app.1f2e3d4c.js", 1),
        ("Cart.pay", "webpack:///./src/cart.ts?1a2b", 41),
    ]
    assert own(exception) == ["?", "?", "new Cart", "Cart.pay"]


def _frames(exception: dict[str, Any]) -> list[dict[str, Any]]:
    return exception["stacktrace"]["frames"]


def test_the_stacks_of_firefox_and_safari():
    [firefox], [safari] = told("firefox"), told("safari")

    assert frames(firefox) == [
        (None, "?", "https://shop.example/cdn/npm/@acme/kit@2.0.0/kit.js", 1),
        (None, "Cart", "webpack:///./src/cart.ts", 4),
        (None, "pay", "https://shop.example/static/app.js?v=3", 8),
        (None, "pay", "https://shop.example/static/app.js?v=3", 10),
    ]
    assert frames(safari) == [
        (None, "global code", "https://shop.example/", 1),
        (None, "map", "[native code]", None),
        (None, "pay", "https://shop.example/static/app.js", 10),
    ]


def test_java_with_its_causes_and_what_was_suppressed():
    cause, suppressed, outer = told("java")

    assert said([cause, suppressed, outer]) == [
        ("java.lang", "ArithmeticException", "no card"),
        ("java.lang", "IllegalArgumentException", "close failed"),
        ("java.lang", "IllegalStateException", "cannot pay\nsecond line"),
    ]
    assert own(cause) == ["main", "lambda$main$0", "pay", "card", "card", "card"]
    assert frames(suppressed)[-1] == ("Shop$Closing", "close", "Shop.java", 3)


def test_what_java_leaves_out_as_common_is_filled_in():
    cause, suppressed, outer = told("java_elided")

    assert said([outer]) == [("com.acme.shop", "PaymentException", "card refused")]
    assert [each[1] for each in frames(outer)] == ["run", "pay", "run", "charge"]
    assert [each[1] for each in frames(suppressed)] == ["run", "pay", "rollback"]
    assert [each[1] for each in frames(cause)] == ["run", "pay", "run", "<init>", "socketRead0"]
    assert frames(cause)[0] == ("java.lang.Thread", "run", "Thread.java", 840)


def test_go_tells_of_the_goroutine_that_failed():
    [panic] = told("go")

    assert said([panic]) == [(None, "panic", "runtime error: index out of range [5] with length 3")]
    assert frames(panic) == [
        ("main", "main", "/srv/shop/main.go", 11),
        ("main", "main.func1", "/srv/shop/main.go", 12),
        ("example.com/shop/cart", "Map[...]", "/srv/shop/cart/map.go", 7),
        ("example.com/shop/cart", "(*Cart).Pay", "/srv/shop/cart/cart.go", 41),
        (None, "panic", "/usr/local/go/src/runtime/panic.go", 770),
    ]
    assert own(panic) == ["main", "main.func1", "Map[...]", "(*Cart).Pay"]


def test_ruby_in_the_old_and_the_new_form():
    cause, outer = told("ruby_34")
    [old] = told("ruby_old")

    assert said([cause, outer, old]) == [
        (None, "Bank::Closed", "the bank\nis closed"),
        (None, "ZeroDivisionError", "divided by 0"),
        (None, "ZeroDivisionError", "divided by 0"),
    ]
    assert frames(outer)[-2:] == [
        ("Cart", "pay", "/srv/shop/cart.rb", 12),
        ("Integer", "/", "/srv/shop/cart.rb", 12),
    ]
    assert own(old) == ["block (2 levels) in create", "pay", "/"]


def test_php_names_move_to_the_place_where_they_ran():
    first, last = told("php")

    assert said([first, last]) == [
        (None, "PDOException", "no such table in the shop"),
        (None, "Shop\\CheckoutException", "cannot\npay"),
    ]
    assert frames(first)[-2:] == [
        (None, "Shop\\Cart::Shop\\{closure}", "/srv/shop/src/Cart.php", 20),
        (None, "Shop\\Db::query", "/srv/shop/src/Db.php", 12),
    ]
    assert "secret" not in str(first)


def test_dotnet_with_inner_exceptions_and_the_names_of_the_source():
    socket, http, outer = told("dotnet")

    assert said([socket, http, outer]) == [
        (None, "System.Net.Sockets.SocketException", "Connection refused"),
        (None, "System.Net.Http.HttpRequestException", "Connection refused (bank:443)"),
        (None, "Shop.CheckoutException", "cannot pay"),
    ]
    assert frames(http) == [
        ("Shop.Bank", "Retry { <lambda> }", None, None),
        ("Shop.Bank", "ChargeAsync", "Bank.cs", 12),
        ("System.Net.Http.HttpClient", "Core", None, None),
    ]
    assert frames(outer)[-1] == ("Shop.Cart", "Pay", "Cart.cs", 20)


_PIECES = [
    line for path in sorted(STACKS.glob("*.txt")) for line in path.read_text().splitlines()
] + ["", "(", "<>", " in ", "at ", "@", "a" * 3000, "\t", "... 999999999 more", " ---> ", "#0 "]


@given(
    st.lists(st.one_of(st.sampled_from(_PIECES), st.text(max_size=60)), max_size=60),
    st.sampled_from(["\n", "\r\n", ""]),
)
@settings(max_examples=200, deadline=2000)
def test_anything_gives_exceptions_with_frames_or_nothing(lines: list[str], joint: str):
    for exception in parse_stack(joint.join(lines)):
        assert exception.keys() <= {"type", "value", "module", "stacktrace", "mechanism"}
        for frame in exception.get("stacktrace", {}).get("frames", []):
            assert frame.get("lineno", 1) >= 0


@pytest.mark.parametrize(
    "piece",
    [
        '  File "' * 9,
        '  File "a", line 1, in f\n',
        "    at a (" * 9,
        "    at f (http://x/y:1:1)\n",
        "\tat a.b(C.java:1)\nCaused by: a.b.C: x\n\t... 99999 more\n",
        "#0 /a(1): f()\nNext X: in in in  in a:1\n",
        " in  in  in :1" * 9,
        "x ---> " * 9,
        "   at A.<b>d__1.MoveNext() in (((" * 9,
        "a.rb:1:in `x': m (E)\n",
        "main.f((((((((\n\t/a.go:1 +0x1\n",
        "  +-+---------------- 1 ----------------\n  + Exception Group Traceback"
        " (most recent call last):\n",
        'Traceback (most recent call last):\n  File "a", line 1, in f\nE: x\n',
        "fn@" * 99,
        "<a>b__" * 99,
    ],
)
def test_hostile_texts_take_no_long_time(piece: str):
    text = piece * (3_000_000 // len(piece))

    began = time.process_time()
    parse_stack(text)

    assert time.process_time() - began < 1
