"""What a caller may know of what went wrong: expected refusals in full, of a bug only its id.

It sits around the whole execution, not in an extension: an exception from a hook of another
extension would pass by those unmasked.
"""

import logging
from collections.abc import AsyncGenerator, Iterable, Iterator
from typing import Any, Protocol

import strawberry
from graphql import GraphQLError, GraphQLSyntaxError
from strawberry.exceptions import MissingQueryError
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.schema.schema import StreamResult
from strawberry.types import ExecutionContext, ExecutionResult
from strawberry.types.graphql import OperationType

from domain.failures import Failure
from graph.failures import UNAVAILABLE, details_of
from graph.limits import code_of_syntax_error
from persistence.database import is_away

logger = logging.getLogger(__name__)

VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
INTERNAL = "INTERNAL"

_OF_THE_REQUEST = (
    GraphQLError,
    MissingQueryError,
    CannotGetOperationTypeError,
    InvalidOperationTypeError,
)


class Traced(Protocol):
    """A context that knows the id under which the log speaks of its request."""

    request_id: str


def shown(error: GraphQLError, request_id: str) -> GraphQLError:
    """Return the error as the caller sees it; log what they may not see."""
    if error.extensions and "code" in error.extensions:
        return error
    cause = error.original_error
    if isinstance(cause, Failure):
        return _with(error, cause.message, details_of(cause))
    if isinstance(error, GraphQLSyntaxError):
        return _with(error, error.message, {"code": code_of_syntax_error(error.message)})
    if _is_about_the_request(error):
        return _with(error, error.message, {"code": VALIDATION_FAILED})
    return masked(error, request_id)


def masked(error: Exception, request_id: str) -> GraphQLError:
    """Return what is told of a bug; its traceback goes to the log under the same id."""
    located = error if isinstance(error, GraphQLError) else GraphQLError("", original_error=error)
    cause = located.original_error or located
    if is_away(cause):
        # No bug of ours, and every request of an outage comes by here: a line is enough.
        logger.warning("GraphQL request %s: the database is away (%r).", request_id, cause)
        return _unavailable(located, request_id)
    logger.error("GraphQL request %s failed: %r.", request_id, cause, exc_info=cause)
    message = f"Something broke on our side; the log has it as {request_id}."
    return _with(located, message, {"code": INTERNAL, "id": request_id})


def _unavailable(error: GraphQLError, request_id: str) -> GraphQLError:
    message = "The database does not answer; try again soon."
    return _with(error, message, {"code": UNAVAILABLE, "id": request_id})


def _is_about_the_request(error: GraphQLError) -> bool:
    """Say whether the caller's document or variables are at fault, before anything was run."""
    if error.path is not None:
        return False
    cause = error.original_error
    return bool(error.nodes) or cause is None or isinstance(cause, _OF_THE_REQUEST)


def _with(error: GraphQLError, message: str, extensions: dict[str, object]) -> GraphQLError:
    return GraphQLError(
        message,
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        original_error=error.original_error,
        extensions=extensions,
    )


class MaskedSchema(strawberry.Schema):
    """A schema whose every answer shows only what the caller may know."""

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        """Log nothing here: strawberry would log refusals as if they were bugs."""

    async def execute(
        self,
        query: str | None,
        variable_values: dict[str, Any] | None = None,
        context_value: Traced | None = None,
        root_value: object | None = None,
        operation_name: str | None = None,
        allowed_operation_types: Iterable[OperationType] | None = None,
        operation_extensions: dict[str, Any] | None = None,
    ) -> ExecutionResult:
        """Run a query or a mutation."""
        result = await super().execute(
            query,
            variable_values=variable_values,
            context_value=context_value,
            root_value=root_value,
            operation_name=operation_name,
            allowed_operation_types=allowed_operation_types,
            operation_extensions=operation_extensions,
        )
        _mask(result, context_value)
        return result

    async def stream(
        self,
        query: str | None,
        variable_values: dict[str, Any] | None = None,
        context_value: Traced | None = None,
        root_value: object | None = None,
        operation_name: str | None = None,
        operation_extensions: dict[str, Any] | None = None,
        allowed_operation_types: Iterable[OperationType] | None = None,
    ) -> StreamResult:
        """Run any operation as a stream of results."""
        results = await super().stream(
            query,
            variable_values=variable_values,
            context_value=context_value,
            root_value=root_value,
            operation_name=operation_name,
            operation_extensions=operation_extensions,
            allowed_operation_types=allowed_operation_types,
        )
        return _masked_stream(results, context_value)


async def _masked_stream(results: StreamResult, context: Traced | None) -> AsyncGenerator[Any]:
    try:
        async for result in results:
            _mask(result, context)
            yield result
    finally:
        await results.aclose()


def _mask(result: object, context: Traced | None) -> None:
    if isinstance(result, ExecutionResult) and result.errors:
        request_id = "-" if context is None else context.request_id
        result.errors = list(shown_once(result.errors, request_id))


def shown_once(errors: list[GraphQLError], request_id: str) -> Iterator[GraphQLError]:
    """Show the errors of one request; that the database is away is logged for the first only."""
    is_told = False
    for error in errors:
        is_outage = error.original_error is not None and is_away(error.original_error)
        yield _unavailable(error, request_id) if is_outage and is_told else shown(error, request_id)
        is_told = is_told or is_outage
