"""House rules of the schema: everything is described, and every mutation says how it may fail."""

import re

from graphql import GraphQLUnionType, build_schema, get_named_type, validate_schema

from graph import docs
from graph.schema import schema, sdl


def test_everything_in_the_schema_has_a_description():
    assert docs.missing(schema._schema) == []


def test_every_mutation_answers_with_a_result_that_names_its_refusals():
    for name, field in schema._schema.mutation_type.fields.items():
        result = get_named_type(field.type)
        assert result.name == f"{name[0].upper()}{name[1:]}Result"
        assert re.fullmatch("([A-Z][a-z]+)+Result", result.name)
        assert isinstance(result, GraphQLUnionType)
        success, *refusals = result.types
        assert success.name == f"{name[0].upper()}{name[1:]}Success"
        assert refusals
        for refusal in refusals:
            assert "Failure" in [interface.name for interface in refusal.interfaces]


def test_the_text_of_the_schema_is_whole_and_always_the_same():
    built = build_schema(sdl())

    assert validate_schema(built) == []
    assert set(built.type_map) == set(schema._schema.type_map)
    assert sdl() == sdl()
    assert docs.missing(built) == []
