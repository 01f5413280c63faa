"""The compiler: picks over entities become columns, and each thing one JSON object.

`row_to_json` over a sub-select is the fastest way in which PostgreSQL writes an object (measured:
twice as fast as nested `json_build_object`), and it keeps the order of the keys.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnClause,
    ColumnElement,
    FromClause,
    Integer,
    Label,
    Select,
    bindparam,
    func,
    literal_column,
    select,
)
from sqlalchemy.sql.visitors import iterate

from domain.failures import Invalid
from persistence.pages import DEFAULT_SIZE, MAX_SIZE, Keyset, size_of
from persistence.projection.connections import ANY_PAGE, PAGE_AFTER, connection
from persistence.projection.entities import (
    Bounded,
    Derived,
    Entity,
    Newest,
    One,
    Paged,
    Relation,
    constant,
)
from persistence.projection.picks import Argument, Constant, NotProjectable, Pick, Picks, Variable

# PostgreSQL cuts longer names of columns, and a row has no more than 1,664.
MAX_KEY_BYTES = 63
MAX_KEYS = 1000


@dataclass(frozen=True, slots=True)
class Asked:
    """An argument inside the tree: where its value comes from, and what it binds."""

    argument: Argument
    read: Callable[[object], Mapping[str, object]]

    def values(self, variables: Mapping[str, object]) -> Mapping[str, object]:
        """Return what the argument binds in one asking; Invalid when it refuses its value."""
        if isinstance(self.argument, Variable):
            return self.read(variables[self.argument.name])
        return self.read(self.argument)


class Compiler:
    """Compiles one tree; it gives out every alias and every bound name of the statement."""

    def __init__(self, entities: Mapping[str, Entity]) -> None:
        self._entities = entities
        self._names = 0
        self.asked: list[Asked] = []

    def name(self, letter: str) -> str:
        """Return a name that nothing else in the statement has."""
        self._names += 1
        return f"{letter}{self._names}"

    def rows_of(self, entity: str) -> FromClause:
        """Return the rows of an entity's table under a new alias."""
        table = self._entities[entity].table
        if table is None:
            raise NotProjectable(f"{entity} has no table of its own.")
        return table.alias(self.name("t"))

    def object(self, wanted: Select[Any]) -> ColumnElement[Any]:
        """Return the JSON object of the only row of a select, NULL where there is none."""
        row = wanted.subquery(self.name("o"))
        return select(func.row_to_json(row.table_valued())).scalar_subquery()

    def array(self, wanted: Select[Any]) -> ColumnElement[Any]:
        """Return the JSON array of the rows of a select, in their order."""
        row = wanted.subquery(self.name("a"))
        items = func.json_agg(func.row_to_json(row.table_valued()))
        return select(func.coalesce(items, literal_column("'[]'"))).scalar_subquery()

    def columns(self, entity: str, picks: Picks | None, rows: FromClause) -> list[Label[Any]]:
        """Return what was picked of an entity's rows, under the wanted keys."""
        declared = self._entities[entity]
        return self.labelled(picks, lambda pick: self._expression(declared, pick, rows))

    def labelled(
        self, picks: Picks | None, expression: Callable[[Pick], ColumnElement[Any]]
    ) -> list[Label[Any]]:
        """Return the columns of picks under their keys, as far as PostgreSQL can name them."""
        if not picks or len(picks) > MAX_KEYS:
            raise NotProjectable("So many keys are not one row.")
        if any(len(pick.key.encode()) > MAX_KEY_BYTES for pick in picks):
            raise NotProjectable("A key is too long to be the name of a column.")
        return [
            (constant(pick.text) if isinstance(pick, Constant) else expression(pick)).label(
                pick.key
            )
            for pick in picks
        ]

    def _expression(self, declared: Entity, pick: Pick, rows: FromClause) -> ColumnElement[Any]:
        if (expression := declared.fields.get(pick.name)) is not None:
            return expression(rows)
        if (relation := declared.relations.get(pick.name)) is not None:
            return self._related(relation, pick, rows)
        raise NotProjectable(f"{pick.name} is not declared.")

    def _related(self, relation: Relation, pick: Pick, parent: FromClause) -> ColumnElement[Any]:
        match relation:
            case One():
                return self._one(relation, pick, parent)
            case Newest():
                return self._newest(relation, pick, parent)
            case Derived():
                return self._derived(relation, pick, parent)
            case Paged():
                return self._paged(relation, pick, parent)

    def _one(self, relation: One, pick: Pick, parent: FromClause) -> ColumnElement[Any]:
        child = self.rows_of(relation.entity)
        wanted = select(*self.columns(relation.entity, pick.picks, child)).select_from(child)
        wanted = wanted.where(relation.on(parent, child)).correlate(parent)
        if relation.order is not None:
            wanted = wanted.order_by(*relation.order(child)).limit(literal_column("1", Integer))
        return self.object(wanted)

    def _newest(self, relation: Newest, pick: Pick, parent: FromClause) -> ColumnElement[Any]:
        one = literal_column("1", Integer)
        size = one if relation.size is None else self._size(relation.size, pick)
        only = self._needed(relation.entity, pick.picks)
        found = relation.rows(parent, self.name("t"), size, only=only).subquery(self.name("t"))
        wanted = select(*self.columns(relation.entity, pick.picks, found)).select_from(found)
        wanted = wanted.order_by(*relation.order(found)).correlate(parent)
        return self.object(wanted) if relation.size is None else self.array(wanted)

    def _needed(self, entity: str, picks: Picks | None) -> frozenset[str]:
        """Return the names of the columns of an entity's rows that these picks are made of."""
        trial = Compiler(self._entities)
        rows = trial.rows_of(entity)
        every = (part for each in trial.columns(entity, picks, rows) for part in iterate(each))
        return frozenset(
            part.name for part in every if isinstance(part, ColumnClause) and part.table is rows
        )

    def _derived(self, relation: Derived, pick: Pick, parent: FromClause) -> ColumnElement[Any]:
        size = None if relation.size is None else self._size(relation.size, pick)
        made = relation.rows(parent, self.name("t"), size)
        wanted = select(*self.columns(relation.entity, pick.picks, made)).select_from(made)
        return self.array(wanted.order_by(*relation.order(made)).correlate(parent))

    def _paged(self, relation: Paged, pick: Pick, parent: FromClause) -> ColumnElement[Any]:
        prefix = self.name("p") + "_"
        self.asked.append(
            Asked(pick.arguments.get("first"), lambda value: {f"{prefix}size": _page_size(value)})
        )
        after = pick.arguments.get("after")
        listing = relation.listing(parent, ANY_PAGE if after is None else PAGE_AFTER, prefix)
        if after is not None:
            keyset = listing.keyset
            self.asked.append(Asked(after, lambda value: _after(keyset, value, prefix)))
        return self.object(connection(self, relation.entity, pick.picks, listing))

    def _size(self, bounded: Bounded, pick: Pick) -> ColumnElement[int]:
        name = self.name("n")
        argument = pick.arguments.get(bounded.argument, bounded.default)
        self.asked.append(Asked(argument, lambda value: {name: _bounded(value, bounded)}))
        return bindparam(name, type_=Integer)


def _bounded(value: object, bounded: Bounded) -> int:
    if value is None:
        raise Invalid("A number is wanted.", field=bounded.argument)
    return size_of(value, default=0, maximum=bounded.maximum, field=bounded.argument)


def _page_size(value: object) -> int:
    return size_of(value, default=DEFAULT_SIZE, maximum=MAX_SIZE, field="first")


def _after(keyset: Keyset, value: object, prefix: str) -> Mapping[str, object]:
    place = keyset.place(str(value), field="after")
    return {f"{prefix}after_at": place.at, f"{prefix}after_id": place.id}
