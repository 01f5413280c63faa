"""Names of sources: as bundlers write them into maps, and as people know them."""

import re
from urllib.parse import urljoin

_SCHEME = re.compile(r"^(?:webpack|webpack-internal|turbopack|rollup|vite|app|rsc)://[^/]*/")
_HASH = re.compile(r"\?[0-9a-f]{4,8}$")
_UPWARDS = re.compile(r"^(?:\.{1,2}/)+")
_GROUP = re.compile(r"^(?:\([a-z-]+\)/|\[project\]/)(?:\./)?")
_ADDRESS = re.compile(r"^(?:[a-z][a-z0-9+.-]*:|/)", re.IGNORECASE)
_LIBRARIES = re.compile(
    r"(?:^|/)(?:node_modules|bower_components|jspm_packages)/"
    r"|(?:^|/)webpack/(?:runtime|bootstrap|universalModuleDefinition)|^\(webpack\)|(?:^|/)~/"
)


def filename_of(source: str) -> str:
    """Return the file of a source without what its bundler put around it."""
    name = _HASH.sub("", source)
    name = _GROUP.sub("", _UPWARDS.sub("", _SCHEME.sub("", name)))
    return _UPWARDS.sub("", name) or source


def address_of(source: str, minified: str) -> str:
    """Return a source in full: where it says nothing else, it lies beside the minified file."""
    if _ADDRESS.match(source):
        return source
    try:
        return urljoin(minified, source)
    except ValueError:
        return source


def is_library(source: str) -> bool:
    """Say whether a source is surely not the sender's own code."""
    return bool(_LIBRARIES.search(source))
