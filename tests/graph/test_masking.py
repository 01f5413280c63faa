"""What a caller is told of what went wrong, and what only the log is told."""

import logging
from collections.abc import AsyncGenerator
from dataclasses import dataclass

import pytest
import strawberry
from strawberry.extensions import SchemaExtension

from domain import failures
from graph.failures import HANDLERS, IllegalMove, NotFound, refusal
from graph.masking import MaskedSchema

REQUEST_ID = "7f00"


@dataclass
class Asking:
    request_id: str = REQUEST_ID


FAULTS: dict[str, Exception] = {
    "bug": KeyError("the secret of somebody"),
    "away": ConnectionRefusedError("10.0.0.1:5432"),
    "not_found": failures.NotFound("No such error."),
    "invalid": failures.Invalid("Too long.", field="name"),
    "invalid_without_field": failures.Invalid("Too long."),
    "conflict": failures.Conflict("Somebody was first."),
    "illegal_move": failures.IllegalMove("An error", "open", "new"),
    "forbidden": failures.Forbidden("Not yours."),
    "other": failures.Failure("Not like this."),
    "coded": refusal("TEAPOT", "Short and stout."),
}


@strawberry.type
class Done:
    ok: bool = True


DoResult = strawberry.union("DoResult")


@strawberry.type
class Query:
    @strawberry.field
    def fails(self, how: str) -> int:
        raise FAULTS[how]

    @strawberry.field
    def may_fail(self, how: str) -> int | None:
        raise FAULTS[how]

    @strawberry.field
    def nothing(self) -> int:
        return None  # what the schema forbids


@strawberry.type
class Mutation:
    @strawberry.mutation
    def try_it(self, how: str) -> Done | NotFound | IllegalMove:
        raise FAULTS[how]


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def counts(self, then: str) -> AsyncGenerator[int]:
        yield 1
        raise FAULTS[then]


class Broken(SchemaExtension):
    def on_execute(self):
        raise KeyError("the secret of somebody")


schema = MaskedSchema(Query, Mutation, Subscription, exception_handlers=HANDLERS)


async def error_of(query: str, **variables: object):
    result = await schema.execute(query, variables, context_value=Asking())
    [error] = result.errors
    return error


@pytest.mark.parametrize(
    ("how", "message", "extensions"),
    [
        ("not_found", "No such error.", {"code": "NOT_FOUND"}),
        ("invalid", "Too long.", {"code": "INVALID", "field": "name"}),
        ("invalid_without_field", "Too long.", {"code": "INVALID"}),
        ("conflict", "Somebody was first.", {"code": "CONFLICT"}),
        (
            "illegal_move",
            "An error that is open cannot become new.",
            {"code": "ILLEGAL_MOVE", "before": "OPEN", "to": "NEW"},
        ),
        ("forbidden", "Not yours.", {"code": "FORBIDDEN"}),
        ("other", "Not like this.", {"code": "REFUSED"}),
        ("coded", "Short and stout.", {"code": "TEAPOT"}),
    ],
)
async def test_a_refusal_is_told_in_full_and_not_logged(how, message, extensions, caplog):
    error = await error_of("query ($how: String!) { fails(how: $how) }", how=how)

    assert (error.message, error.extensions, error.path) == (message, extensions, ["fails"])
    assert caplog.records == []


async def test_of_a_bug_the_caller_is_told_an_id_and_the_log_everything(caplog):
    error = await error_of('{ fails(how: "bug") }')

    assert error.message == f"Something broke on our side; the log has it as {REQUEST_ID}."
    assert error.extensions == {"code": "INTERNAL", "id": REQUEST_ID}
    [record] = caplog.records
    assert record.levelno == logging.ERROR
    assert REQUEST_ID in record.getMessage()
    assert record.exc_info[1] is FAULTS["bug"]
    assert "somebody" not in str(error.formatted)


