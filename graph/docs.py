"""Descriptions: one sentence in the code serves its reader and the reader of the schema.

Strawberry does not take docstrings as descriptions. This copies them onto the built schema, where
no explicit description stands: of classes onto types, inputs and enums, of resolvers onto fields.
"""

import inspect
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Protocol

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    is_introspection_type,
    is_specified_scalar_type,
)
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.enum import StrawberryEnumDefinition
from strawberry.types.field import StrawberryField

DEFINITION = "strawberry-definition"


class Described(Protocol):
    """A part of the schema that may have a description."""

    description: str | None


def describe(schema: GraphQLSchema, values: Mapping[type[Enum], Mapping[str, str]]) -> None:
    """Copy docstrings onto everything that has no description of its own.

    `values` describes the values of enums that live on a floor below and cannot say it themselves.
    """
    for type_ in _our_types(schema):
        definition = type_.extensions.get(DEFINITION)
        match definition:
            case StrawberryObjectDefinition():
                # What a generic type is of says its name; its sentence is that of the generic one.
                said = definition.concrete_of or definition
                type_.description = type_.description or _docstring_of(said.origin)
            case StrawberryEnumDefinition():
                type_.description = type_.description or _docstring_of(definition.wrapped_cls)
        if isinstance(type_, GraphQLEnumType) and isinstance(definition, StrawberryEnumDefinition):
            for name, sentence in _values_of(definition, values).items():
                type_.values[name].description = type_.values[name].description or sentence
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            for field in type_.fields.values():
                field.description = field.description or _of_resolver(field)


def missing(schema: GraphQLSchema) -> list[str]:
    """Return everything without a description, as `Type.field(argument)`."""
    return [name for type_ in _our_types(schema) for name in _undescribed(type_)]


def _values_of(
    definition: StrawberryEnumDefinition, values: Mapping[type[Enum], Mapping[str, str]]
) -> Mapping[str, str]:
    found = (sentences for enum, sentences in values.items() if enum is definition.wrapped_cls)
    return next(found, {})


def _undescribed(type_: GraphQLNamedType) -> Iterator[str]:
    parts: dict[str, Described] = {type_.name: type_}
    if isinstance(type_, GraphQLEnumType):
        parts |= {f"{type_.name}.{name}": value for name, value in type_.values.items()}
    if isinstance(type_, GraphQLInputObjectType):
        parts |= {f"{type_.name}.{name}": field for name, field in type_.fields.items()}
    if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
        for name, field in type_.fields.items():
            parts[f"{type_.name}.{name}"] = field
            parts |= {f"{type_.name}.{name}({each})": arg for each, arg in field.args.items()}
    return (name for name, part in parts.items() if not part.description)


def _our_types(schema: GraphQLSchema) -> Iterator[GraphQLNamedType]:
    for type_ in schema.type_map.values():
        if not is_introspection_type(type_) and not is_specified_scalar_type(type_):
            yield type_


def _of_resolver(field: GraphQLField) -> str | None:
    definition = field.extensions.get(DEFINITION)
    if not isinstance(definition, StrawberryField) or definition.base_resolver is None:
        return None
    return inspect.getdoc(definition.base_resolver.wrapped_func)


def _docstring_of(class_: type) -> str | None:
    """Return the class's own docstring; dataclasses without one are given their signature."""
    own = class_.__dict__.get("__doc__")
    if own is None or own.startswith(f"{class_.__name__}("):
        return None
    return inspect.cleandoc(own)
