"""Names, places and manifests of artifacts, and what files say of themselves. Pure."""

from uuid import UUID

import pytest

from domain.artifacts import ArtifactKind, debug_id_of, map_name_of, names_for
from domain.failures import Invalid
from domain.manifests import read_manifest
from domain.source_maps import hints
from domain.source_maps.frames import minified_files, restore
from domain.source_maps.names import address_of, filename_of, is_library
from domain.source_maps.originals import Original

ID = "6f9a1c52-3b7e-4d0a-9c41-2f8e5a7b1d30"


@pytest.mark.parametrize(
    ("url", "names"),
    [
        ("https://shop.test/a/app.js", ("https://shop.test/a/app.js", "~/a/app.js")),
        (
            "https://shop.test/app.js?v=1#x",
            ("https://shop.test/app.js?v=1#x", "https://shop.test/app.js",
             "~/app.js?v=1", "~/app.js"),
        ),
        ("app:///main.js", ("app:///main.js", "~/main.js")),
        ("/srv/dist/main.js", ("/srv/dist/main.js", "~/srv/dist/main.js")),
        ("http://[broken/app.js", ("http://[broken/app.js",)),
    ],
)  # fmt: skip
def test_a_file_is_looked_for_under_the_names_that_builds_give_it(url, names):
    assert names_for(url) == names


@pytest.mark.parametrize(
    ("name", "reference", "found"),
    [
        ("~/static/app.js", "app.js.map", "~/static/app.js.map"),
        ("~/static/app.js", "../maps/app.js.map?x", "~/maps/app.js.map?x"),
        ("~/static/app.js", "https://cdn.test/app.js.map", "https://cdn.test/app.js.map"),
        ("https://shop.test/a/app.js", "app.js.map", "https://shop.test/a/app.js.map"),
        ("~/app.js", "data:application/json;base64,e30=", None),
        ("~/app.js", "http://[broken", None),
    ],
)
def test_a_reference_leads_to_the_name_of_a_map(name, reference, found):
    assert map_name_of(name, reference) == found


@pytest.mark.parametrize("text", [ID, ID.upper(), ID.replace("-", ""), f"{ID}-0"])
def test_a_debug_id_is_the_same_however_it_is_spelled(text):
    assert debug_id_of(text) == UUID(ID)


@pytest.mark.parametrize("value", [None, 7, "", "6f9a1c52", "x" * 36])
def test_what_is_no_debug_id_is_none(value):
    assert debug_id_of(value) is None


@pytest.mark.parametrize(
    ("source", "filename"),
    [
        ("webpack:///./src/app.ts?a1b2", "src/app.ts"),
        ("webpack://shop/./src/app.ts", "src/app.ts"),
        ("webpack://_N_E/(app-pages-browser)/./src/app.tsx", "src/app.tsx"),
        ("turbopack:///[project]/src/app.ts", "src/app.ts"),
        ("../../src/app.ts", "src/app.ts"),
        ("/srv/src/app.ts", "/srv/src/app.ts"),
        ("webpack:///", "webpack:///"),
    ],
)
def test_a_source_is_called_as_people_know_it(source, filename):
    assert filename_of(source) == filename


def test_a_source_lies_beside_the_minified_file_unless_it_says_where():
    assert address_of("../src/a.ts", "https://x.test/dist/app.js") == "https://x.test/src/a.ts"
    assert address_of("webpack:///./a.ts", "https://x.test/app.js") == "webpack:///./a.ts"


def test_libraries_are_known_by_their_folders():
    assert is_library("webpack:///./node_modules/react/index.js")
    assert is_library("webpack/runtime/chunk loading")
    assert not is_library("src/node_modules_report.ts")


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {},
        {"files": []},
        {"files": {"a.js": 1}},
        {"files": {}, "release": 7},
        {"files": {}, "dist": "d" * 256},
        {"files": {"a.js": {"type": "source_map", "url": "~/../a.js"}}},
        {"files": {"a.js": {"type": "source_map", "url": "~/" + "a" * 1_000}}},
        {"files": {"a": {"type": "source_map", "url": "~/x"},
                   "b": {"type": "source_map", "url": "~/x"}}},
    ],
)  # fmt: skip
def test_an_odd_manifest_is_refused_with_a_sentence(document):
    with pytest.raises(Invalid) as refused:
        read_manifest(document)

    assert refused.value.message.endswith((".", "'"))


