"""Multipart forms: files and fields of an upload, within bounds."""

import zlib
from dataclasses import dataclass

from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from ingest.answers import Receive, Refused
from ingest.bodies import TooLarge, pieces
from ingest.routes import Request

MAX_FILES = 128
MAX_FIELDS = 32
_MAX_FIELD_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file of a form: the name of its field, its own name, and what it holds."""

    field: str
    name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What a form holds; a field may come several times."""

    files: tuple[File, ...]
    fields: tuple[tuple[str, str], ...]

    def field(self, name: str) -> str | None:
        """Return the first text of a field."""
        return next((text for key, text in self.fields if key == name), None)


async def read_form(request: Request, receive: Receive, limit: int) -> Form:
    """Return the form of a request whose body is within the limit."""
    kind = request.header(b"content-type")
    if not kind.lower().startswith("multipart/form-data"):
        raise Refused(400, "The body is a form of the type multipart/form-data.")
    length = request.header(b"content-length")
    if length.isdigit() and int(length) > limit:
        raise TooLarge(limit)
    parser = MultiPartParser(
        Headers({"content-type": kind}),
        pieces(receive, limit),
        max_files=MAX_FILES,
        max_fields=MAX_FIELDS,
        max_part_size=_MAX_FIELD_BYTES,
    )
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError) as error:
        raise Refused(400, "The form cannot be read.", causes=(str(error),)) from error
    try:
        files, fields = [], []
        for field, value in form.multi_items():
            if isinstance(value, UploadFile):
                content = await value.read()
                files.append(File(field=field, name=value.filename or "", content=content))
            else:
                fields.append((field, value))
    finally:
        await form.close()
    return Form(files=tuple(files), fields=tuple(fields))


def unzipped(content: bytes, limit: int) -> bytes:
    """Return what gzip made of a file, which must not be larger than the limit."""
    stream = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        out = stream.decompress(content, limit + 1)
    except zlib.error as error:
        raise Refused(400, "A file cannot be decompressed.", causes=(str(error),)) from error
    if len(out) > limit:
        raise TooLarge(limit)
    if not stream.eof:
        raise Refused(400, "A file's compressed data ends too early.")
    return out
