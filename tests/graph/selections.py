"""Random questions: selections of what may be projected, in every way that GraphQL can say them."""

from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from graph.selection import DEFINITION
from persistence.errors.lists import ErrorOrder
from persistence.projection.declared import ENTITIES
from persistence.projection.entities import Paged
from tests.graph.reading import SCHEMA

NODE = "Node"

PAGES = {
    "PageInfo": ("hasNextPage", "hasPreviousPage", "startCursor", "endCursor"),
    "ErrorConnection": ("totalCount",),
    "OccurrenceConnection": ("totalCount",),
    "ErrorEdge": ("cursor",),
    "OccurrenceEdge": ("cursor",),
}
PAGED = {
    "ErrorConnection": {"edges": "ErrorEdge", "pageInfo": "PageInfo"},
    "OccurrenceConnection": {"edges": "OccurrenceEdge", "pageInfo": "PageInfo"},
    "ErrorEdge": {"node": "Error"},
    "OccurrenceEdge": {"node": "Occurrence"},
}


def _fields(type_name: str) -> dict[str, Any]:
    """Return the fields of a type by the names of our Python fields."""
    fields = SCHEMA._schema.get_type(type_name).fields
    return {field.extensions[DEFINITION].python_name: name for name, field in fields.items()}


# Whatever is declared is asked for, also what is declared tomorrow.
PLAIN = {
    **{
        name: tuple(_fields(name)[field] for field in entity.fields)
        for name, entity in ENTITIES.items()
    },
    **PAGES,
}
EDGES = {
    **{
        name: {
            _fields(name)[field]: relation.entity + "Connection" * isinstance(relation, Paged)
            for field, relation in entity.relations.items()
        }
        for name, entity in ENTITIES.items()
        if entity.relations
    },
    **PAGED,
}

NODES = frozenset({"Error", "Occurrence", "Service", "Organization", "User", "Assignment"})

# Some are out of range, so that refusals are compared too.
SIZES = st.one_of(st.integers(1, 6), st.sampled_from([0, 20, 21, 96, 100, 101]))


@dataclass
class Question:
    """One document with its variables."""

    text: str
    variables: dict[str, Any] = field(default_factory=dict)


