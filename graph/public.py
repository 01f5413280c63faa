"""What may be asked by who has not signed in: to sign in, and nothing beside it."""

from graphql import FieldNode, GraphQLSchema, GraphQLSyntaxError, OperationType

from graph.documents import DOCUMENTS
from graph.limits import MAXIMUM_TOKENS

PUBLIC_QUERIES = frozenset({"signInWays", "invitationOffer"})
PUBLIC_MUTATIONS = frozenset(
    {"signIn", "requestPasswordReset", "resetPassword", "acceptInvitation"}
)
_PUBLIC = {OperationType.QUERY: PUBLIC_QUERIES, OperationType.MUTATION: PUBLIC_MUTATIONS}


def is_public(schema: GraphQLSchema, text: str, operation_name: str | None) -> bool:
    """Say whether the operation asks for nothing but what is public."""
    try:
        known = DOCUMENTS.known(schema, text, max_tokens=MAXIMUM_TOKENS)
    except GraphQLSyntaxError:
        return False
    named = [
        operation
        for operation in known.operations
        if operation_name is None or (operation.name and operation.name.value == operation_name)
    ]
    if len(named) != 1:
        return False
    public = _PUBLIC.get(named[0].operation, frozenset())
    return all(
        isinstance(node, FieldNode) and node.name.value in public
        for node in named[0].selection_set.selections
    )
