"""Cost: how much an operation may touch, counted from its document and variables alone.

Each field costs one; what lies under a field that takes `first` (or `last`, `limit`, or `ids`)
counts once for each item asked for. Nothing is executed, so a refused request costs us nothing.

A list of nodes that takes no size counts as a few. Such lists can lie in each other in circles (a
team's services, whose team has services), so the next one below counts as more, and all further
ones as many.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias, runtime_checkable

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLArgument,
    GraphQLField,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_list_type,
)

from persistence.pages import DEFAULT_SIZE

MAXIMUM_COST = 50_000
MAXIMUM_PAGE = 100

# Reading the whole schema is bounded, but it is long.
INTROSPECTION_COST = 1_000

Sizes: TypeAlias = frozenset[tuple[str, int]]

_PAGES = ("first", "last", "ids")
# Longer than a page may be, and bounded by who takes it.
_SIZES = (*_PAGES, "limit")
# How many nodes a list without a size counts as, by how many such lists it lies in.
_UNSIZED = (10, 50, 1_000)
_INTROSPECTION = frozenset({"__schema", "__type"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What an operation asks for; `page` is the longest list that it names."""

    requested: int
    page: int


@runtime_checkable
class Measured(Protocol):
    """What is told the cost of the operation that it is the context of."""

    cost: int | None


def sizes_in(variables: Mapping[str, object]) -> Sizes:
    """Return what variables may change of a cost: numbers, and how long lists are."""
    sizes = ((name, _size(value)) for name, value in variables.items())
    return frozenset((name, size) for name, size in sizes if size is not None)


def _size(value: object) -> int | None:
    if isinstance(value, list):
        return len(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def cost_of(
    schema: GraphQLSchema, document: DocumentNode, operation_name: str | None, sizes: Sizes
) -> Cost:
    """Measure an operation of a valid document."""
    operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    operation = next(
        (o for o in operations if o.name and o.name.value == operation_name), operations[0]
    )
    meter = _Meter(
        schema=schema,
        fragments={
            d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)
        },
        sizes=_defaults_of(operation) | dict(sizes),
    )
    root = schema.get_root_type(operation.operation)
    requested = meter.cost_of(operation.selection_set, root)
    return Cost(requested=requested, page=meter.page)


def _defaults_of(operation: OperationDefinitionNode) -> dict[str, int]:
    found: dict[str, int] = {}
    for definition in operation.variable_definitions or ():
        size = _literal_size(definition.default_value)
        if size is not None:
            found[definition.variable.name.value] = size
    return found


def _is_unsized(definition: GraphQLField) -> bool:
    """Say whether a field gives a list of nodes whose length nobody asks for."""
    if not is_list_type(get_nullable_type(definition.type)):
        return False
    interfaces = getattr(get_named_type(definition.type), "interfaces", ())
    is_of_nodes = any(interface.name == "Node" for interface in interfaces)
    return is_of_nodes and not any(name in definition.args for name in _SIZES)


def _literal_size(value: ValueNode | None) -> int | None:
    if isinstance(value, IntValueNode):
        return int(value.value)
    return len(value.values) if isinstance(value, ListValueNode) else None


@dataclass(slots=True, kw_only=True)
class _Meter:
    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    sizes: Mapping[str, int]
    page: int = 0
    known: dict[tuple[str, int], int] = field(default_factory=dict)

    def cost_of(
        self, selected: SelectionSetNode, parent: GraphQLNamedType | None, level: int = 0
    ) -> int:
        """Return the cost of a selection on one object of a type, so deep in unsized lists."""
        total = 0
        for node in selected.selections:
            if isinstance(node, FieldNode):
                total += self._cost_of_field(node, parent, level)
            elif isinstance(node, InlineFragmentNode):
                narrowed = node.type_condition
                type_ = self.schema.get_type(narrowed.name.value) if narrowed else parent
                total += self.cost_of(node.selection_set, type_, level)
            elif isinstance(node, FragmentSpreadNode):
                total += self._cost_of_fragment(node.name.value, level)
        return total

    def _cost_of_fragment(self, name: str, level: int) -> int:
        # Once at each level: spread into each other they would else take exponential time.
        if (cost := self.known.get((name, level))) is None:
            fragment = self.fragments[name]
            type_ = self.schema.get_type(fragment.type_condition.name.value)
            cost = self.known[name, level] = self.cost_of(fragment.selection_set, type_, level)
        return cost

    def _cost_of_field(self, node: FieldNode, parent: GraphQLNamedType | None, level: int) -> int:
        name = node.name.value
        if name in _INTROSPECTION:
            return INTROSPECTION_COST
        definition = getattr(parent, "fields", {}).get(name)
        if definition is None or node.selection_set is None:
            return 1
        type_ = get_named_type(definition.type)
        if _is_unsized(definition):
            most = _UNSIZED[min(level, len(_UNSIZED) - 1)]
            return 1 + most * self.cost_of(node.selection_set, type_, min(level + 1, 2))
        below = self.cost_of(node.selection_set, type_, level)
        return 1 + self._times(node, definition.args) * below

    def _times(self, node: FieldNode, arguments: Mapping[str, GraphQLArgument]) -> int:
        given = {argument.name.value: argument.value for argument in node.arguments or ()}
        asked = {
            name: size
            for name in _SIZES
            if name in arguments
            and (size := self._asked(given.get(name), arguments[name])) is not None
        }
        if not asked and "first" in arguments:
            return DEFAULT_SIZE
        self.page = max(self.page, *(asked.get(name, 0) for name in _PAGES))
        return max((1, *asked.values()))

    def _asked(self, value: ValueNode | None, argument: GraphQLArgument) -> int | None:
        size = _literal_size(value)
        if isinstance(value, VariableNode):
            size = self.sizes.get(value.name.value)
        if size is None:
            default: Any = argument.default_value
            size = _size(default)
        return size
