"""Selections: a field's selection set as a plain tree of picks; it knows no SQL.

Fragments are spread, @skip and @include decided, and fields of one response key merged, as the
specification of GraphQL has it. Names are those of our Python fields.
"""

from collections.abc import Hashable, Iterable, Mapping
from typing import Any, cast

from graphql import (
    DirectiveNode,
    FieldNode,
    FragmentSpreadNode,
    GraphQLAbstractType,
    GraphQLField,
    GraphQLObjectType,
    GraphQLResolveInfo,
    InlineFragmentNode,
    ListValueNode,
    NamedTypeNode,
    ObjectValueNode,
    SelectionNode,
    SelectionSetNode,
    Undefined,
    ValueNode,
    VariableNode,
    get_named_type,
    value_from_ast,
)

from persistence.projection.picks import (
    Argument,
    Constant,
    NotProjectable,
    Pick,
    Picks,
    Variable,
)

DEFINITION = "strawberry-definition"


def picks_of(info: GraphQLResolveInfo[Any], type_name: str | None = None) -> Picks:
    """Return what a field's selection picks; `type_name` says what stands behind an interface."""
    named = (
        get_named_type(info.return_type) if type_name is None else info.schema.get_type(type_name)
    )
    if not isinstance(named, GraphQLObjectType):
        raise NotProjectable(f"{named} is not an object type.")
    return _Tree(info).picks(named, info.field_nodes)


def shape_of(variables: Mapping[str, Any]) -> Hashable:
    """Return what variables may change of a tree, as against values inside it.

    That is which of them are given, and what booleans say, because they decide @skip and @include.
    """
    return tuple(
        (name, value if isinstance(value, bool) else None)
        for name, value in variables.items()
        if value is not None
    )


class _Tree:
    def __init__(self, info: GraphQLResolveInfo[Any]) -> None:
        self._schema = info.schema
        self._fragments = info.fragments
        # Strawberry hands over the coerced values as they are.
        self._variables = cast("Mapping[str, Any]", info.variable_values)

    def picks(self, parent: GraphQLObjectType, nodes: Iterable[FieldNode]) -> Picks:
        collected: dict[str, list[FieldNode]] = {}
        spread: set[str] = set()
        for node in nodes:
            if node.selection_set is not None:
                self._collect(parent, node.selection_set, collected, spread)
        return tuple(self._pick(parent, key, same) for key, same in collected.items())

    def _collect(
        self,
        parent: GraphQLObjectType,
        selections: SelectionSetNode,
        collected: dict[str, list[FieldNode]],
        spread: set[str],
    ) -> None:
        for selection in selections.selections:
            if not self._is_wanted(selection):
                continue
            match selection:
                case FieldNode():
                    key = (selection.alias or selection.name).value
                    collected.setdefault(key, []).append(selection)
                case InlineFragmentNode():
                    if self._fits(parent, selection.type_condition):
                        self._collect(parent, selection.selection_set, collected, spread)
                case FragmentSpreadNode() if selection.name.value not in spread:
                    spread.add(selection.name.value)
                    fragment = self._fragments[selection.name.value]
                    if self._fits(parent, fragment.type_condition):
                        self._collect(parent, fragment.selection_set, collected, spread)

    def _pick(self, parent: GraphQLObjectType, key: str, nodes: list[FieldNode]) -> Constant | Pick:
        name = nodes[0].name.value
        if name == "__typename":
            return Constant(key, parent.name)
        field = parent.fields.get(name)
        definition = None if field is None else field.extensions.get(DEFINITION)
        if field is None or definition is None:
            raise NotProjectable(f"{name} is not a field of ours.")
        inner = get_named_type(field.type)
        picks = self.picks(inner, nodes) if isinstance(inner, GraphQLObjectType) else None
        return Pick(key, definition.python_name, self._arguments(field, nodes[0]), picks)

    def _arguments(self, field: GraphQLField, node: FieldNode) -> Mapping[str, Argument]:
        found: dict[str, Argument] = {}
        for argument in node.arguments or ():
            name, value = argument.name.value, argument.value
            if isinstance(value, VariableNode):
                if value.name.value in self._variables:
                    given = self._variables[value.name.value]
                    found[name] = None if given is None else Variable(value.name.value)
            elif isinstance(value, ListValueNode | ObjectValueNode):
                raise NotProjectable("An argument may have variables inside.")
            else:
                found[name] = self._literal(field, name, value)
        return found

    def _literal(self, field: GraphQLField, name: str, value: ValueNode) -> object:
        coerced = value_from_ast(value, field.args[name].type)
        if coerced is Undefined:
            raise NotProjectable(f"{name} is not given a value that it takes.")
        return coerced

    def _fits(self, parent: GraphQLObjectType, condition: NamedTypeNode | None) -> bool:
        if condition is None or condition.name.value == parent.name:
            return True
        wanted = self._schema.get_type(condition.name.value)
        return isinstance(wanted, GraphQLAbstractType) and self._schema.is_sub_type(wanted, parent)

    def _is_wanted(self, selection: SelectionNode) -> bool:
        return all(self._decides(directive) for directive in selection.directives or ())

    def _decides(self, directive: DirectiveNode) -> bool:
        if directive.name.value not in ("skip", "include"):
            raise NotProjectable(f"@{directive.name.value} needs the executor.")
        condition: Any = (directive.arguments or ())[0].value
        if isinstance(condition, VariableNode):
            truth = bool(self._variables.get(condition.name.value))
        else:
            truth = bool(condition.value)
        return truth == (directive.name.value == "include")
