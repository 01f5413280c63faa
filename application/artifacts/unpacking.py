"""Unpacking: a zipped bundle taken apart with bounds on what comes out, whatever went in.

Everything here may take seconds, so it is called in a thread.
"""

import hashlib
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

import orjson

from domain.artifacts import (
    MAX_FILE_BYTES,
    MAX_FILES,
    MAX_NAME,
    MAX_UNPACKED_BYTES,
    Artifact,
    ArtifactKind,
    map_name_of,
)
from domain.failures import Invalid
from domain.manifests import Entry, Manifest, read_manifest
from domain.source_maps import hints
from persistence.artifacts.uploads import Content
from persistence.bodies import pack_in_thread

_MANIFEST = "manifest.json"
_MAX_MANIFEST_BYTES = 20 * 1024 * 1024
# Each file has an entry of 46 bytes and its name in the directory, which is read as a whole.
_MAX_DIRECTORY_BYTES = 8 * 1024 * 1024
_DIRECTORY_END = struct.Struct("<4s4H2LH")
_END_MARK, _END_MARK_64 = b"PK\x05\x06", b"PK\x06\x07"
_LONGEST_COMMENT = 0xFFFF
_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
# sentry-cli writes eight bytes of its own before the archive.
_PREFIX = b"SYSB"

Unpacked = list[tuple[Artifact, Content]]


class Bundle:
    """A bundle whose archive was found to be within the limits; its files are read one by one."""

    def __init__(self, file: IO[bytes]) -> None:
        try:
            self._archive = zipfile.ZipFile(_archive_in(file))
            self._files = _listed(self._archive)
            self.manifest = self._read_manifest()
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, ValueError, OSError) as error:
            raise Invalid(f"The bundle is not a zip archive that can be read: {error}") from error

    def files(self) -> Iterator[Unpacked]:
        """Yield what each file of use becomes: itself, and a map that it carries inside."""
        for entry in self.manifest.entries:
            info = self._files.get(entry.path)
            if info is None:
                raise Invalid(f"The manifest names {entry.path[:200]!r}, which is not there.")
            yield unpack_file(entry, self._read(info, MAX_FILE_BYTES))

    def _read_manifest(self) -> Manifest:
        info = self._files.get(_MANIFEST)
        if info is None:
            raise Invalid("The bundle has no manifest.json.")
        try:
            return read_manifest(orjson.loads(self._read(info, _MAX_MANIFEST_BYTES)))
        except orjson.JSONDecodeError as error:
            raise Invalid(f"The manifest.json of the bundle is not JSON: {error}") from error

    def _read(self, info: zipfile.ZipInfo, limit: int) -> bytes:
        """Return a file; what an archive says of its sizes is checked against what comes out."""
        try:
            with self._archive.open(info) as opened:
                content = opened.read(min(limit, info.file_size) + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as e:
            raise Invalid(f"{info.filename[:200]!r} cannot be unpacked: {e}") from e
        if len(content) > limit:
            raise Invalid(f"{info.filename[:200]!r} is larger than {limit} bytes.")
        if len(content) > info.file_size:
            raise Invalid(f"{info.filename[:200]!r} is larger than the archive says.")
        return content


def unpack_file(entry: Entry, content: bytes) -> Unpacked:
    """Return an uploaded file as it is kept, with the map that it carries inside, if it does."""
    is_minified = entry.kind is ArtifactKind.MINIFIED_SOURCE
    debug_id = entry.debug_id or hints.debug_id_in(entry.kind, content)
    map_name, carried = entry.source_map_name, None
    if is_minified and map_name is None:
        if reference := hints.reference_in(content):
            map_name = map_name_of(entry.name, reference[:MAX_NAME])
        elif carried := hints.inline_map_in(content):
            map_name = f"{entry.name[: MAX_NAME - 4]}.map"
    kept = _content(content)
    unpacked = [
        (
            Artifact(
                name=entry.name,
                kind=entry.kind,
                debug_id=debug_id,
                source_map_name=map_name and map_name[:MAX_NAME],
                sha256=kept.sha256,
                size=kept.size,
            ),
            kept,
        )
    ]
    if carried is not None and map_name is not None:
        of_map = Entry(
            path=entry.path,
            name=map_name,
            kind=ArtifactKind.SOURCE_MAP,
            debug_id=debug_id,
            source_map_name=None,
        )
        unpacked += unpack_file(of_map, carried)
    return unpacked


def _content(content: bytes) -> Content:
    body_format, body = pack_in_thread(content)
    return Content(
        sha256=hashlib.sha256(content).digest(),
        size=len(content),
        body_format=body_format,
        body=body,
    )


def _archive_in(file: IO[bytes]) -> IO[bytes]:
    start = file.read(12)
    if not start.startswith((*_MAGIC, _PREFIX)):
        raise Invalid("The bundle is not a zip archive.")
    size = file.seek(0, 2)
    file.seek(max(0, size - _LONGEST_COMMENT - _DIRECTORY_END.size - 20))
    end = file.read()
    at = end.rfind(_END_MARK)
    if at < 0 or len(end) - at < _DIRECTORY_END.size:
        raise Invalid("The bundle is not a zip archive: its directory is missing.")
    if _END_MARK_64 in end[max(0, at - 20) : at]:
        raise Invalid("The bundle is a zip64 archive, which is for larger ones than may be.")
    if _DIRECTORY_END.unpack_from(end, at)[5] > _MAX_DIRECTORY_BYTES:
        raise Invalid(f"The directory of the bundle is larger than {_MAX_DIRECTORY_BYTES} bytes.")
    file.seek(0)
    return file


def _listed(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    listed = archive.infolist()
    if len(listed) > MAX_FILES:
        raise Invalid(f"The bundle has {len(listed)} files; {MAX_FILES} are allowed.")
    if sum(info.file_size for info in listed) > MAX_UNPACKED_BYTES:
        raise Invalid(f"The bundle unpacks to more than {MAX_UNPACKED_BYTES} bytes.")
    files: dict[str, zipfile.ZipInfo] = {}
    for info in listed:
        if info.filename in files:
            raise Invalid(f"The bundle has two files of the name {info.filename[:200]!r}.")
        files[info.filename] = info
    return files
