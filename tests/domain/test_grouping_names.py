"""Names: what a build, a generator or a browser adds to a name does not divide an error."""

import pytest

from domain.grouping import group
from domain.grouping.names import clean_file, clean_function, clean_module, clean_type, is_minified
from tests.domain.recorded import a_failure


@pytest.mark.parametrize(
    ("family", "name", "clean"),
    [
        ("python", "pay", "pay"),
        ("python", "Checkout.pay", "pay"),
        ("python", "app.<locals>.<lambda>", "<lambda>"),
        ("python", "<module>", "<module>"),
        ("javascript", "pay", "pay"),
        ("javascript", "Object.pay", "pay"),
        ("javascript", "async Cart.pay", "pay"),
        ("javascript", "new Cart", "Cart"),
        ("javascript", "Object.pay [as withScope]", "pay"),
        ("javascript", "Object.Vf [as withScope]", ""),
        ("javascript", "UtilityScript.<anonymous>", ""),
        ("javascript", "<anonymous>", ""),
        ("javascript", "Cart.pay/<", "pay"),
        ("javascript", "async*pay", "pay"),
        ("javascript", "?", ""),
        ("javascript", "eval", ""),
        ("javascript", "dP", ""),
        ("javascript", "$e1", ""),
        ("javascript", "aB3", ""),
        ("javascript", "get", "get"),
        ("native", "-[Cart pay:]", "-[Cart pay:]"),
        ("native", "shop::pay(int, char const*)", "shop::pay"),
        ("native", "(anonymous namespace)::pay(int)", "(anonymous namespace)::pay"),
        ("native", "shop::pay::h0123456789abcdef", "shop::pay"),
        ("native", "pay + 0x1f", "pay"),
        ("java", "lambda$pay$0", "lambda$pay"),
        ("java", "access$001", "access$"),
        ("java", "pay", "pay"),
        ("other", "Start.func12", "Start.func"),
        ("other", "(*Server).Pay.func1.2", "(*Server).Pay.func"),
        ("other", "block in pay", "pay"),
        ("other", "block (2 levels) in pay", "pay"),
        ("other", "rescue in block in pay", "pay"),
        ("other", "_app_views_users_show_html_erb__1234_5678", "_app_views_users_show_html_erb"),
        ("other", "{closure}", "{closure}"),
        ("other", "{closure:/srv/a.php:12}", "{closure}"),
        ("other", "class@anonymous/srv/a.php:0x7f00::pay", "class@anonymous::pay"),
        ("other", "<PayAsync>d__12.MoveNext", "PayAsync"),
        ("other", "<>c__DisplayClass1_0.<Pay>b__0", "Pay"),
    ],
)
def test_a_function_is_named_as_in_its_source(family, name, clean):
    assert clean_function(name, family) == clean


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("Shop.Payments", "shop.payments"),
        ("shop.Cart$$EnhancerBySpringCGLIB$$1a2b3c", "shop.cart$$enhancerbyspringcglib$$"),
        ("shop.Cart$$FastClassBySpringCGLIB$$deadbeef", "shop.cart$$fastclassbyspringcglib$$"),
        ("shop.Cart$$Lambda$14/0x0000000800c03000", "shop.cart$$lambda"),
        ("com.sun.proxy.$Proxy123", "com.sun.proxy.$proxy"),
        ("shop.Cart$1", "shop.cart"),
        ("shop.Cart$Line", "shop.cart$line"),
        ("sun.reflect.GeneratedMethodAccessor42", "sun.reflect.generatedmethodaccessor42"),
        ("static/chunks/pages/index-abc123def456", "static/chunks/pages/index"),
        ("app:lib/cart-item", "app:lib/cart-item"),
    ],
)
def test_a_module_is_named_without_what_was_generated(name, clean):
    assert clean_module(name) == clean


def test_a_type_keeps_its_case():
    assert clean_type("KeyError") == "KeyError"
    assert clean_type("class@anonymous/srv/a.php") == "class@anonymous"
    assert clean_type("<Pay>d__1") == "Pay"


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("shop/Payments.py", "payments.py"),
        (r"C:\shop\Payments.cs", "payments.cs"),
        ("https://shop.example/static/app.js?v=3#x", "app.js"),
        ("https://shop.example/app.3f9c2b.js", "app.js"),
        ("app.3f9c2b1d.chunk.js", "app.chunk.js"),
        ("main-3f9c2b1d4e5f6a7b8c9d.js", "main.js"),
        ("index-B3a9xQ1z.js", "index.js"),
        ("index-BxQzAbCd.js", "index.js"),
        ("user-settings.js", "user-settings.js"),
        ("user-Settings.js", "user-settings.js"),
        ("bundle.min.js", "bundle.js"),
        ("webpack:///./src/cart.ts?abcd", "cart.ts"),
        ("webpack-internal:///./src/cart.ts", "cart.ts"),
        ("app:///cart.ts", "cart.ts"),
        ("~/static/cart.ts", "cart.ts"),
        ("<ipython-input-12-3f9c2b1d>", "<input>"),
        ("<string>", "<string>"),
        ("/srv/a.php(12) : eval()'d code", "a.php"),
        ("https://shop.example/", "shop.example"),
        ("", ""),
    ],
)
def test_a_file_is_named_without_its_place_and_its_build(name, clean):
    assert clean_file(name) == clean