def test_a_manifest_is_read_as_the_tools_write_it():
    manifest = read_manifest(
        {
            "release": "shop@1",
            "files": {
                "files/_/_/app.js": {
                    "type": "minified_source",
                    "url": "~/app.js",
                    "headers": {"Debug-Id": ID, "Sourcemap": "app.js.map"},
                },
                "files/_/_/app.ts": {"type": "source", "url": "~/app.ts"},
                "weird": {"type": ["x"]},
            },
        }
    )

    [entry] = manifest.entries
    assert (manifest.release, manifest.dist) == ("shop@1", "")
    assert (entry.name, entry.kind) == ("~/app.js", ArtifactKind.MINIFIED_SOURCE)
    assert (entry.debug_id, entry.source_map_name) == (UUID(ID), "~/app.js.map")


def test_files_say_of_themselves_what_headers_do_not():
    code = f"f();\n//# debugId={ID}\n//# sourceMappingURL=app.js.map\n".encode()
    carrying = b"f();\n//# sourceMappingURL=data:application/json;charset=utf-8;base64,e30=\n"

    assert hints.debug_id_in(ArtifactKind.MINIFIED_SOURCE, code) == UUID(ID)
    assert hints.debug_id_in(ArtifactKind.SOURCE_MAP, f'{{"debugId":"{ID}"}}'.encode()) == UUID(ID)
    assert hints.reference_in(code) == "app.js.map"
    assert hints.reference_in(carrying) is None
    assert hints.inline_map_in(carrying) == b"{}"
    assert hints.kind_of("app.css", b"a{}") is None


def a_body(*frames, **more):
    return {"exception": {"values": [{"stacktrace": {"frames": list(frames)}}]}, **more}


def a_frame(**fields):
    return {"filename": "https://x.test/a.js", "function": "n", "lineno": 1, "colno": 9, **fields}


@pytest.mark.parametrize(
    "frame",
    [
        a_frame(colno=None),
        a_frame(lineno=0),
        a_frame(filename="<anonymous>"),
        a_frame(filename="node:internal/timers"),
        a_frame(platform="python"),
        a_frame(data={"minified": {}}),
    ],
)
def test_a_frame_that_cannot_be_read_is_not_asked_about(frame):
    assert minified_files(a_body(frame), "javascript") == []


def test_frames_of_one_file_are_asked_about_together_and_odd_images_do_no_harm():
    images = [None, {"type": "sourcemap"}, {"type": "sourcemap", "code_file": "https://x.test/a.js",
                                            "debug_id": ID}]  # fmt: skip
    body = a_body(a_frame(), a_frame(colno=3), debug_meta={"images": images})

    [file] = minified_files(body, "javascript")

    assert (file.debug_id, file.positions) == (UUID(ID), [(1, 3), (1, 9)])
    assert (
        minified_files(a_body(a_frame(), debug_meta={"images": 7}), "javascript")[0].debug_id
        is None
    )


def test_a_function_without_a_name_takes_the_one_it_is_called_by():
    caller, called = a_frame(), a_frame(colno=3)
    body = a_body(caller, called)
    told = Original("a.ts", 1, 1, "<unknown>", "pay", None, (), ())

    read = restore(body, {id(caller): ("u", told), id(called): ("u", told._replace(name=None))})

    assert read == 2
    assert (caller["function"], called["function"]) == ("n", "pay")


def test_of_endless_stacks_what_was_raised_last_is_read_first():
    frames = [a_frame(lineno=n) for n in range(1, 400)]
    body = a_body(*frames)
    body["exception"]["values"] += a_body(*frames)["exception"]["values"]

    [file] = minified_files(body, "javascript")

    assert len(file.frames) == 500
    assert file.frames[0] is body["exception"]["values"][1]["stacktrace"]["frames"][-1]
