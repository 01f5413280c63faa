"""Repeating: one selection that is answered for event after event.

What a selection consists of does not change from event to event. Graphql-core finds it out for each
of them, and keeps what it found as long as the subscription lasts, for no other event can use it.
Here it is found out once, and with it which fields are plain attributes of what they are asked of:
those are read as such, without a resolver, a path or arguments. A value that is in any way unusual
takes graphql-core's own way, which knows how to say what is wrong with it.

And what a resolver has answered to one selection of an event, it need not answer to the others: it
is remembered as long as the loaders of the event are. Only what is shaped by its selection is not.
"""

from collections.abc import Awaitable, Callable, Sequence
from operator import attrgetter
from types import GeneratorType
from typing import Any, NamedTuple, TypeAlias, cast

from graphql import (
    GraphQLField,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLResolveInfo,
    MiddlewareManager,
    TypeNameMetaFieldDef,
    Undefined,
    is_leaf_type,
)
from graphql.execution.collect_fields import FieldDetails
from graphql.pyutils import Path, gather_with_cancel
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.field import StrawberryField

from graph.executor import FragmentExecutor, Raw

Details: TypeAlias = list[FieldDetails]
Fields: TypeAlias = dict[str, Details]
Values: TypeAlias = dict[str, Any]
Resolver: TypeAlias = Callable[..., Any]
Resolved: TypeAlias = dict[tuple[int, Resolver], tuple[object, Any]]

# What is known of types; a program has no more of them than it declares.
_PLAIN: dict[type, bool] = {}


class _Leaf(NamedTuple):
    """How a plain attribute is read and shown."""

    read: Callable[[Any], Any]
    coerce: Callable[[Any], Any]
    is_required: bool


class _Plan(NamedTuple):
    """The fields of one object, in order, and those of them that are read as attributes."""

    # Kept, as the plan is known by the identity of these.
    fields: Fields
    steps: Sequence[tuple[str, Details, _Leaf | None]]


class _Remembering:
    """Stands where graphql-core looks for middleware: lets resolvers be asked once an event."""

    def __init__(self) -> None:
        self._resolvers: dict[Resolver, Resolver] = {}

    def get_field_resolver(self, resolve: Resolver) -> Resolver:
        """Return a resolver that remembers."""
        if (remembers := self._resolvers.get(resolve)) is None:
            remembers = self._resolvers[resolve] = _remembering(resolve)
        return remembers


def _remembering(resolve: Resolver) -> Resolver:
    def resolved(source: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        if arguments or info.context is None:
            return resolve(source, info, **arguments)
        known, key = info.context.loaders.resolved, (id(source), resolve)
        if (before := known.get(key)) is not None:
            return before[1]
        value = resolve(source, info)
        if info.is_awaitable(value):
            return later(value, known, key, source)
        _remember(known, key, source, value)
        return value

    async def later(value: Awaitable[Any], known: Resolved, key: Any, source: Any) -> Any:
        there = await value
        _remember(known, key, source, there)
        return there

    return resolved


def _remember(known: Resolved, key: tuple[int, Resolver], source: Any, value: Any) -> None:
    if type(value) is not Raw:
        # With what it was asked of, which is known by its identity as long as it is kept.
        known[key] = (source, value)


_REMEMBERING = _Remembering()


class RepeatingExecutor(FragmentExecutor):
    """Runs one operation again and again; its copies for the events share what is found out."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.middleware_manager is not None:
            raise TypeError("A subscription has no middleware.")
        self.middleware_manager = cast("MiddlewareManager", _REMEMBERING)
        self._roots: dict[str, Fields] = {}
        self._plans: dict[int, _Plan] = {}

    def execute_collected_root_fields(
        self, root_type: GraphQLObjectType, root_value: Any, fields: Fields, *more: Any
    ) -> Any:
        """Begin with the fields as they were collected for the first event."""
        fields = self._roots.setdefault(root_type.name, fields)
        return super().execute_collected_root_fields(root_type, root_value, fields, *more)

    def execute_fields(
        self,
        parent_type: GraphQLObjectType,
        source_value: Any,
        path: Path | None,
        grouped_field_set: Fields,
        position_context: Any,
    ) -> Values | Awaitable[Values]:
        """Answer the fields of one object."""
        found: Values = {}
        waiting: list[str] = []
        try:
            for name, details, leaf in self._planned(parent_type, grouped_field_set):
                if leaf is not None and (shown := _shown(leaf, source_value)) is not Undefined:
                    found[name] = shown
                    continue
                own_path = Path(path, name, parent_type.name)
                value = self.execute_field(
                    parent_type, source_value, details, own_path, position_context
                )
                if value is not Undefined:
                    found[name] = value
                    if self.is_awaitable(value):
                        waiting.append(name)
        except Exception:
            if waiting:
                self.settle_in_background([found[name] for name in waiting])
            raise
        return _awaited(found, waiting) if waiting else found

    def _planned(
        self, parent_type: GraphQLObjectType, fields: Fields
    ) -> Sequence[tuple[str, Details, _Leaf | None]]:
        if (plan := self._plans.get(id(fields))) is None:
            steps = [(n, each, self._leaf(parent_type, each)) for n, each in fields.items()]
            plan = self._plans[id(fields)] = _Plan(fields, steps)
        return plan.steps

    def _leaf(self, parent_type: GraphQLObjectType, details: Details) -> _Leaf | None:
        field = self.schema.get_field(parent_type, details[0].node.name.value)
        if field is TypeNameMetaFieldDef:
            return _Leaf(lambda _: parent_type.name, str, is_required=True)
        return None if field is None else _leaf_of(field)


def _leaf_of(field: GraphQLField) -> _Leaf | None:
    """Return how a field is read, if it is a plain attribute of what it is asked of."""
    own = (field.extensions or {}).get(GraphQLCoreConverter.DEFINITION_BACKREF)
    is_required = isinstance(field.type, GraphQLNonNull)
    type_ = field.type.of_type if isinstance(field.type, GraphQLNonNull) else field.type
    if not isinstance(own, StrawberryField) or not own.is_basic_field or field.args:
        return None
    if not is_leaf_type(type_) or own.default_resolver is not getattr:
        return None
    return _Leaf(attrgetter(own.python_name), type_.coerce_output_value, is_required)


def _shown(leaf: _Leaf, source: Any) -> Any:
    """Return a plain value as it is shown; Undefined when there is anything unusual about it."""
    try:
        value = leaf.read(source)
        if value is None:
            return Undefined if leaf.is_required else None
        shown = leaf.coerce(value) if _is_plain(type(value)) else None
    except Exception:  # graphql-core finds it once more, and says where it is
        return Undefined
    return Undefined if shown is None else shown


def _is_plain(type_: type) -> bool:
    """Say whether values of a type are neither errors nor to be waited for."""
    if (is_plain := _PLAIN.get(type_)) is None:
        is_special = issubclass(type_, Exception | GeneratorType) or hasattr(type_, "__await__")
        is_plain = _PLAIN[type_] = not is_special
    return is_plain


async def _awaited(found: Values, waiting: Sequence[str]) -> Values:
    """Return all values, when those that are waited for are there."""
    if len(waiting) == 1:
        found[waiting[0]] = await found[waiting[0]]
    else:
        there = await gather_with_cancel(*(found[name] for name in waiting))
        found.update(zip(waiting, there, strict=True))
    return found
