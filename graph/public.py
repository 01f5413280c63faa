"""What may be asked by who has not signed in: to sign in, and nothing beside it."""

from graphql import FieldNode, GraphQLSchema, GraphQLSyntaxError, OperationType

from graph.documents import DOCUMENTS
from graph.limits import MAXIMUM_TOKENS

PUBLIC_MUTATIONS = frozenset(
    {"signIn", "requestPasswordReset", "resetPassword", "acceptInvitation"}
)


def is_public(schema: GraphQLSchema, text: str, operation_name: str | None) -> bool:
    """Say whether the operation is a mutation of nothing but what is public."""
    try:
        known = DOCUMENTS.known(schema, text, max_tokens=MAXIMUM_TOKENS)
    except GraphQLSyntaxError:
        return False
    named = [
        operation
        for operation in known.operations
        if operation_name is None or (operation.name and operation.name.value == operation_name)
    ]
    if len(named) != 1 or named[0].operation is not OperationType.MUTATION:
        return False
    return all(
        isinstance(node, FieldNode) and node.name.value in PUBLIC_MUTATIONS
        for node in named[0].selection_set.selections
    )
