"""Schema changes: nothing that a client relies on goes away without a release of warning.

`docs/released.graphql` is the schema of the last release. What breaks its clients is refused,
unless that release had deprecated it, or `docs/breaking-changes.md` names it with the reason. A
release copies `schema.graphql` over it and empties the list.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLEnumValue,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    find_breaking_changes,
    get_named_type,
    is_abstract_type,
)
from graphql.utilities import BreakingChange, BreakingChangeType

RELEASED = "docs/released.graphql"
INTENDED = "docs/breaking-changes.md"

# What may go away once it was deprecated; anything else is a change of what stays.
_REMOVALS = frozenset(
    {
        BreakingChangeType.FIELD_REMOVED,
        BreakingChangeType.ARG_REMOVED,
        BreakingChangeType.VALUE_REMOVED_FROM_ENUM,
        BreakingChangeType.TYPE_REMOVED,
    }
)
_LISTED = re.compile(r"^- `(?P<change>[A-Z_]+: .+)`: (?P<reason>\S.*)$", re.MULTILINE)

Part = GraphQLField | GraphQLInputField | GraphQLArgument | GraphQLEnumValue


def problems(released: str, now: str, intended: str) -> list[str]:
    """Return what is wrong with the way from one schema to the next, each in a line or two."""
    before, after = build_schema(released), build_schema(now)
    deprecated = _Deprecated(before)
    broken = {
        _named(change): change
        for change in find_breaking_changes(before, after)
        if not deprecated.covers(change)
    }
    listed = {found["change"] for found in _LISTED.finditer(intended)}
    return [
        *(_refusal(name) for name in broken if name not in listed),
        *(f"{INTENDED} lists what breaks nothing: {name}" for name in sorted(listed - set(broken))),
    ]


def problems_in(root: Path) -> list[str]:
    """Return what is wrong with the schema of a checkout."""
    texts = (root / name for name in (RELEASED, "schema.graphql", INTENDED))
    return problems(*(path.read_text() for path in texts))


def _refusal(name: str) -> str:
    return (
        f"This breaks clients of the last release: {name}\n"
        "  Keep it with @deprecated for a release; or, if it must be, add this line to "
        f"{INTENDED}:\n  - `{name}`: <the reason>"
    )


def _named(change: BreakingChange) -> str:
    return f"{change.type.name}: {change.description}"


class _Deprecated:
    """What the last release had warned of, by the words in which graphql-core tells of changes."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._gone = {name for name, part in _parts_of(schema) if part.deprecation_reason}
        self._types = set(schema.type_map) - _types_in_use(schema)

    def covers(self, change: BreakingChange) -> bool:
        """Say whether a change only takes away what was deprecated."""
        if change.type not in _REMOVALS:
            return False
        # "Field Query.error was removed.", "Enum value Level.LOUD was removed."
        subject = change.description.partition(" was removed")[0].rpartition(" ")[2]
        if change.type is BreakingChangeType.TYPE_REMOVED:
            return subject in self._types
        return subject in self._gone


def _parts_of(schema: GraphQLSchema) -> Iterator[tuple[str, Part]]:
    for type_ in schema.type_map.values():
        if isinstance(type_, GraphQLEnumType):
            yield from ((f"{type_.name}.{name}", value) for name, value in type_.values.items())
        for name, field in _fields_of(type_).items():
            yield f"{type_.name}.{name}", field
            arguments: Mapping[str, GraphQLArgument] = getattr(field, "args", {})
            for argument, part in arguments.items():
                yield f"{type_.name}.{name}({argument}:)", part


def _fields_of(type_: object) -> Mapping[str, GraphQLField | GraphQLInputField]:
    if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
        found: Mapping[str, GraphQLField | GraphQLInputField] = type_.fields
        return found
    return {}


def _types_in_use(schema: GraphQLSchema) -> set[str]:
    """Return the types that can be reached by what is not deprecated."""
    roots = (schema.query_type, schema.mutation_type, schema.subscription_type)
    found: set[str] = set()
    ahead: list[GraphQLNamedType] = [root for root in roots if root is not None]
    while ahead:
        type_ = ahead.pop()
        if type_.name not in found:
            found.add(type_.name)
            ahead += _types_behind(schema, type_)
    return found


def _types_behind(schema: GraphQLSchema, type_: GraphQLNamedType) -> Iterator[GraphQLNamedType]:
    if is_abstract_type(type_):
        yield from schema.get_possible_types(type_)
    for field in _fields_of(type_).values():
        if field.deprecation_reason:
            continue
        yield get_named_type(field.type)
        arguments: Mapping[str, GraphQLArgument] = getattr(field, "args", {})
        yield from (get_named_type(a.type) for a in arguments.values() if not a.deprecation_reason)
