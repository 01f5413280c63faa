"""Names: what people call things, on one line."""

import unicodedata

from domain.failures import Invalid

# Control characters, and what breaks a line or a paragraph.
_BREAKING = frozenset({"Cc", "Zl", "Zp"})


def must_be_one_line(name: str, *, field: str = "name") -> str:
    """Return a name, or refuse one that would break the lines that it is shown in."""
    if any(unicodedata.category(sign) in _BREAKING for sign in name):
        raise Invalid("A name has no line breaks and no control characters.", field=field)
    return name
