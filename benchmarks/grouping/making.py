"""Making events of failures: the same failure as it comes from other days, machines and builds."""

import random
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from benchmarks.grouping import failures

EVENTS_EACH = 6
_SEED = 20261121
_BROWSERS = ("chrome", "firefox", "safari")


def filled(template: str, rng: random.Random) -> str:
    """Return a text with something else in each of its gaps."""
    hexadecimal = f"{rng.getrandbits(32):08x}"
    gaps = {
        "id": f"ord_{rng.getrandbits(48):012x}",
        "uuid": str(UUID(int=rng.getrandbits(128), version=4)),
        "ip": f"10.{rng.randrange(256)}.{rng.randrange(256)}.{rng.randrange(1, 255)}",
        "host": f"db-{rng.randrange(20)}.eu{rng.randrange(4)}.example.com",
        "date": f"2026-{rng.randrange(1, 13):02}-1{rng.randrange(10)} 1{rng.randrange(10)}:31:07",
        "duration": f"{rng.randrange(1, 90)}.{rng.randrange(10)}{rng.choice(('s', ' s', 'ms'))}",
        "path": f"/var/{rng.choice(('lib/shop', 'tmp'))}/{hexadecimal}/{rng.randrange(999)}.csv",
        "url": f"https://cdn{rng.randrange(9)}.example.com/static/{hexadecimal}.js",
        "email": f"{rng.choice(('ada', 'grace', 'alan'))}{rng.randrange(99)}@example.com",
        "sha": f"{rng.getrandbits(160):040x}",
        "trace": f"00-{rng.getrandbits(128):032x}-{rng.getrandbits(64):016x}-01",
        "n": str(rng.randrange(1, 5000)),
        "m": str(rng.randrange(1000, 90000)),
        "g": str(rng.randrange(1, 60)),
        "h": hexadecimal,
        "null": "",
    }
    for name, value in gaps.items():
        template = template.replace(f"{{{name}}}", value)
    return template


def events_of(language: str, failure: str, rng: random.Random) -> Iterator[dict[str, Any]]:
    """Yield what different senders make of one failure."""
    make = _MAKERS[language]
    for number in range(EVENTS_EACH):
        exceptions = [
            _exception(language, part.strip(), rng, number) for part in failure.split("<-")
        ]
        yield {
            "platform": make,
            "level": "error",
            "release": f"shop@1.{number}.{rng.randrange(99)}",
            "server_name": filled("{host}", rng),
            "exception": {"values": exceptions},
        }


_MAKERS = {
    "python": "python",
    "javascript": "javascript",
    "minified": "javascript",
    "java": "java",
    "go": "go",
    "ruby": "ruby",
    "php": "php",
    "csharp": "csharp",
}


def _exception(language: str, failure: str, rng: random.Random, number: int) -> dict[str, Any]:
    type_, value, frames = (part.strip() for part in failure.split("|", 2))
    if language == "minified":
        stack = list(_minified(frames, rng, number))
    else:
        stack = [
            frame
            for written in (frames.split(" ; ") if frames else ())
            for frame in _frames(language, written, rng, number)
        ]
    return {"type": type_, "value": filled(value, rng), "stacktrace": {"frames": stack}}


def _frames(
    language: str, written: str, rng: random.Random, number: int
) -> Iterator[dict[str, Any]]:
    """Yield a frame as this sender shows it; what is marked with a star calls itself."""
    is_repeated, is_library = written.startswith("*"), written.startswith("!")
    told = [part.strip(" >") for part in written.lstrip("*!").split(" > ", 2)]
    place, function, line = (*told, "")[:3]
    for _ in range(rng.randrange(3, 120) if is_repeated else 1):
        frame: dict[str, Any] = {
            "function": filled(function, rng) or None,
            "lineno": 10 + rng.randrange(300),
            "in_app": not is_library,
            "vars": {"total": rng.randrange(10**6), "who": filled("{email}", rng)},
        }
        frame.update(_SHAPES[language](filled(place, rng), line, is_library, rng, number))
        yield frame


