"""Search: one line of text that says which errors, and help while it is typed.

`is:unresolved assignee:me severity:>=high tag.browser:Firefox "timeout" last-seen:<2h`
"""

from domain.search.completing import Suggestion, suggestions
from domain.search.mistakes import Mistake
from domain.search.parsing import parse
from domain.search.terms import KEYS, Compared, Key, KeyKind, Search, Term

__all__ = [
    "KEYS",
    "Compared",
    "Key",
    "KeyKind",
    "Mistake",
    "Search",
    "Suggestion",
    "Term",
    "parse",
    "suggestions",
]