@pytest.mark.parametrize(
    ("name", "minified"),
    [("e", True), ("dP", True), ("_I", True), ("$e1", True), ("aB3", True), ("map", False)],
)
def test_a_minified_name_is_short_and_odd(name, minified):
    assert is_minified(name) is minified


def a_script(*frames, **attributes):
    made = [{"in_app": True, "lineno": 1} | frame for frame in frames]
    return a_failure(*made, platform="javascript", type="TypeError", **attributes)


def test_a_stack_of_minified_names_is_no_stack():
    bundle = {"filename": "https://shop.example/app.js"}
    one = a_script(bundle | {"function": "n"}, bundle | {"function": "dP"}, value="x is 7")
    other = a_script(bundle | {"function": "t"}, bundle | {"function": "qA"}, value="x is 8")

    assert group(one).primary.kind == "message"
    assert group(one).primary == group(other).primary


@pytest.mark.parametrize(
    ("last", "kind"),
    [
        ({"filename": "https://shop.example/app.js", "function": "pay"}, "app_stack"),
        ({"filename": "https://shop.example/app.js", "function": "n"}, "message"),
        ({"filename": "https://shop.example/app.js"}, "message"),
        ({"filename": "", "function": "eval"}, "message"),
        ({"filename": "<anonymous>", "function": "JSON.parse", "lineno": None}, "app_stack"),
        ({"filename": "app.js", "function": "n", "context_line": "x = y.z;"}, "app_stack"),
        ({"filename": "app.js", "function": "n", "context_line": "x" * 300}, "message"),
        ({"filename": "app.js", "function": "n", "context_line": "{snip} a"}, "message"),
    ],
)
def test_a_stack_counts_only_if_it_says_where_it_ends(last, kind):
    start = {"filename": "https://shop.example/app.js", "function": "start"}

    assert group(a_script(start, last)).primary.kind == kind


def test_in_a_script_the_text_of_the_line_counts_instead_of_the_name():
    line = {"filename": "cart.ts", "context_line": "total(cart)"}

    one, other = a_script(line | {"function": "n"}), a_script(line | {"function": "priceOf"})

    assert group(one).primary == group(other).primary


def test_a_comprehension_is_a_part_of_its_function():
    frame = {"module": "shop", "context_line": "[a for a in b]", "in_app": True}
    before = a_failure(frame | {"function": "pay"}, frame | {"function": "<listcomp>"})
    after = a_failure(frame | {"function": "pay"})

    assert group(before).primary == group(after).primary


def test_a_script_that_is_run_is_named_by_its_file():
    frames = [{"module": "__main__", "filename": name, "function": "main"} for name in "ab"]

    assert group(a_failure(frames[0])).primary != group(a_failure(frames[1])).primary
    assert group(a_failure({"module": "__main__", "function": "main"})).primary.kind == "app_stack"


def test_a_native_frame_counts_by_its_function():
    one = a_failure({"function": "pay(int)", "package": "/lib/a.so"}, platform="native")
    other = a_failure({"function": "pay(long)", "package": "/lib/b.so"}, platform="native")
    none = a_failure({"instruction_addr": "0x1"}, platform="native")

    assert group(one).primary == group(other).primary
    assert group(one).primary.kind == "app_stack"
    assert group(none).primary.kind == "message"


def test_a_frame_may_be_of_another_platform_than_its_event():
    one = a_failure({"function": "Foo.pay", "filename": "a.py", "platform": "python"}, platform="x")
    other = a_failure({"function": "pay", "filename": "a.py", "platform": "python"}, platform="x")

    assert group(one).primary == group(other).primary


def test_in_java_the_line_does_not_count():
    frame = {"module": "shop.Cart", "function": "pay", "in_app": True}
    one = a_failure(frame | {"context_line": "a"}, platform="java")
    other = a_failure(frame, platform="java")

    assert group(one).primary == group(other).primary


def test_a_line_that_only_throws_counts_together_with_its_function():
    line = {"filename": "api.ts", "context_line": "  throw new Error(text)"}

    load, save, minified = (a_script(line | {"function": name}) for name in ("load", "save", "n"))

    assert group(load).primary != group(save).primary
    assert group(minified).primary != group(load).primary
