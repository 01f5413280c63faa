"""Plans: statements that are made once for each shape of a question, and kept while in use."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Select, Text, cast, select

from persistence.compiled import compiled
from persistence.database import Database, Scope, in_scope
from persistence.projection.compiler import Asked, Compiler
from persistence.projection.declared import ENTITIES
from persistence.projection.picks import NotProjectable, Picks


class Question(Protocol):
    """What is asked at the root: which rows, as against what of them."""

    @property
    def shape(self) -> Hashable:
        """What of the question changes the statement, as against its values."""
        ...

    def values(self) -> Mapping[str, object]:
        """Return the values of the names that its statement binds."""
        ...

    def answer(self, compiler: Compiler, picks: Picks) -> ColumnElement[Any]:
        """Return the JSON that answers it."""
        ...


@dataclass(frozen=True, slots=True)
class Plan:
    """A statement that returns one JSON text, what it binds, and the same `in_scope`."""

    sql: str
    names: tuple[str, ...]
    asked: tuple[Asked, ...]
    in_scope: str = field(init=False)

    def __post_init__(self) -> None:
        """Write it down once as it is asked."""
        object.__setattr__(self, "in_scope", in_scope(self.sql, len(self.names)))

    def values(self, given: Mapping[str, object], variables: Mapping[str, object]) -> list[object]:
        """Return the values to bind, in the statement's order; Invalid when one is refused."""
        values = dict(given)
        for asked in self.asked:
            values.update(asked.values(variables))
        return [values[name] for name in self.names]


def plan_of(question: Question, picks: Picks) -> Plan:
    """Return the plan of a question, or raise NotProjectable."""
    compiler = Compiler(ENTITIES)
    statement: Select[Any] = select(cast(question.answer(compiler, picks), Text))
    sql, names, _ = compiled(statement)
    return Plan(sql, tuple(names), tuple(compiler.asked))


class Plans:
    """The plans of the questions that were asked last; None stands for what cannot be projected."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._plans: OrderedDict[Hashable, Plan | None] = OrderedDict()

    @property
    def kept(self) -> int:
        """How many plans are kept."""
        return len(self._plans)

    def get(self, key: Hashable, make: Callable[[], Plan]) -> Plan | None:
        """Return the plan that is kept under a key, or keep what `make` returns."""
        if key in self._plans:
            self._plans.move_to_end(key)
            return self._plans[key]
        try:
            plan = make()
        except NotProjectable:
            plan = None
        self._plans[key] = plan
        if len(self._plans) > self._most:
            self._plans.popitem(last=False)
        return plan


async def run(database: Database, scope: Scope, plan: Plan, values: list[object]) -> str | None:
    """Return the JSON text that a plan's statement makes of these values, or None for no row."""
    # Nothing that is projected is one person's own, so colleagues who ask the same may share it.
    answer: str | None = await database.read_value(scope.of_all(), plan.in_scope, values)
    return answer
