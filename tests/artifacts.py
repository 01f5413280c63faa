"""Makers for tests of artifacts: the recorded build, bundles, and who uploads them."""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "envelopes"
MINIFIED = (FOLDER / "sourcemap" / "app.min.js").read_bytes()
SOURCE_MAP = (FOLDER / "sourcemap" / "app.min.js.map").read_bytes()
DEBUG_ID = "6f9a1c52-3b7e-4d0a-9c41-2f8e5a7b1d30"


def the_recorded_event() -> dict[str, Any]:
    """The event of the minified page, as the browser's SDK sent it."""
    envelope = (FOLDER / "sentry-javascript-11" / "sourcemap-3.envelope").read_bytes()
    return json.loads(envelope.split(b"\n")[2])


def a_bundle(
    files: Mapping[str, tuple[dict[str, Any], bytes]] | None = None, **manifest: Any
) -> bytes:
    """A zipped bundle as the tools make them; the recorded build where no files are given."""
    files = THE_BUILD if files is None else files
    told = {"files": {path: entry for path, (entry, _) in files.items()}, **manifest}
    return a_zip(
        {"manifest.json": json.dumps(told).encode()} | {p: c for p, (_, c) in files.items()}
    )


def a_zip(files: Mapping[str, bytes]) -> bytes:
    """An archive of these files."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return written.getvalue()


def sha1(content: bytes) -> str:
    """The name of a piece."""
    return hashlib.sha1(content).hexdigest()


THE_BUILD = {
    "files/_/_/app.min.js": (
        {
            "type": "minified_source",
            "url": "~/www/app.min.js",
            "headers": {"debug-id": DEBUG_ID, "sourcemap": "app.min.js.map"},
        },
        MINIFIED,
    ),
    "files/_/_/app.min.js.map": (
        {
            "type": "source_map",
            "url": "~/www/app.min.js.map",
            "headers": {"debug-id": DEBUG_ID},
        },
        SOURCE_MAP,
    ),
}