class _Writer:
    """Draws a document; every alias is new, so that no two fields are in each other's way."""

    def __init__(self, draw: Any, cursors: list[str]) -> None:
        self._draw = draw
        self._cursors = cursors
        self._names = 0
        self.fragments: list[str] = []

    def _name(self, letter: str) -> str:
        self._names += 1
        return f"{letter}{self._names}"

    def selection(self, type_name: str, depth: int) -> str:
        edges = EDGES.get(type_name, {}) if depth > 0 else {}
        kinds = ["plain", "plain", "typename"] + ["edge"] * 3 * bool(edges)
        kinds += ["inline", "spread"] if depth > 0 else []
        wanted = self._draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=5))
        items = [self._item(kind, type_name, depth) for kind in wanted]
        # At least one that no directive takes away: an empty object is not a selection.
        return "{ " + " ".join([*items, f"{self._name('t')}: __typename"]) + " }"

    def _item(self, kind: str, type_name: str, depth: int) -> str:
        match kind:
            case "plain":
                name = self._draw(st.sampled_from(PLAIN[type_name]))
                return f"{self._alias()}{name}{self._directive()}"
            case "typename":
                return f"__typename{self._directive()}"
            case "edge":
                return self._edge(type_name, depth)
            case "inline":
                return self._inline(type_name, depth)
        name = self._name("F")
        inner = self.selection(type_name, depth - 1)
        self.fragments.append(f"fragment {name} on {type_name} {inner}")
        spread = f"...{name}{self._directive()}"
        return f"{spread} {spread}" if self._draw(st.booleans()) else spread

    def _edge(self, type_name: str, depth: int) -> str:
        name, to = self._draw(st.sampled_from(sorted(EDGES[type_name].items())))
        arguments = self._arguments(name)
        key = f"{self._name('a')}: " if arguments or self._draw(st.booleans()) else ""
        inner = self.selection(to, depth - 1)
        once = f"{key}{name}{arguments}{self._directive()} {inner}"
        if arguments or key or not self._draw(st.booleans()):
            return once
        # The same key twice: the two selections are one.
        return f"{once} {name} {self.selection(to, depth - 1)}"

    def _arguments(self, name: str) -> str:
        given = []
        if name in ("latestOccurrences", "occurrences") and self._draw(st.booleans()):
            size = self._draw(st.sampled_from(["$n", "$none"]) | SIZES.map(str))
            given.append(f"first: {size if name == 'occurrences' or size != '$none' else '$n'}")
        if name == "occurrences" and self._draw(st.booleans()):
            after = self._draw(st.sampled_from(["$after", "$nothing", "null", *self._cursors[:1]]))
            given.append(f"after: {after if after[0] in '$n' else chr(34) + after + chr(34)}")
        if name == "hours" and self._draw(st.booleans()):
            given.append(f"last: {self._draw(st.just('$n') | SIZES.map(str))}")
        return f"({', '.join(given)})" if given else ""

    def _alias(self) -> str:
        return f"{self._name('a')}: " if self._draw(st.booleans()) else ""

    def _inline(self, type_name: str, depth: int) -> str:
        conditions = ["", f" on {type_name}"] + [f" on {NODE}"] * (type_name in NODES)
        condition = self._draw(st.sampled_from(conditions))
        if condition == f" on {NODE}":
            inner = f"{{ {self._alias()}id }}"
        else:
            inner = self.selection(type_name, depth - 1)
        return f"...{condition}{self._directive()} {inner}"

    def _directive(self) -> str:
        chosen: str = self._draw(
            st.sampled_from(
                [""] * 6
                + ["@include(if: $yes)", "@skip(if: $yes)", "@include(if: $no)", "@skip(if: true)"]
                + ["@skip(if: $no) @include(if: true)"]
            )
        )
        return f" {chosen}" if chosen else ""


@st.composite
def questions(
    draw: Any, ids: list[str], cursors: list[str], occurrence_cursors: list[str]
) -> Question:
    """Draw a question about the list of errors, one error, one occurrence or a node."""
    writer = _Writer(draw, occurrence_cursors)
    root = draw(st.sampled_from(["errors", "errors", "error", "occurrence", "node"]))
    variables = {
        "yes": draw(st.booleans()),
        "no": draw(st.booleans()),
        "n": draw(SIZES),
        "none": None,
        "nothing": None,
        "after": draw(st.sampled_from(occurrence_cursors)),
        "id": draw(st.sampled_from([i for i in ids if i.startswith(_prefixes(root))])),
        "first": draw(st.none() | st.integers(1, 10)),
        "cursor": draw(st.none() | st.sampled_from(cursors)),
        "order": draw(st.sampled_from(ErrorOrder)).name,
        "status": draw(st.none() | st.lists(st.sampled_from(["NEW", "IGNORED", "OPEN"]))),
    }
    match root:
        case "errors":
            end = draw(st.sampled_from(["first: $first, after: $cursor", "last: $n"]))
            where = "where: {status: $status}, orderBy: $order"
            asked = f"errors({where}, {end}) {writer.selection('ErrorConnection', 5)}"
        case "error" | "occurrence":
            asked = f"{root}(id: $id) {writer.selection(root.title(), 4)}"
        case _:
            of_each = "".join(
                f" ... on {name} {writer.selection(name, 3)}" for name in ("Error", "Occurrence")
            )
            asked = f"node(id: $id) {{ id __typename {of_each} }}"
    head = (
        "query ($yes: Boolean!, $no: Boolean!, $n: Int!, $none: Int, $nothing: String,"
        " $after: String, $id: ID!, $first: Int, $cursor: String, $order: ErrorOrder!,"
        " $status: [ErrorStatus!])"
    )
    return Question("\n".join([f"{head} {{ {asked} }}", *writer.fragments]), variables)


def _prefixes(root: str) -> tuple[str, ...]:
    return {"error": ("err_",), "occurrence": ("occ_",)}.get(root, ("err_", "occ_"))
