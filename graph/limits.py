"""Limits on one request, decided before anything runs: depth, aliases, root fields, tokens, cost.

Strawberry's own limiters build their rules anew for each request, which makes its validation cache
miss every time (issue 4635), and its caches are bounded by number only; so one extension of ours
does what five of its would.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from graphql import (
    ASTValidationRule,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    specified_rules,
)
from strawberry.extensions import SchemaExtension
from strawberry.types import ExecutionContext

from graph.cost import MAXIMUM_COST, MAXIMUM_PAGE, Cost, Measured
from graph.documents import DOCUMENTS, Known
from graph.failures import refusal

MAXIMUM_DEPTH = 12
MAXIMUM_ALIASES = 30
MAXIMUM_ROOT_FIELDS = 20
MAXIMUM_TOKENS = 2_000

DEPTH_EXCEEDED = "DEPTH_EXCEEDED"
TOKENS_EXCEEDED = "TOKENS_EXCEEDED"
PARSE_FAILED = "GRAPHQL_PARSE_FAILED"

# Introspection goes deeper than any question about errors; graphql-core bounds it by itself.
_INTROSPECTION = frozenset({"__schema", "__type"})


@dataclass(frozen=True, slots=True)
class Shape:
    """How deep a selection goes, how many aliases are in it, and its fields on the first level."""

    depth: int = 0
    aliases: int = 0
    fields: int = 0

    def beside(self, other: "Shape") -> "Shape":
        """Return the shape of both in one selection."""
        return Shape(
            max(self.depth, other.depth), self.aliases + other.aliases, self.fields + other.fields
        )


class ShapeRule(ASTValidationRule):
    """Refuses an operation that is too deep, renames too much or asks too much at its root."""

    def enter_operation_definition(self, node: OperationDefinitionNode, *_: Any) -> None:
        """Measure an operation with its fragments in place."""
        shape = _Shapes(self.context.get_fragment).of(node.selection_set)
        for code, what, found, maximum in (
            (DEPTH_EXCEEDED, "levels of fields", shape.depth, MAXIMUM_DEPTH),
            ("ALIASES_EXCEEDED", "aliases", shape.aliases, MAXIMUM_ALIASES),
            ("ROOT_FIELDS_EXCEEDED", "root fields", shape.fields, MAXIMUM_ROOT_FIELDS),
        ):
            if found > maximum:
                message = f"An operation may have {maximum} {what}; this one has {found}."
                self.report_error(GraphQLError(message, node, extensions={"code": code}))


class _Shapes:
    def __init__(self, fragment: Callable[[str], FragmentDefinitionNode | None]) -> None:
        self._fragment = fragment
        self._known: dict[str, Shape] = {}

    def of(self, selected: SelectionSetNode) -> Shape:
        """Return the shape of a selection."""
        shape = Shape()
        for node in selected.selections:
            shape = shape.beside(self._of_node(node))
        return shape

    def _of_node(self, node: SelectionNode) -> Shape:
        if isinstance(node, FragmentSpreadNode):
            return self._of_fragment(node.name.value)
        if isinstance(node, InlineFragmentNode):
            return self.of(node.selection_set)
        if not isinstance(node, FieldNode):
            return Shape()
        aliases = 1 if node.alias else 0
        if node.selection_set is None or node.name.value in _INTROSPECTION:
            return Shape(1, aliases, 1)
        below = self.of(node.selection_set)
        return Shape(1 + below.depth, aliases + below.aliases, 1)

    def _of_fragment(self, name: str) -> Shape:
        if name not in self._known:
            # Known as empty while it is measured: a cycle ends here, and another rule refuses it.
            self._known[name] = Shape()
            fragment = self._fragment(name)
            if fragment is not None:
                self._known[name] = self.of(fragment.selection_set)
        return self._known[name]


class Preparation(SchemaExtension):
    """Finds out before an operation is run whether it may be, and tells what it was counted as."""

    def __init__(self) -> None:
        self._known: Known | None = None
        self._cost: Cost | None = None

    def on_parse(self) -> Iterator[None]:
        """Put the document where the execution looks for it."""
        context = self.execution_context
        context.parse_options["max_tokens"] = MAXIMUM_TOKENS
        try:
            self._known = DOCUMENTS.known(
                _schema_of(context), context.query or "", max_tokens=MAXIMUM_TOKENS
            )
            context.graphql_document = self._known.document
        except GraphQLSyntaxError:
            # Raised here it would end a stream unanswered; strawberry parses again and answers.
            context.graphql_document = None
        yield

    def on_validate(self) -> Iterator[None]:
        """Validate the document, and measure it if it is valid."""
        if self._known is not None:
            self.execution_context.pre_execution_errors = self._objections(self._known)
        yield

    def _objections(self, known: Known) -> list[GraphQLError]:
        context = self.execution_context
        schema, name = _schema_of(context), context.operation_name
        if errors := objections_to(schema, known, context._provided_operation_name):  # noqa: SLF001
            return errors
        self._cost = known.cost(schema, name, context.variables)
        if isinstance(context.context, Measured):
            context.context.cost = self._cost.requested
        return excess_of(self._cost)

    def get_results(self) -> dict[str, Any]:
        """Return the cost for `extensions`."""
        if self._cost is None:
            return {}
        return {"cost": shown_cost(self._cost)}


def shown_cost(cost: Cost) -> dict[str, int]:
    """Return a cost as answers tell it."""
    return {"requested": cost.requested, "maximum": MAXIMUM_COST}


def _schema_of(context: ExecutionContext) -> GraphQLSchema:
    return context.schema._schema  # noqa: SLF001  strawberry has no public name for it


def objections_to(schema: GraphQLSchema, known: Known, asked: str | None) -> list[GraphQLError]:
    """Return what is wrong with a document, or with the operation that is asked for of it."""
    if errors := known.errors_in(schema, (*specified_rules, ShapeRule)):
        return list(errors)
    if asked is None and len(known.operations) > 1:
        # Strawberry would run the first one; the specification wants to be asked which.
        return [GraphQLError("Say which operation of the document is meant: operationName.")]
    return []


def excess_of(cost: Cost) -> list[GraphQLError]:
    """Return by which limits a cost is too high."""
    if cost.page > MAXIMUM_PAGE:
        message = f"A list may have {MAXIMUM_PAGE} items in one answer; this asks for {cost.page}."
        return [refusal("PAGE_EXCEEDED", message, maximum=MAXIMUM_PAGE)]
    if cost.requested > MAXIMUM_COST:
        message = f"A request may cost {MAXIMUM_COST:,}; this one costs {cost.requested:,}."
        # A refusal over WebSocket has no extensions but those of its errors.
        return [refusal("COST_EXCEEDED", message, **shown_cost(cost))]
    return []


def code_of_syntax_error(message: str) -> str:
    """Return by which limit a document is refused; graphql-core has no codes for that."""
    if "tokens. Parsing aborted" in message:
        return TOKENS_EXCEEDED
    return DEPTH_EXCEEDED if "nested too deeply" in message else PARSE_FAILED