async def test_an_answer_that_the_schema_forbids_is_a_bug(caplog):
    error = await error_of("{ nothing }")

    assert error.extensions["code"] == "INTERNAL"
    assert len(caplog.records) == 1


async def test_a_database_that_is_away_is_told_apart_from_a_bug(caplog):
    error = await error_of('{ fails(how: "away") }')

    assert error.extensions == {"code": "UNAVAILABLE", "id": REQUEST_ID}
    assert "10.0.0.1" not in str(error.formatted)
    [record] = caplog.records
    assert (record.levelno, record.exc_info) == (logging.WARNING, None)
    assert REQUEST_ID in record.getMessage()


async def test_an_outage_is_one_line_in_the_log_however_many_fields_it_fails(caplog):
    query = '{ a: mayFail(how: "away") b: mayFail(how: "bug") c: mayFail(how: "away") }'

    result = await schema.execute(query, context_value=Asking())

    assert [error.extensions["code"] for error in result.errors] == [
        "UNAVAILABLE",
        "INTERNAL",
        "UNAVAILABLE",
    ]
    assert [record.levelname for record in caplog.records] == ["WARNING", "ERROR"]


@pytest.mark.parametrize(
    ("query", "variables", "code"),
    [
        ("{", {}, "GRAPHQL_PARSE_FAILED"),
        ("{ nope }", {}, "GRAPHQL_VALIDATION_FAILED"),
        ("query ($how: String!) { fails(how: $how) }", {}, "GRAPHQL_VALIDATION_FAILED"),
        ("query ($how: String!) { fails(how: $how) }", {"how": 1}, "GRAPHQL_VALIDATION_FAILED"),
    ],
)
async def test_a_mistake_in_the_request_is_told_in_full(query, variables, code, caplog):
    error = await error_of(query, **variables)

    assert error.extensions == {"code": code}
    assert caplog.records == []


async def test_a_bug_in_an_extension_is_masked_as_well(caplog):
    broken = MaskedSchema(Query, extensions=[Broken])

    result = await broken.execute("{ __typename }", context_value=Asking())

    [error] = result.errors
    assert error.extensions == {"code": "INTERNAL", "id": REQUEST_ID}
    assert "somebody" not in str(error.formatted)
    assert len(caplog.records) == 1


async def test_a_result_that_names_a_failure_answers_with_it():
    query = """mutation ($how: String!) { tryIt(how: $how) {
      __typename ... on Failure { message } ... on IllegalMove { before to }
    } }"""

    moved = await schema.execute(query, {"how": "illegal_move"}, context_value=Asking())
    found = await schema.execute(query, {"how": "not_found"}, context_value=Asking())

    assert moved.data["tryIt"] == {
        "__typename": "IllegalMove",
        "message": "An error that is open cannot become new.",
        "before": "OPEN",
        "to": "NEW",
    }
    assert found.data["tryIt"] == {"__typename": "NotFound", "message": "No such error."}


async def test_a_failure_that_a_result_does_not_name_is_an_error_with_its_code():
    error = await error_of('mutation { tryIt(how: "forbidden") { __typename } }')

    assert error.extensions == {"code": "FORBIDDEN"}


@pytest.mark.parametrize(
    ("then", "code"), [("bug", "INTERNAL"), ("forbidden", "FORBIDDEN"), ("coded", "TEAPOT")]
)
async def test_what_ends_a_stream_is_masked_like_all_else(then, code, caplog):
    query = "subscription ($then: String!) { counts(then: $then) }"

    stream = await schema.stream(query, {"then": then}, context_value=Asking())
    first, last = [result async for result in stream]

    assert (first.data, first.errors) == ({"counts": 1}, None)
    assert last.data is None
    assert [error.extensions["code"] for error in last.errors] == [code]
    assert "somebody" not in str(last.errors[0].formatted)
    assert len(caplog.records) == (1 if then == "bug" else 0)
