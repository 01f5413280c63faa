"""How GraphQL is answered over HTTP: the form that the caller likes, and a status that says so."""

from collections.abc import Mapping

import orjson
from starlette.requests import Request
from starlette.responses import Response
from strawberry.types import ExecutionResult

from graph.transport import sse
from graph.transport.asking import GRAPHQL, media_type_for


def answer_to(request: Request, result: ExecutionResult) -> Response:
    """Return the answer to what was run, or could not be."""
    answer: dict[str, object] = {"data": result.data}
    if result.errors:
        answer["errors"] = [error.formatted for error in result.errors]
    if result.extensions:
        answer["extensions"] = result.extensions
    if sse.prefers_events(request.headers.get("accept")):
        return sse.told_at_once(answer)
    was_run = result.data is not None or any(error.path for error in result.errors or ())
    if was_run or media_type_for(request.headers.get("accept")) != GRAPHQL:
        return response_to(request, answer, 200)
    # The specification wants no `data` when nothing was run, and a status that says so; but plain
    # JSON clients are used to 200 and null.
    del answer["data"]
    return response_to(request, answer, 400)


def response_to(
    request: Request, answer: object, status: int, headers: Mapping[str, str] | None = None
) -> Response:
    """Return an answer in the form of JSON that the caller likes best."""
    return Response(
        orjson.dumps(answer),
        status_code=status,
        media_type=media_type_for(request.headers.get("accept")),
        headers={
            "Cache-Control": "no-store",
            "Vary": "Accept",
            "X-Content-Type-Options": "nosniff",
            **(headers or {}),
        },
    )
