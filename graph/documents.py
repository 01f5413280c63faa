"""Documents: each is parsed, validated and measured once, and kept while it is asked for.

What is kept is bounded by the length of the texts, not by their number: two thousand hostile
documents of the longest kind would take more than two gigabytes.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field

from graphql import (
    ASTValidationRule,
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    parse,
)
from strawberry.schema.schema import validate_document

from graph.cost import Cost, Sizes, cost_of, sizes_in
from graph.sharing import Shape, shape_of

# A text's tree takes up to 300 times its length; ordinary ones take a fifth of that.
KEPT_CHARACTERS = 600_000
KEPT_COSTS = 32


@dataclass(slots=True)
class Known:
    """What is known of one document."""

    document: DocumentNode
    errors: tuple[GraphQLError, ...] | None = None
    costs: dict[tuple[str | None, Sizes], Cost] = field(default_factory=dict)
    shapes: dict[str | None, Shape] = field(default_factory=dict)

    @property
    def operations(self) -> list[OperationDefinitionNode]:
        """The operations of which one is to be run."""
        return [d for d in self.document.definitions if isinstance(d, OperationDefinitionNode)]

    def shape(self, operation: OperationDefinitionNode) -> Shape:
        """Return what of an operation of a valid document many can share."""
        name = operation.name.value if operation.name else None
        if (shape := self.shapes.get(name)) is None:
            definitions = self.document.definitions
            fragments = [d for d in definitions if isinstance(d, FragmentDefinitionNode)]
            shape = shape_of(operation, {each.name.value: each for each in fragments})
            self.shapes[name] = shape
        return shape

    def errors_in(
        self, schema: GraphQLSchema, rules: tuple[type[ASTValidationRule], ...]
    ) -> tuple[GraphQLError, ...]:
        """Return what is wrong with the document, by rules that are always the same."""
        if self.errors is None:
            self.errors = tuple(validate_document(schema, self.document, rules))
        return self.errors

    def cost(
        self, schema: GraphQLSchema, name: str | None, variables: Mapping[str, object] | None
    ) -> Cost:
        """Return what an operation of a valid document asks for."""
        sizes = sizes_in(variables or {})
        if (cost := self.costs.get((name, sizes))) is None:
            cost = cost_of(schema, self.document, name, sizes)
            if len(self.costs) < KEPT_COSTS:
                self.costs[name, sizes] = cost
        return cost


class Documents:
    """The documents that were asked lately."""

    def __init__(self, kept_characters: int = KEPT_CHARACTERS) -> None:
        self.parsed = 0
        self.characters = 0
        self._limit = kept_characters
        self._known: OrderedDict[tuple[GraphQLSchema, str], Known] = OrderedDict()

    def known(self, schema: GraphQLSchema, text: str, *, max_tokens: int) -> Known:
        """Return what is known of a text; GraphQLSyntaxError if it is no document."""
        key = (schema, text)
        if (known := self._known.get(key)) is not None:
            self._known.move_to_end(key)
            return known
        self.parsed += 1
        known = Known(parse(text, max_tokens=max_tokens))
        if len(text) <= self._limit:
            self._known[key] = known
            self.characters += len(text)
            while self.characters > self._limit:
                (_, oldest), _ = self._known.popitem(last=False)
                self.characters -= len(oldest)
        return known


DOCUMENTS = Documents()
