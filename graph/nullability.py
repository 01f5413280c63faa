"""Nullability: what can fail alone is null alone, and takes nothing else of the answer with it.

A field of the query root, and any field that takes arguments, may be refused by itself: for want of
a right, for a cursor of another list, for a window that is too wide. If it could not be null, its
error would remove the whole answer, and with it everything else that a page asked for at once.
"""

from graphql import GraphQLNonNull, GraphQLObjectType, GraphQLSchema, get_nullable_type

# These do nothing that can fail.
INFALLIBLE = frozenset({"viewer", "systemLimits"})


def loosen(schema: GraphQLSchema) -> None:
    """Make everything nullable that is resolved by itself and may be refused by itself."""
    changing = {schema.mutation_type, schema.subscription_type}
    for type_ in schema.type_map.values():
        if not isinstance(type_, GraphQLObjectType) or type_.name.startswith("__"):
            continue
        for name, field in type_.fields.items():
            is_alone = (type_ is schema.query_type and name not in INFALLIBLE) or field.args
            # Mutations answer with their refusals; a feed that cannot begin has nothing beside it.
            if is_alone and type_ not in changing and isinstance(field.type, GraphQLNonNull):
                field.type = get_nullable_type(field.type)
