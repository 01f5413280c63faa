"""Bound tokens: those that may run one document only, however it is formatted (TEN-06)."""

import hashlib
from functools import lru_cache

from graphql import (
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    specified_rules,
)
from graphql.utilities import strip_ignored_characters

from domain.failures import Invalid
from domain.tokens import BoundDocument
from domain.viewers import Viewer
from graph.documents import DOCUMENTS
from graph.failures import refusal
from graph.limits import MAXIMUM_TOKENS, ShapeRule

LONGEST_DOCUMENT = 20_000

_NOT_THIS = "This token may run one document only, and this is another."


@lru_cache(maxsize=128)
def _normalised(text: str) -> str:
    return strip_ignored_characters(text)


def bound_document(schema: GraphQLSchema, text: str, *, field: str) -> BoundDocument:
    """Return the document that a token is to be bound to, or refuse what cannot be run."""
    if len(text) > LONGEST_DOCUMENT:
        raise Invalid(f"A document has at most {LONGEST_DOCUMENT:,} characters.", field=field)
    try:
        known = DOCUMENTS.known(schema, text, max_tokens=MAXIMUM_TOKENS)
        errors = known.errors_in(schema, (*specified_rules, ShapeRule))
    except GraphQLSyntaxError as error:
        raise Invalid(error.message, field=field) from error
    if errors:
        raise Invalid(errors[0].message, field=field)
    operations = [d for d in known.document.definitions if isinstance(d, OperationDefinitionNode)]
    if len(operations) != 1:
        raise Invalid("The document must have one operation.", field=field)
    normal = _normalised(text)
    if "\0" in normal:
        raise Invalid("The document has a character that cannot be stored.", field=field)
    return BoundDocument(normal, hashlib.sha256(normal.encode()).hexdigest())


def text_to_run(viewer: Viewer, text: str | None, sha256: str | None) -> str:
    """Return the text of what a viewer asks to run; raise when it is not theirs to run."""
    bound = viewer.bound
    if text is None and (bound is None or sha256 != bound.sha256):
        if bound is not None:
            raise refusal("FORBIDDEN", _NOT_THIS)
        message = "No document is kept under this hash for you; send its text."
        raise refusal("PERSISTED_QUERY_NOT_FOUND", message)
    if bound is None:
        assert text is not None  # noqa: S101 mypy does not see it
        return text
    if text is not None and not _is_same(text, bound):
        raise refusal("FORBIDDEN", _NOT_THIS)
    return bound.text


def _is_same(text: str, bound: BoundDocument) -> bool:
    if text == bound.text:
        return True
    if len(text) > LONGEST_DOCUMENT:
        return False
    try:
        return _normalised(text) == bound.text
    except (GraphQLError, UnicodeError):
        return False