def _python(place: str, line: str, is_library: bool, rng: random.Random, number: int) -> Any:
    root = (
        f"/usr/lib/python3.{rng.randrange(9, 14)}/site-packages"
        if is_library
        else filled("/srv/releases/{h}", rng)
    )
    return {
        "module": place.removesuffix(".py").replace("/", "."),
        "filename": place,
        "abs_path": f"{root}/{place}",
        "context_line": " " * rng.choice((4, 8)) + line,
    }


def _javascript(place: str, line: str, is_library: bool, rng: random.Random, number: int) -> Any:
    # Resolved by a source map in most builds; one sender has no line, and each engine its own way.
    own = {
        "abs_path": f"webpack://shop/./{place}",
        "filename": f"./{place}",
        "colno": rng.randrange(99),
    }
    return own | {"context_line": "  " + line}


def _minified(frames: str, rng: random.Random, number: int) -> Iterator[dict[str, Any]]:
    browser = _BROWSERS[number % len(_BROWSERS)]
    for name in frames.split(" ; "):
        short = rng.choice("abcdefghijklmnopqrst")
        function = {"chrome": f"Object.{short}", "firefox": short, "safari": short}[browser]
        yield {
            "function": function if browser != "safari" or name != "n" else "?",
            "filename": filled("https://shop{g}.example.com/assets/main.{h}.js", rng),
            "lineno": 1,
            "colno": rng.randrange(90_000),
            "in_app": True,
        }


def _java(place: str, line: str, is_library: bool, rng: random.Random, number: int) -> Any:
    file = place.rpartition(".")[2].partition("$")[0]
    return {"module": place, "filename": f"{file}.java"}


def _go(place: str, line: str, is_library: bool, rng: random.Random, number: int) -> Any:
    root = f"/go/pkg/mod/x@v1.{number}.0" if is_library else filled("/build/{h}", rng)
    return {"module": place, "filename": f"{place}.go", "abs_path": f"{root}/{place}.go"}


def _with_line(root: str, library: str) -> Any:
    def shape(place: str, line: str, is_library: bool, rng: random.Random, number: int) -> Any:
        where = filled(library if is_library else root, rng)
        return {"filename": place, "abs_path": f"{where}/{place}", "context_line": line}

    return shape


def _csharp(place: str, line: str, is_library: bool, rng: random.Random, number: int) -> Any:
    file = place.rpartition(".")[2].partition("+")[0]
    return {
        "module": place,
        "filename": f"{file}.cs",
        "abs_path": filled("C:\\build\\{h}\\", rng) + file,
    }


_SHAPES = {
    "python": _python,
    "javascript": _javascript,
    "java": _java,
    "go": _go,
    "ruby": _with_line("/srv/app/releases/{n}", "/usr/lib/ruby/gems/3.{g}.0"),
    "php": _with_line("/var/www/{h}", "/var/www/{h}"),
    "csharp": _csharp,
}
_FAILURES = {
    "python": failures.PYTHON,
    "javascript": failures.JAVASCRIPT,
    "minified": failures.MINIFIED,
    "java": failures.JAVA,
    "go": failures.GO,
    "ruby": failures.RUBY,
    "php": failures.PHP,
    "csharp": failures.CSHARP,
}


def generated() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield (service, name of the true group, event), always the same ones."""
    for language, listed in _FAILURES.items():
        for name, failure in listed.items():
            rng = random.Random(f"{_SEED}{language}{name}")
            for event in events_of(language, failure, rng):
                yield language, f"{language}/{name}", event
    for name, message in failures.MESSAGES.items():
        rng = random.Random(f"{_SEED}{name}")
        for number in range(EVENTS_EACH):
            said = filled(message, rng)
            event = {"platform": "python", "logger": "shop.mail", "logentry": {"formatted": said}}
            yield "messages", f"message/{name}", event | {"release": f"shop@1.{number}"}


def hard() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield what is hard to group, in the same form."""
    for name, (language, forms) in failures.HARD.items():
        rng = random.Random(f"{_SEED}{name}")
        each = [list(events_of(language, form, rng)) for form in forms]
        for number in range(EVENTS_EACH):
            yield f"hard-{language}", f"hard/{name}", each[number % len(each)][number]
