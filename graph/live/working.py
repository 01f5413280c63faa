"""Working out: from an operation to what it watches, and from an event to the JSON of its answer.

Strawberry's own way runs every subscriber through its extensions for every event. What those find
out does not change from event to event; so it is found out once, here.
"""

import asyncio
import random
from collections.abc import AsyncIterable, Awaitable, Callable, Hashable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import orjson
from graphql import (
    ExecutionResult,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    OperationType,
)
from graphql.execution import create_source_event_stream
from graphql.execution.values import get_argument_values

from domain.failures import Failure
from graph.context import Context
from graph.cost import Cost
from graph.documents import DOCUMENTS, Known
from graph.limits import MAXIMUM_TOKENS, excess_of, objections_to, shown_cost
from graph.live.feeds import Feed
from graph.live.frames import LiveRequest, Refused
from graph.live.noticing import Noticing
from graph.live.repeating import RepeatingExecutor
from graph.loaders import Loaders
from graph.masking import shown, shown_once
from graph.sharing import Shape
from persistence.database import is_away

FIRST_DELAY_SECONDS = 0.1
LONGEST_DELAY_SECONDS = 2.0

_PLACE = "after"

Worked = TypeVar("Worked")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """An operation that may be run: its events, and by which keys they and its answers are shared.

    Who has the same `events_key` has the same events, who has the same `answer_key` the same
    answers to them.
    """

    executor: RepeatingExecutor
    events: AsyncIterable[Any]
    # Whether it is of one person: what is shown, or which events there are.
    is_personal: bool
    events_key: Hashable
    answer_key: Hashable
    cost: Cost


def is_subscription(schema: GraphQLSchema, text: str, name: str | None) -> bool:
    """Say whether an operation is to be watched; what cannot be understood is not."""
    try:
        known = DOCUMENTS.known(schema, text, max_tokens=MAXIMUM_TOKENS)
    except GraphQLSyntaxError:
        return False
    operation = _operation_of(known, name)
    return operation is not None and operation.operation is OperationType.SUBSCRIPTION


def _operation_of(known: Known, name: str | None) -> OperationDefinitionNode | None:
    for operation in known.operations:
        if name is None or (operation.name is not None and operation.name.value == name):
            return operation
    return None


async def prepared(schema: GraphQLSchema, request: LiveRequest, context: Context) -> Prepared:
    """Ask a subscription's resolver which events it is of; Refused when it may not be run."""
    known = DOCUMENTS.known(schema, request.text, max_tokens=MAXIMUM_TOKENS)
    _raise_any(objections_to(schema, known, request.operation_name), context)
    cost = known.cost(schema, request.operation_name, request.variables)
    context.cost = cost.requested
    _raise_any(excess_of(cost), context)
    executor = RepeatingExecutor.build(
        schema, known.document, None, context, request.variables, request.operation_name
    )
    if isinstance(executor, list):
        raise Refused(*(shown(error, context.request_id) for error in executor))
    executor = cast("RepeatingExecutor", executor)
    viewer, noticing = context.viewer, Noticing.of(context.viewer)
    context.viewer = noticing
    events = create_source_event_stream(executor)
    if executor.is_awaitable(events):
        events = await events
    if isinstance(events, ExecutionResult):
        _raise_any(events.errors or [], context)
    if isinstance(events, Feed):
        noticing.seal()
    else:
        context.viewer = viewer
    shape = known.shape(executor.operation)
    values = executor.variable_values.coerced
    answer_key = shape.asked(request.text, request.operation_name, values)
    return Prepared(
        executor=executor,
        events=cast("AsyncIterable[Any]", events),
        is_personal=shape.is_personal or noticing.is_noticed,
        events_key=_events_key(executor, shape, answer_key),
        answer_key=answer_key,
        cost=cost,
    )


async def prepared_again(schema: GraphQLSchema, request: LiveRequest, context: Context) -> Prepared:
    """Do so for who watches already: while the database is away they wait, instead of ending."""
    delays = _delays()
    while True:
        try:
            return await prepared(schema, request, context)
        except Refused as refused:
            if not any(_is_outage(error) for error in refused.errors):
                raise
        await _pause(next(delays), context)


def refused(failure: Failure, request: LiveRequest) -> Refused:
    """Return how a failure refuses a subscription."""
    located = GraphQLError(failure.message, original_error=failure)
    return Refused(shown(located, request.request_id))


def _raise_any(errors: list[GraphQLError], context: Context) -> None:
    if errors:
        raise Refused(*shown_once(errors, context.request_id))


def _events_key(executor: RepeatingExecutor, shape: Shape, answer_key: Hashable) -> Hashable:
    """Return what of a subscription says which events there are, but for the place to begin at."""
    root, node = executor.schema.subscription_type, executor.operation.selection_set.selections[0]
    if shape.variables is None or root is None or not isinstance(node, FieldNode):
        return (answer_key,)
    name = node.name.value
    arguments = get_argument_values(root.fields[name], node, executor.variable_values)
    arguments.pop(_PLACE, None)
    return (name, orjson.dumps(arguments, default=repr, option=orjson.OPT_SORT_KEYS))


async def answer(asked: Prepared, event: object, context: Context) -> str:
    """Return the JSON of a subscription's answer to one event.

    While the database is away it waits: an event that went out as an error would be lost to those
    whose place in the feed is behind it.
    """
    delays = _delays()
    while True:
        result = await _run(asked.executor, event, context)
        if not any(_is_outage(error) for error in result.errors or ()):
            return _text_of(result, asked.cost, context)
        await _pause(next(delays), context)


async def patiently(work: Callable[[Context], Awaitable[Worked]], context: Context) -> Worked:
    """Do what needs the database, as soon as it is there."""
    delays = _delays()
    while True:
        try:
            return await work(context)
        except Exception as error:
            if not is_away(error):
                raise
        await _pause(next(delays), context)


def _delays() -> Iterator[float]:
    delay = FIRST_DELAY_SECONDS
    while True:
        yield delay * random.uniform(0.5, 1.0)  # noqa: S311  not a secret
        delay = min(delay * 2, LONGEST_DELAY_SECONDS)


async def _pause(seconds: float, context: Context) -> None:
    await asyncio.sleep(seconds)
    # Loaders remember what they could not load.
    context.loaders = Loaders(context.house.database, context.scope)


async def _run(executor: RepeatingExecutor, event: object, context: Context) -> ExecutionResult:
    own = cast("RepeatingExecutor", executor.build_per_event_executor(event))
    own.context_value = context
    result = own.execute_operation(serially=False)
    if own.is_awaitable(result):
        result = await result
    return cast("ExecutionResult", result)


def _text_of(result: ExecutionResult, cost: Cost, context: Context) -> str:
    said: dict[str, object] = {"data": result.data}
    if result.errors:
        shown_errors = shown_once(result.errors, context.request_id)
        said["errors"] = [error.formatted for error in shown_errors]
    said["extensions"] = {"cost": shown_cost(cost)}
    return orjson.dumps(said).decode()


def _is_outage(error: GraphQLError) -> bool:
    return error.original_error is not None and is_away(error.original_error)
